"""What the public is told of a winter's plans: the same dates on the pages and in every calendar app."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from crm.calendars.queries import BACK, feed_window
from tests.calendars.conftest import TODAY, schedule
from tests.calendars.expanders import Seen, agreeing_dates
from tests.pages import Page, text_of

ZONE = ZoneInfo("America/Los_Angeles")
MONTHS = [f"{2026 + n // 12}-{n % 12 + 1:02}" for n in range(8, 24)]
FROM, TO = datetime(2026, 9, 1, 7, tzinfo=UTC), datetime(2028, 1, 1, 7, tzinfo=UTC)
EVERYWHERE = (
    "/harbor/calendar?month=2026-12",
    "/harbor/calendar?view=list",
    "/harbor/calendar?view=list&kind=workplace",
    "/harbor/calendar.ics",
    "/harbor/calendar.ics?kind=workplace&kind=coalition&kind=training",
    "/harbor/calendar.json",
    "/harbor/calendar.rss",
)


def local(month: int, day: int, hour: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=ZONE).astimezone(UTC)


def shown(page: Page) -> set[tuple[datetime, bool, str]]:
    """(start, whether cancelled, title) of what stands in a month."""
    found = set()
    for link in page.tree.iter("a"):
        if link.get("class") == "cal-entry":
            [time] = link.iter("time")
            struck = [text_of(s) for s in link.iter("s")]
            titles = [text_of(b) for b in link.iter("bdi")]
            starts = datetime.fromisoformat(time.get("datetime", ""))
            found.add((starts, bool(struck), titles[0]))
    return found


def in_apps(ics: bytes) -> set[tuple[datetime, bool, str]]:
    """The same, as three calendar programs agree on it."""
    return {
        (one.starts_at, one.cancelled, one.summary.removeprefix("CANCELLED: "))
        for one in agreeing_dates(ics, FROM, TO)
    }


def test_every_app_shows_the_dates_that_the_organizers_said(demonstration, visitor):
    ics = visitor.get("/harbor/calendar.ics").data
    noons = [local(11, 28, 12), *(local(12, day, 12) for day in (5, 19))]
    noons += [local(1, day, 12, 2027) for day in (9, 16)]
    seen = {Seen(noon, demonstration.uid, False, "March on the Harbor") for noon in noons}
    seen |= {
        Seen(local(12, 12, 12), demonstration.uid, True, "CANCELLED: March on the Harbor"),
        Seen(local(1, 2, 14, 2027), demonstration.uid, False, "March on the Harbor"),
    }
    assert agreeing_dates(ics, FROM, TO) == seen


def test_the_pages_show_the_very_dates_of_the_feed(story, visitor):
    pages = set().union(*(shown(visitor.page(f"/harbor/calendar?month={month}")) for month in MONTHS))
    feed = in_apps(visitor.get("/harbor/calendar.ics").data)
    # The campus meeting has no end: the apps show it as far as one looks.
    assert feed == pages
    assert {title for _at, _cancelled, title in feed} == {
        "March on the Harbor",
        "Ballard neighbors",
        "Campus meeting",
    }


def test_json_and_rss_hold_the_dates_of_the_window(story, visitor):
    window = feed_window(TODAY.astimezone(ZONE).date(), ZONE)
    expected = {one for one in in_apps(visitor.get("/harbor/calendar.ics").data) if one[0] < window.ends_at}
    items = json.loads(visitor.get("/harbor/calendar.json").data)["items"]
    told = {
        (
            datetime.fromisoformat(item["_event"]["starts_at"]),
            item["_event"]["cancelled"],
            item["title"].removeprefix("CANCELLED: ").partition(",")[0],
        )
        for item in items
    }
    assert told == expected
    rss = ElementTree.fromstring(visitor.get("/harbor/calendar.rss").data)
    assert len(rss.findall("./channel/item")) == len(expected) == len({item["id"] for item in items})


def test_single_events_and_dates_can_be_taken_along(story, visitor):
    slug = story["demonstration"].slug
    whole = in_apps(visitor.get(f"/harbor/events/{slug}.ics").data)
    assert len(whole) == 7
    [one] = in_apps(visitor.get(f"/harbor/events/{slug}/2027-01-02.ics").data)
    assert one == (local(1, 2, 14, 2027), False, "March on the Harbor")
    [cancelled] = in_apps(visitor.get(f"/harbor/events/{slug}/2026-12-12.ics").data)
    assert cancelled == (local(12, 12, 12), True, "March on the Harbor")


@pytest.mark.parametrize("who", ["visitor", "organizer", "coordinator", "outsider"])
def test_what_is_not_public_is_behind_no_public_door(who, story, request):
    person = request.getfixturevalue(who)
    browser = getattr(person, "browser", person)
    for url in EVERYWHERE:
        response = browser.get(url)
        assert response.status_code == 200
        for secret in ("Night shift", "Draft day", "Delegates", "Secret Street", "Larks"):
            assert secret not in response.text, (url, secret)
    for name in ("work", "draft", "groups"):
        slug = story[name].slug
        for end in ("", ".ics", "/2026-12-02", "/2026-12-02.ics"):
            assert browser.get(f"/harbor/events/{slug}{end}").status_code == 404


def test_kinds_that_nobody_may_know_of_are_no_choice(story, visitor):
    page = visitor.page("/harbor/calendar")
    kinds = {box.get("value") for box in page.tree.iter("input") if box.get("name") == "kind"}
    assert kinds == {"demonstration", "neighborhood", "campus"}


def test_an_area_event_tells_the_neighborhood_alone(story, visitor, organizer):
    slug = story["home"].slug
    for browser in (visitor, organizer.browser):
        for end in ("", ".ics", "/2026-12-02", "/2026-12-02.ics"):
            text = browser.get(f"/harbor/events/{slug}{end}").text
            assert "Ballard" in text and "exact address" in text.replace("\r\n ", "")
            assert "Secret" not in text and "Larks" not in text


def test_the_place_of_a_moved_date_is_not_mixed_with_the_usual_one(story, visitor):
    ics = visitor.get(f"/harbor/events/{story['demonstration'].slug}/2027-01-02.ics").text
    assert "LOCATION:City Hall\r\n" in ics
    page = visitor.page(f"/harbor/events/{story['demonstration'].slug}/2027-01-02").text
    assert "City Hall" in page and "Harbor Way" not in page


def test_a_one_off_leaves_the_feed_after_sixty_days_and_its_own_file_never(story, visitor, november):
    slug = story["home"].slug
    last_day = local(12, 2, 12) + BACK
    november.move_to(last_day)
    assert "Ballard" in visitor.get("/harbor/calendar.ics").text
    november.move_to(last_day + timedelta(days=1))
    assert "Ballard" not in visitor.get("/harbor/calendar.ics").text
    assert "Ballard" in visitor.get(f"/harbor/events/{slug}.ics").text


def test_no_number_of_events_cuts_anything_off(coalition, november, visitor):
    from_day = TODAY.astimezone(ZONE).replace(tzinfo=None) - timedelta(days=50)
    for number in range(40):
        schedule(coalition, title=f"Meeting {number}", starts_local=from_day + timedelta(days=11 * number))
    ics = visitor.get("/harbor/calendar.ics").text
    assert [n for n in range(40) if f"SUMMARY:Meeting {n}\r\n" not in ics] == []
