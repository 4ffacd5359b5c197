"""Private feeds: their addresses, on the wire, and when they end."""

from __future__ import annotations

import gzip
import logging
import re
from datetime import date, timedelta

import pytest

from crm.access.joining import remove_member
from crm.accounts.operations import find_membership, join
from crm.calendars import private_feeds
from crm.calendars.models import PrivateFeed
from crm.core.db import db
from crm.core.permissions import Role
from crm.events.models import Visibility
from crm.outreach.operations import add_follow_up
from crm.representatives.operations import let_speak, stop_speaking
from tests.calendars.conftest import schedule
from tests.calendars.private import FULL, MINE, OURS, TIME_ONLY, address, made, make, text
from tests.counting import count_queries
from tests.makers import PROGRAM, make_organization


def test_an_address_is_shown_once_is_long_and_kept_as_a_hash(organizer, visitor, coalition):
    page = made(organizer.browser)
    token = address(page).removeprefix("/feeds/").removesuffix(".ics")
    assert len(token) >= 43 and page.response.headers["Cache-Control"] == "no-store"
    assert "Google and Microsoft store what you subscribe to" in page.text
    assert token not in organizer.browser.get(MINE).text
    [row] = db.session.scalars(db.select(PrivateFeed)).all()
    assert row.token_hash is not None and token.encode() not in row.token_hash


def test_a_reset_and_a_revoked_address_are_404_at_once(organizer, visitor, coalition):
    first, second = make(organizer.browser, **TIME_ONLY), make(organizer.browser)
    assert [visitor.get(path).status_code for path in (first, second)] == [404, 200]
    assert "The address is revoked." in organizer.browser.submit(MINE, "/revoke").text
    assert visitor.get(second).status_code == 404
    third = make(organizer.browser)
    assert [visitor.get(path).status_code for path in (first, second, third)] == [404, 404, 200]


def test_it_ends_with_the_part_in_the_coalition_and_does_not_come_back(
    organizer, coordinator, coalition, visitor
):
    path = make(organizer.browser)
    member = find_membership(organizer.user.id)
    remove_member(coordinator.viewer, member)
    db.session.commit()
    assert visitor.get(path).status_code == 404
    join(organizer.user, Role.ORGANIZER)
    db.session.commit()
    assert visitor.get(path).status_code == 404


def test_a_groups_ends_with_who_speaks_for_it(group_feed, representative, visitor, november):
    assert visitor.get(group_feed).status_code == 200
    stop_speaking(PROGRAM, representative.contact)
    db.session.commit()
    assert visitor.get(group_feed).status_code == 404
    november.shift(timedelta(minutes=1))
    let_speak(PROGRAM, representative.contact)
    db.session.commit()
    assert visitor.get(group_feed).status_code == 404


def test_what_leads_nowhere_says_the_same_whatever_it_was(organizer, visitor, coalition):
    path = make(organizer.browser)
    organizer.browser.submit(MINE, "/revoke")
    answers = [visitor.get(one) for one in (path, "/feeds/x.ics", f"/feeds/{'a' * 3000}.ics")]
    assert {(one.status_code, one.text, one.mimetype) for one in answers} == {
        (404, "There is no such calendar.\n", "text/plain")
    }
    assert all(one.headers["X-Robots-Tag"] == "noindex" for one in answers)


def test_on_the_wire_it_is_private_and_answers_304(tasks, organizer, visitor):
    path = make(organizer.browser)
    for browser in (visitor, organizer.browser):
        got = browser.get(path, headers={"Accept": "application/xml"})
        assert (got.status_code, got.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
        assert got.headers["Cache-Control"] == "private, no-cache"
        assert got.headers["X-Robots-Tag"] == "noindex" and got.headers["Referrer-Policy"] == "no-referrer"
        assert not {"Set-Cookie", "Access-Control-Allow-Origin", "Last-Modified"} & set(got.headers.keys())
    again = visitor.get(path, headers={"If-None-Match": got.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["Cache-Control"]) == (304, b"", "private, no-cache")
    head = visitor.head(path)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", got.headers["ETag"])
    assert head.headers["Content-Length"] == got.headers["Content-Length"]
    zipped = visitor.get(path, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(zipped.data) == got.data


@pytest.mark.parametrize("variant", [FULL, TIME_ONLY])
def test_nothing_in_it_leads_back_to_its_address(variant, story, tasks, organizer, visitor):
    path = make(organizer.browser, with_closed="y", with_addresses="y", **variant)
    told = text(visitor, path)
    assert "/feeds/" not in told and "\r\nSOURCE" not in told
    assert not re.search(r"\r\n(METHOD|ORGANIZER|ATTENDEE|BEGIN:VALARM)", told)


def test_what_breaks_is_logged_without_the_address(organizer, visitor, coalition, monkeypatch, caplog):
    path = make(organizer.browser)

    def broken(*_args: object) -> bytes:
        raise RuntimeError("a fault")

    monkeypatch.setattr(private_feeds, "organizer_ics", broken)
    with caplog.at_level(logging.DEBUG):
        assert visitor.get(path).status_code == 500
    assert "a fault" in caplog.text and path[7:-4] not in caplog.text


def test_it_speaks_its_owners_language(story, organizer, visitor):
    path = make(organizer.browser)
    organizer.user.language = "es"
    db.session.commit()
    assert "SUMMARY:CANCELADO: March on the Harbor" in text(visitor, path)
    assert "SUMMARY:CANCELLED: March" in text(visitor, f"{path}?lang=en")


def test_another_coalitions_organizer_has_a_feed_of_that_one(story, outsider, visitor, coalition):
    told = text(visitor, make(outsider.browser, "/prairie/organize/calendar-feeds/"))
    assert "March" not in told and "Prairie Coalition" in told


def test_a_feed_asks_as_often_for_many_events_and_tasks_as_for_few(
    november, organizer, representative, coalition, visitor
):
    def fill(count: int) -> None:
        for number in range(count):
            schedule(coalition, title=f"Council {number}", visibility=Visibility.GROUPS)
            task = {"title": f"Call {number}", "due_on": date(2026, 12, 1), "owner_id": organizer.user.id}
            group = make_organization(f"Group {number} of {count}")
            add_follow_up(organizer.viewer, organization_id=group.id, **task)

    paths = (make(organizer.browser), make(representative.browser, OURS))
    fill(3)
    few = [count_queries(lambda p=path: visitor.get(p)) for path in paths]
    fill(30)
    many = [count_queries(lambda p=path: visitor.get(p)) for path in paths]
    assert few == many and max(few) <= 9
