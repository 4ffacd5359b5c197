"""Events on days that somebody picked: the first is the event itself, each other one a date beside it.

Each day keeps its UID for ever. A day that was told to people and is picked no more stays in calendars, as
cancelled, for its removal would tell nobody; before it is published it is simply gone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from crm.core import clock
from crm.core.db import db
from crm.events.models import Event, Occurrence, OccurrenceState
from crm.events.operations.changing import new_uid
from crm.events.operations.dates import extra_date
from crm.events.series import DateStatus, SeriesException


@dataclass(frozen=True)
class Picked:
    """What picking days makes of an event: the day of its own, and what becomes of the others."""

    base: date
    # Days that are new, that go on, that are cancelled, and that were never told and go.
    new: frozenset[date]
    kept: frozenset[date]
    cancelled: frozenset[date]
    gone: frozenset[date]


def pick(event: Event | None, days: frozenset[date]) -> Picked:
    """Arrange an event, or one that has yet to be made, on some days; it has no rule then."""
    if event is None or event.recurrence is not None:
        base, told, extras = min(days), event is not None and event.published_at is not None, _extras(event)
    else:
        told, extras = event.published_at is not None, _extras(event)
        base = event.starts_local.date()
        moves = not extras and len(days) == 1
        if base not in days and (moves or not told):
            base = min(days)
    others = days - {base}
    dropped = extras - others - {base}
    cancelled = (dropped | ({base} - days)) if told else frozenset[date]()
    return Picked(
        base=base,
        new=frozenset(others - extras),
        kept=frozenset(others & extras) | (days & {base} if len(days) > 1 else frozenset()),
        cancelled=frozenset(cancelled),
        gone=frozenset((dropped | (extras & {base})) - cancelled),
    )


def _extras(event: Event | None) -> frozenset[date]:
    return frozenset(one.on_date for one in event.occurrences if one.extra_uid) if event else frozenset()


def read_picked(event: Event | None, picked: Picked, at: time) -> list[SeriesException]:
    """The days beside the first as they would be, to be read back before they are saved."""
    rows = _rows(event)
    found = [SeriesException(day, starts_local=datetime.combine(day, at), uid="new") for day in picked.new]
    for day in (picked.kept | picked.cancelled) & (rows.keys() | {picked.base}):
        row = rows.get(day)
        own = row.starts_local if row and row.starts_local and row.extra_uid else None
        status = DateStatus.CANCELLED if day in picked.cancelled else DateStatus.SCHEDULED
        shown = _at(own, event, at) if own and event else None
        found.append(SeriesException(day, status, shown, uid=row.extra_uid if row else None))
    return found


def put_picked(event: Event, picked: Picked, at: time) -> None:
    """Give an event its days, at one time of the day; those moved by hand keep their own."""
    rows = _rows(event)
    for day in picked.gone & rows.keys():
        event.occurrences.remove(rows[day])
        db.session.delete(rows[day])
    for day in picked.kept & rows.keys():
        row = rows[day]
        row.state, row.cancel_reason = OccurrenceState.SCHEDULED, ""
        if row.extra_uid and row.starts_local:
            row.starts_local = _at(row.starts_local, event, at)
    for day in picked.cancelled:
        row = rows.get(day) or _own_day(event, day)
        row.state = OccurrenceState.CANCELLED
    for day in sorted(picked.new):
        if day in rows:  # of a rule that it had until now
            rows[day].starts_local = rows[day].starts_local or datetime.combine(day, at)
            rows[day].extra_uid = new_uid()
            rows[day].state, rows[day].cancel_reason = OccurrenceState.SCHEDULED, ""
        else:
            extra_date(event, datetime.combine(day, at))
    event.starts_local = datetime.combine(picked.base, at)


def _rows(event: Event | None) -> dict[date, Occurrence]:
    rows: Iterable[Occurrence] = event.occurrences if event else ()
    return {one.on_date: one for one in rows}


def _at(own: datetime, event: Event, at: time) -> datetime:
    """An extra date's time: it goes with the event's, unless it had one of its own."""
    return datetime.combine(own.date(), at) if own.time() == event.starts_local.time() else own


def _own_day(event: Event, day: date) -> Occurrence:
    one = Occurrence(
        event_id=event.id, on_date=day, is_home=False, cancel_reason="", sequence=0, changed_at=clock.now()
    )
    event.occurrences.append(one)
    return one
