"""The next dates and a month on other sites: what they show, and that nothing more comes with them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.calendars.conftest import schedule
from tests.counting import count_queries
from tests.pages import text_of

LIST, MONTH = "/harbor/embed/events", "/harbor/embed/month"
both = pytest.mark.parametrize("path", [LIST, MONTH])


@both
def test_any_site_may_frame_it_and_nothing_runs_or_is_kept_in_it(path, story, visitor, coordinator):
    answer = visitor.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy and "script-src" not in policy
    assert not {"Set-Cookie", "X-Frame-Options"} & set(answer.headers.keys()) and "<script" not in answer.text
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert visitor.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert coordinator.browser.get(path).data == answer.data


@both
def test_it_shows_what_the_public_may_know_and_leads_out_of_the_frame(path, story, visitor):
    page = visitor.page(f"{path}?month=2026-12")
    assert "March on the Harbor" in page.text and "Cancelled" in page.text
    for secret in ("Night shift", "Draft day", "Delegates", "Secret Street", "Larks"):
        assert secret not in page.response.text
    outside = [a for a in page.tree.iter("a") if "embed" not in a.get("href", "")]
    assert outside and all(
        a.get("target") == "_blank" and a.get("href", "").startswith("http") for a in outside
    )
    assert "http://localhost/harbor/calendar/subscribe?lang=en" in page.links().values()


@both
def test_it_is_narrowed_by_kind_and_told_in_a_language_and_mode(path, story, visitor):
    page = visitor.page(f"{path}?kind=neighborhood&lang=es&theme=dark&month=2026-12")
    assert "Ballard neighbors" in page.text and "March" not in page.text
    assert (page.tree.get("lang"), page.tree.get("class")) == ("es", "dark")
    assert visitor.page(f"{path}?theme=purple&kind=x").tree.get("class") is None


def test_a_list_is_as_long_as_asked_for(story, visitor):
    def count(query: str) -> int:
        lists = [ol for ol in visitor.page(f"{LIST}?{query}").tree.iter("ol") if ol.get("class") == "dates"]
        return len(list(lists[0]))

    assert [count(q) for q in ("count=3", "", "count=x", "count=-1", "count=9999")] == [3, 8, 8, 8, 8]
    assert count("count=999") <= 30


def test_a_month_leads_to_those_around_it_with_what_is_chosen(story, visitor):
    page = visitor.page(f"{MONTH}?kind=demonstration&theme=dark&lang=es&month=2026-12")
    after = page.links()["enero de 2027"]
    assert all(part in after for part in ("month=2027-01", "kind=demonstration", "theme=dark", "lang=es"))
    january = visitor.page(after)
    assert "City Hall" not in january.text and "March on the Harbor" in january.text
    [table] = page.tree.iter("table")
    assert text_of(next(table.iter("caption"))) == "diciembre de 2026"


@both
def test_it_asks_as_often_for_many_dates_as_for_few(path, coalition, november, visitor):
    def fill(count: int) -> None:
        for number in range(count):
            schedule(
                coalition,
                title=f"Meeting {number} of {count}",
                starts_local=datetime(2026, 11, 22, 9) + timedelta(hours=number),
            )

    fill(3)
    few = count_queries(lambda: visitor.get(path))
    fill(30)
    assert count_queries(lambda: visitor.get(path)) == few <= 4


def test_the_share_page_offers_their_lines(story, organizer):
    page = organizer.browser.page("/harbor/organize/endorsements/share")
    lines = [i.get("value", "") for i in page.tree.iter("input") if "<iframe" in i.get("value", "")]
    for path in (LIST, MONTH):
        [line] = [line for line in lines if f'src="http://localhost{path}?lang=en"' in line]
        assert 'loading="lazy"' in line and "<script" not in line
