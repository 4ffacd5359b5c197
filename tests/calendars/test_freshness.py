"""What is changed is in the next answer; what did not change keeps its bytes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import g
from flask_babel import force_locale

from crm.calendars.feeds import FRONT, KEPT, SHELF
from crm.calendars.filters import Wanted
from crm.calendars.kept import KeptEntries
from crm.calendars.writing import calendar_ics
from crm.coalitions.operations import edit_settings
from crm.core import tenancy
from crm.core.db import db
from crm.events.models import EventKind, OccurrenceState, Said, Visibility
from crm.events.operations import (
    Change,
    add_date,
    cancel_date,
    cancel_event,
    change_date,
    edit_event,
    extend_series,
    restore_date,
    restore_event,
)
from crm.events.queries import series_of
from tests.calendars.conftest import COORDINATOR, SATURDAYS, plan, schedule
from tests.makers import PROGRAM

ICS = "/harbor/calendar.ics"
THE_MARCH = {"title": "March on the Harbor", "starts_local": datetime(2026, 11, 28, 12), "rule": SATURDAYS}
CHANGES = {
    "edited": lambda e: edit_event(COORDINATOR, e, plan(**{**THE_MARCH, "title": "Harbor march"})),
    "moved in time": lambda e: edit_event(
        COORDINATOR, e, plan(**{**THE_MARCH, "starts_local": datetime(2026, 11, 28, 13)})
    ),
    "told wider": lambda e: edit_event(COORDINATOR, e, plan(**THE_MARCH, area="Ballard")),
    "narrowed": lambda e: edit_event(COORDINATOR, e, plan(**THE_MARCH, visibility=Visibility.GROUPS)),
    "cancelled": lambda e: cancel_event(PROGRAM, e, ""),
    "one date cancelled": lambda e: cancel_date(PROGRAM, e, date(2026, 12, 5), ""),
    "one date restored": lambda e: restore_date(PROGRAM, e, date(2026, 12, 12)),
    "one date moved": lambda e: change_date(PROGRAM, e, date(2026, 12, 5), Change(datetime(2026, 12, 6, 12))),
    "one date back to normal": lambda e: change_date(PROGRAM, e, date(2027, 1, 2), Change()),
    "a date added": lambda e: add_date(PROGRAM, e, datetime(2026, 12, 24, 18)),
    "extended": lambda e: extend_series(PROGRAM, e, date(2027, 2, 20)),
}

# What a feed shows of an event, and of a date of it, each changed to something else.
OF_AN_EVENT = {
    "title": "Harbor march",
    "description": "Bring drums.",
    "place_name": "Pier 8",
    "address": "8 Harbor Way",
    "area": "Ballard",
    "directions": "By the crane",
    "step_free": Said.YES,
    "hearing_loop": Said.YES,
    "interpretation": "Spanish",
    "childcare": "From 11",
    "food": "Soup",
    "kind": EventKind.HEARING,
    "slug": "harbor-march",
    "starts_local": datetime(2026, 11, 28, 11),
    "duration_minutes": 45,
    "timezone": "America/Denver",
    "recurrence": "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270206",
    "skipped": ["2026-12-19"],
    "uid": "another@muster",
    "sequence": 77,
    "changed_at": datetime(2026, 11, 21, 19, tzinfo=UTC),
    "is_home": True,
    "visibility": Visibility.AREA,
}
OF_A_DATE = {
    "cancel_reason": "Rain",
    "state": OccurrenceState.SCHEDULED,
    "starts_local": datetime(2026, 12, 12, 15),
    "duration_minutes": 30,
    "area": "Fremont",
    "step_free": Said.NO,
    "interpretation": "Somali",
    "childcare": "None",
    "food": "Bread",
    "sequence": 99,
    "changed_at": datetime(2026, 11, 21, 20, tzinfo=UTC),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_in_the_very_next_answer(change, demonstration, visitor):
    """Within the same second, for those who know the ETag as for those who know the time alone."""
    first = visitor.get(ICS)
    CHANGES[change](demonstration)
    db.session.commit()
    for known in ("If-None-Match", "If-Modified-Since"):
        value = first.headers["ETag" if known == "If-None-Match" else "Last-Modified"]
        again = visitor.get(ICS, headers={known: value})
        assert again.status_code == 200 and again.data != first.data
    fresh = visitor.get(ICS)
    assert visitor.get(ICS, headers={"If-None-Match": fresh.headers["ETag"]}).status_code == 304


def test_two_changes_in_one_second_are_two_versions(demonstration, visitor):
    seen = []
    for reason in ("Rain", "Storm", "Snow"):
        cancel_date(PROGRAM, demonstration, date(2026, 12, 5), reason)
        db.session.commit()
        known = {"If-Modified-Since": seen[-1].headers["Last-Modified"]} if seen else {}
        seen.append(visitor.get(ICS, headers=known))
    assert [response.status_code for response in seen] == [200, 200, 200]
    assert len({response.headers["ETag"] for response in seen}) == 3


def test_narrowing_works_at_once_behind_every_door(demonstration, coalition, visitor):
    slug = demonstration.slug
    doors = [ICS, "/harbor/calendar.json", "/harbor/calendar.rss", "/harbor/calendar?month=2026-12"]
    own = [f"/harbor/events/{slug}{end}" for end in ("", ".ics", "/2026-12-05", "/2026-12-05.ics")]
    assert all("March" in visitor.get(url).text for url in doors + own)
    edit_event(COORDINATOR, demonstration, plan(**THE_MARCH, place_name="Pier 9", visibility=Visibility.AREA))
    db.session.commit()
    assert all("Pier 9" not in visitor.get(url).text for url in doors + own)
    edit_event(COORDINATOR, demonstration, plan(**THE_MARCH, visibility=Visibility.CLOSED))
    db.session.commit()
    assert all("March" not in visitor.get(url).text for url in doors)
    assert {visitor.get(url).status_code for url in own} == {404}


def test_a_new_name_of_the_coalition_is_the_feeds_name(demonstration, coalition, visitor):
    first = visitor.get(ICS)
    edit_settings(coalition, {"name": "Port City Coalition"})
    again = visitor.get(ICS, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200 and b"X-WR-CALNAME:Port City Coalition\r\n" in again.data


def test_an_hour_later_without_a_change_the_bytes_are_the_same(demonstration, app, visitor, november):
    first = visitor.get(ICS)
    november.shift(timedelta(hours=1))
    app.extensions[SHELF].clear()
    app.extensions[FRONT].clear()
    app.extensions[KEPT].clear()
    assert visitor.get(ICS).data == first.data


def test_another_coalition_neither_shows_nor_renews_it(demonstration, other_coalition, visitor):
    theirs, ours = visitor.get("/prairie/calendar.ics"), visitor.get(ICS)
    assert b"March" not in theirs.data
    assert visitor.get(f"/prairie/events/{demonstration.slug}.ics").status_code == 404
    with tenancy.in_coalition(other_coalition.id):
        schedule(other_coalition, title="Prairie meeting")
    assert visitor.get(ICS, headers={"If-None-Match": ours.headers["ETag"]}).status_code == 304
    assert b"Prairie meeting" in visitor.get("/prairie/calendar.ics").data


def test_a_date_cancelled_and_restored_is_as_before_but_for_its_number(demonstration, visitor):
    uid, sequence = demonstration.uid, demonstration.sequence
    cancel_event(PROGRAM, demonstration, "")
    restore_event(PROGRAM, demonstration)
    db.session.commit()
    assert demonstration.uid == uid and series_of(demonstration).sequence >= sequence + 2
    assert "STATUS:CONFIRMED" in visitor.get(ICS).text


def test_whatever_is_changed_and_however_what_is_kept_is_never_used_for_it(story, coalition, app):
    """Each column by itself, as no operation does it: nothing is told of the change, and it is seen."""
    kept, told = KeptEntries(), set[bytes]()
    in_english, in_spanish = Wanted((), "en"), Wanted((), "es")
    march = story["demonstration"]
    differs = next(one for one in march.occurrences if one.state is OccurrenceState.CANCELLED)

    def built(wanted: Wanted, day: date) -> bytes:
        with app.test_request_context(), force_locale(wanted.language):
            g.coalition = coalition
            anew = calendar_ics(coalition, wanted, day, KeptEntries())
            assert calendar_ics(coalition, wanted, day, kept) == anew
        return anew

    for row, name, value in [
        *((march, name, value) for name, value in OF_AN_EVENT.items()),
        *((differs, name, value) for name, value in OF_A_DATE.items()),
    ]:
        setattr(row, name, value)
        db.session.commit()
        found = {built(in_english, date(2026, 11, 21)), built(in_spanish, date(2027, 1, 30))}
        assert not found & told, name
        told |= found
    coalition.languages = ["es", "en"]
    assert built(in_english, date(2026, 11, 21)) not in told
    march.visibility = Visibility.CLOSED
    db.session.commit()
    assert march.uid.encode() not in built(in_english, date(2026, 11, 21))
