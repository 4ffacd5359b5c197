"""What the public calendar and its feeds hold. Whoever asks gets what the public may know, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from crm.core.db import db
from crm.core.permissions import Viewer
from crm.events.models import Event, EventKind
from crm.events.queries import (
    ALL_KINDS,
    EventDate,
    exceptions_of,
    find_event,
    list_event_dates,
    list_events,
    series_of,
    tell,
)
from crm.events.rights import public_only
from crm.events.series import Instance, Window, expand

PUBLIC = Viewer()
BACK, AHEAD = timedelta(days=60), timedelta(days=400)
# More dates than a window can hold of one series: a limit would cut off the latest.
ALL = 100_000


@dataclass(frozen=True, slots=True)
class PublicDate:
    """A date as the public may see it, with the last change of it or of its event."""

    date: EventDate
    uid: str
    changed_at: datetime


def day_window(first: date, last: date, zone: ZoneInfo) -> Window:
    """Whole days of a zone, both included."""
    ends_on = last + timedelta(days=1)
    begin, end = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, ends_on))
    return Window(begin, end)


def feed_window(today: date, zone: ZoneInfo) -> Window:
    """What a feed of that day holds: the same for every process, so that they all give the same bytes."""
    return day_window(today - BACK, today + AHEAD, zone)


def list_public_kinds() -> list[EventKind]:
    """The kinds of event of which there are any for the public, in their usual order."""
    found = set(db.session.scalars(select(Event.kind).where(public_only()).distinct()))
    return [kind for kind in EventKind if kind in found]


def list_public_events(window: Window, kinds: Iterable[EventKind] = ALL_KINDS) -> Sequence[Event]:
    """Events for the public with a date that may lie inside the window."""
    return list_events(PUBLIC, window, kinds)


def find_public_event(slug: str) -> Event | None:
    """An event of the public's, by its address."""
    return find_event(PUBLIC, slug)


def list_public_dates(window: Window, kinds: Iterable[EventKind] = ALL_KINDS) -> list[PublicDate]:
    """All dates inside the window that the public may see, soonest first, cancelled ones too."""
    dates = [
        PublicDate(tell(event, one, PUBLIC), one.uid, _changed_at(event, one))
        for event in list_public_events(window, kinds)
        for one in expand(series_of(event), exceptions_of(event), window, limit=ALL)
    ]
    return sorted(dates, key=lambda one: (one.date.starts_at, one.date.event_id, one.date.on_date))


def list_dates_of(event: Event, window: Window) -> list[EventDate]:
    """The dates of one event inside a window, as the public may see them."""
    return list_event_dates(event, PUBLIC, window, limit=ALL)


def find_instance(event: Event, on_date: date) -> Instance | None:
    """One date of an event by its original local date, wherever it was moved."""
    window = day_window(on_date - AHEAD, on_date + AHEAD, ZoneInfo(event.timezone))
    found = expand(series_of(event), exceptions_of(event), window, limit=ALL)
    return next((one for one in found if one.date == on_date), None)


def find_public_date(event: Event, on_date: date) -> EventDate | None:
    """The same, as the public may see it."""
    instance = find_instance(event, on_date)
    return tell(event, instance, PUBLIC) if instance else None


def _changed_at(event: Event, one: Instance) -> datetime:
    return max(event.changed_at, one.exception.changed_at) if one.exception else event.changed_at
