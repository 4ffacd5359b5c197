"""Subscribing to a partner's calendar: added by address, fetched by the worker, shown with its source."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from crm.core import clock, contributions, jobs
from crm.core.db import db
from crm.core.errors import Refused
from crm.partners.ics_reader.words import Failure
from crm.partners.jobs import ask_for_those_due, forget_removed
from crm.partners.models import PartnerCalendar, PartnerDate
from crm.partners.operations import add_calendar, keep_failure, pause_calendar, remove_calendar
from tests.makers import make_organization
from tests.partners.files import calendar, event

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)
NOON = "DTSTART;TZID=America/Los_Angeles:20261128T120000"
WEEKLY = event(NOON, "DURATION:PT2H", "RRULE:FREQ=WEEKLY;COUNT=3", "LOCATION:Union Hall", uid="w")
FAST = event(NOON, "RRULE:FREQ=SECONDLY", uid="f", title="Every second")


@pytest.fixture(autouse=True)
def _now(app):
    app.config["FIXED_CLOCK"] = NOW.isoformat()
    yield
    app.config["FIXED_CLOCK"] = None


def titles() -> list[tuple[str, str, bool]]:
    rows = db.session.scalars(select(PartnerDate).order_by(PartnerDate.starts_at)).all()
    return [(f"{one.starts_at:%m-%d %H}", one.title, one.cancelled) for one in rows]


def test_added_in_the_browser_read_by_the_worker_and_shown_with_its_faults(
    organizer, observer, server, loopback
):
    make_organization("Tenants' Union of Bellwater")
    server.answers = lambda _path, _headers: (200, {}, calendar(WEEKLY, FAST))
    page = organizer.browser.page("/harbor/organize/events/partners/new")
    bad = organizer.browser.submit(page, "address", 422, address="ftp://example.org/x", name="Tenants")
    assert "http or https" in bad.errors()[0]
    typed = {"address": server.url(), "name": "Tenants' Union", "organization": "Tenants' Union of Bellwater"}
    shown = organizer.browser.submit(page, "address", **typed)
    assert "being asked for" in shown.text
    assert organizer.browser.submit(page, "address", **typed).url == shown.url, (
        "pressed twice, it is there once"
    )
    jobs.run_all()
    shown = observer.browser.page(shown.url)
    assert "Potluck" in shown.text and "Union Hall" in shown.text
    assert "Every second" in shown.text and "repeats more often than once a day" in shown.text
    assert server.url() not in shown.text and all("address" not in str(form.attrib) for form in shown.forms())
    listed = observer.browser.page("/harbor/organize/events/partners/")
    assert "Read in part" in listed.text and "Tenants' Union of Bellwater" in listed.text
    again = organizer.browser.submit("/harbor/organize/events/partners/new", "address", 422, **typed)
    assert "here already" in again.errors()[0]


def test_what_changes_in_it_changes_here_and_keeps_its_name_for_our_feed(server, loopback, subscribed):
    server.answers = lambda _path, _headers: (200, {}, calendar(WEEKLY))
    kept = subscribed(server.url(), in_own_feed=True)
    before = {one.recurrence_id: one.feed_uid for one in db.session.scalars(select(PartnerDate))}
    assert [one[0] for one in titles()] == ["11-28 20", "12-05 20", "12-12 20"]
    moved = event(
        "RECURRENCE-ID;TZID=America/Los_Angeles:20261205T120000", NOON.replace("1128T12", "1206T15"), uid="w"
    )
    server.answers = lambda _path, _headers: (200, {}, calendar(WEEKLY.replace("COUNT=3", "COUNT=2"), moved))
    jobs.enqueue("partners.fetch", coalition_id=kept.coalition_id, calendar_id=kept.id)
    jobs.run_all()
    assert titles() == [
        ("11-28 20", "Potluck", False),
        ("12-06 23", "Potluck", False),
        ("12-12 20", "Potluck", True),
    ]
    after = {
        one.recurrence_id: (one.feed_uid, one.sequence) for one in db.session.scalars(select(PartnerDate))
    }
    assert {key: uid for key, (uid, _sequence) in after.items()} == before
    assert sorted(sequence for _uid, sequence in after.values()) == [0, 1, 1]


def test_where_it_is_in_no_feed_of_ours_what_is_gone_is_deleted(server, loopback, subscribed):
    server.answers = lambda _path, _headers: (200, {}, calendar(WEEKLY))
    kept = subscribed(server.url())
    server.answers = lambda _path, _headers: (200, {}, calendar())
    jobs.enqueue("partners.fetch", coalition_id=kept.coalition_id, calendar_id=kept.id)
    jobs.run_all()
    assert titles() == []


def test_asked_for_each_hour_with_what_it_said_last_and_read_anew_each_day(app, server, loopback, subscribed):
    server.answers = lambda _path, headers: (304, {}, b"") if headers.get("if-none-match") else (
        200, {"ETag": '"1"'}, calendar(WEEKLY))  # fmt: skip
    subscribed(server.url())

    def later(**span):
        app.config["FIXED_CLOCK"] = (NOW + timedelta(**span)).isoformat()
        ask_for_those_due()
        ask_for_those_due()
        jobs.run_all()
        return ["if-none-match" in headers for _path, headers in server.asked]

    assert later(minutes=30) == [False]
    assert later(hours=1) == [False, True]
    assert later(hours=25) == [False, True, False], "other days are wanted, so the whole file is"
    assert len(titles()) == 3


def test_a_failure_is_told_and_the_next_try_comes_later_each_time(organizer, server, loopback, subscribed):
    server.answers = lambda _path, _headers: (200, {}, b"<html>Sign in</html>")
    kept = subscribed(server.url())
    waits = []
    for _turn in range(6):
        waits.append((kept.next_at - clock.now()) / timedelta(hours=1))
        keep_failure(kept, Failure.NOT_A_CALENDAR)
    db.session.commit()
    assert waits == [2, 4, 8, 16, 24, 24]
    page = organizer.browser.page(f"/harbor/organize/events/partners/{kept.id}")
    assert (
        "not a calendar file" in page.text
        and "Not reached" in organizer.browser.page("/harbor/organize/events/partners/").text
    )
    server.answers = lambda _path, _headers: (200, {}, calendar(WEEKLY))
    organizer.browser.submit(page, "ask")
    jobs.run_all()
    db.session.refresh(kept)
    assert (kept.failure, kept.failures, kept.entry_count) == ("", 0, 1)


def test_a_private_address_is_refused_with_a_sentence(organizer, subscribed):
    kept = subscribed("http://127.0.0.1/events.ics")
    page = organizer.browser.page(f"/harbor/organize/events/partners/{kept.id}")
    assert "leads into a private network" in page.text


def test_paused_removed_and_put_back(organizer, server, loopback, subscribed):
    server.answers = lambda _path, _headers: (200, {}, calendar(WEEKLY))
    kept = subscribed(server.url())
    where = f"/harbor/organize/events/partners/{kept.id}"
    window = NOW, NOW + timedelta(days=30)
    assert len([one for part in contributions.busy for one in part(*window)]) == 3
    page = organizer.browser.submit(where, "pause")
    assert [one for part in contributions.other_dates for one in part(*window)] == []
    page = organizer.browser.submit(page, "resume")
    page = organizer.browser.submit(page, "remove")
    organizer.browser.page(where, 404)
    assert [one for part in contributions.busy for one in part(*window)] == []
    page = organizer.browser.submit(page, "put-back")
    assert page.url == where
    jobs.run_all()
    (first, *_rest) = [one for part in contributions.busy for one in part(*window)]
    assert (first.title, first.source) == ("Potluck", "Tenants' Union")


def test_removed_for_good_after_thirty_days_and_added_again_before(
    app, organizer, server, loopback, subscribed
):
    server.answers = lambda _path, _headers: (200, {}, calendar(WEEKLY))
    first = subscribed(server.url())
    remove_calendar(organizer.viewer, first)
    db.session.commit()
    second = subscribed(server.url())
    assert len(titles()) == 3
    remove_calendar(organizer.viewer, second)
    db.session.commit()
    app.config["FIXED_CLOCK"] = (NOW + timedelta(days=31)).isoformat()
    forget_removed(clock.now())
    assert db.session.scalar(select(func.count()).select_from(PartnerCalendar)) == 0
    assert titles() == []


@pytest.mark.parametrize(
    "address", ["webcal://Example.org/a.ics", "https://example.org/a.ics", "example.org/a.ics"]
)
def test_one_calendar_however_its_address_is_written(organizer, address):
    values = {"name": "A", "organization_id": None, "shown_in_calendar": True, "in_own_feed": False}
    added = add_calendar(organizer.viewer, {**values, "address": address})
    assert added.address == "https://example.org/a.ics"
    with pytest.raises(Refused, match="here already"):
        add_calendar(organizer.viewer, {**values, "address": "https://EXAMPLE.org/a.ics#b"})
    pause_calendar(organizer.viewer, added)


def test_nobody_else_sees_or_changes_it(outsider, observer, visitor, subscribed):
    kept = subscribed("http://127.0.0.1/x")
    for path in ("", f"{kept.id}", f"{kept.id}/edit", "new"):
        url = f"/harbor/organize/events/partners/{path}"
        assert outsider.browser.get(url).status_code == 404
        assert visitor.get(url).status_code == 302
        assert observer.browser.get(url).status_code == (403 if path in ("new", f"{kept.id}/edit") else 200)
    assert observer.browser.get(f"/prairie/organize/events/partners/{kept.id}").status_code == 404
