"""What the database holds of events now, for whoever keeps something that was made from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import Select, select

from crm.core.db import db, whole_row
from crm.core.permissions import Viewer
from crm.events.models import Event, EventKind, Occurrence
from crm.events.queries import ALL_KINDS, days_around, near
from crm.events.series import Window

# All columns of an event, and after them of what differs on each of its dates, as the database writes them:
# two that are equal are of the same event, of which nothing whatever has changed in between.
Edition = tuple[str, ...]


def list_editions(
    viewer: Viewer, window: Window, kinds: Iterable[EventKind] = ALL_KINDS
) -> dict[int, Edition]:
    """The editions by id of the events that `list_events` gives, in its order. Two statements."""
    events, differing = _statements(viewer, tuple(kinds), db.engine.dialect.name)
    first, last = days_around(window)
    days = {"first": first, "last": last}
    occurrences = defaultdict[int, list[str]](list)
    for event_id, row in db.session.execute(differing, days):
        occurrences[event_id].append(row)
    rows = db.session.execute(events, days).all()
    return {event_id: (row, *occurrences.get(event_id, ())) for event_id, row in rows}


@lru_cache(maxsize=64)
def _statements(
    viewer: Viewer, kinds: tuple[EventKind, ...], _database: str
) -> tuple[Select[int, str], Select[int, str]]:
    """Events, and what differs on their dates; kept, as writing them takes a fifth of what asking takes."""
    known = near(viewer, kinds)
    events = select(Event.id, whole_row(Event)).where(*known).order_by(Event.first_on, Event.id)
    differing = (
        select(Occurrence.event_id, whole_row(Occurrence))
        .join(Event, Event.id == Occurrence.event_id)
        .where(*known)
        .order_by(Occurrence.event_id, Occurrence.on_date)
    )
    return events, differing
