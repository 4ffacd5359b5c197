"""Three programs of other people that read our feeds, and have to agree on every date.

`agreeing_dates` is for any test that has a feed in hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

import recurring_ical_events
from ical.calendar_stream import IcsCalendarStream
from ical.event import EventStatus
from icalendar import Calendar

from tests.calendars.icaljs import icaljs

MARGIN = timedelta(days=20)  # longer than an event may last


class Seen(NamedTuple):
    """One date as a calendar app shows it; an all-day one starts at midnight UTC."""

    starts_at: datetime
    uid: str
    cancelled: bool
    summary: str


def _instant(value: date) -> datetime:
    if isinstance(value, datetime):
        assert value.tzinfo is not None, "a floating time"
        return value.astimezone(UTC)
    return datetime.combine(value, time(), UTC)


def by_recurring_ical_events(ics: bytes, start: datetime, end: datetime) -> list[Seen]:
    """As the recurring-ical-events library (over icalendar) reads a feed."""
    calendar = Calendar.from_ical(ics)
    found = recurring_ical_events.of(calendar, components=["VEVENT"]).between(start - MARGIN, end + MARGIN)
    seen = [
        Seen(
            _instant(event["DTSTART"].dt),
            str(event["UID"]),
            event.get("STATUS") == "CANCELLED",
            str(event["SUMMARY"]),
        )
        for event in found
    ]
    return sorted(one for one in seen if start <= one.starts_at < end)


def by_home_assistant(ics: bytes, start: datetime, end: datetime) -> list[Seen]:
    """As Home Assistant's `ical` reads a feed; it refuses what is not to the letter."""
    calendar = IcsCalendarStream.calendar_from_ics(ics.decode())
    seen = [
        Seen(_instant(event.dtstart), event.uid, event.status is EventStatus.CANCELLED, event.summary)
        for event in calendar.timeline_tz(UTC).overlapping(start - MARGIN, end + MARGIN)
    ]
    return sorted(one for one in seen if start <= one.starts_at < end)


def by_icaljs(feeds: Sequence[tuple[bytes, datetime, datetime]]) -> list[list[Seen]]:
    """As ical.js reads each of several feeds: it alone trusts our VTIMEZONEs."""
    asked = [(ics.decode(), int(start.timestamp()), int(end.timestamp())) for ics, start, end in feeds]
    return [
        sorted(
            Seen(datetime.fromtimestamp(at, UTC), uid, status == "CANCELLED", text)
            for at, uid, status, text in found
        )
        for found in icaljs().expand(asked)
    ]


def agreeing_dates(ics: bytes, start: datetime, end: datetime) -> set[Seen]:
    """What starts in start ≤ … < end (aware) in a feed, once all three programs say the same."""
    first = by_recurring_ical_events(ics, start, end)
    second = by_home_assistant(ics, start, end)
    [third] = by_icaljs([(ics, start, end)])
    assert first == second, "recurring-ical-events and Home Assistant's ical disagree"
    assert first == third, "recurring-ical-events and ical.js disagree"
    return set(first)
