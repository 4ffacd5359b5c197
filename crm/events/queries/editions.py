"""What the database holds of events now, for whoever keeps something that was made from it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import Select, select

from crm.core.db import db
from crm.core.permissions import Viewer
from crm.events.models import Event, EventKind, Occurrence
from crm.events.queries import ALL_KINDS, days_around, near
from crm.events.series import Window

# That of an event, and after it those of what differs on its dates: two that are equal are of the same event,
# of which nothing whatever was written in between.
Edition = tuple[int, ...]


def list_editions(
    viewer: Viewer, window: Window, kinds: Iterable[EventKind] = ALL_KINDS
) -> dict[int, Edition]:
    """The editions by id of the events that `list_events` gives, in its order. One statement."""
    first, last = days_around(window)
    rows = db.session.execute(_statement(viewer, tuple(kinds)), {"first": first, "last": last})
    editions: dict[int, Edition] = {}
    for event_id, edition, differing in rows.all():
        if differing is None:
            editions[event_id] = (edition,)
        else:
            editions[event_id] = (*editions.get(event_id, (edition,)), differing)
    return editions


@lru_cache(maxsize=64)
def _statement(viewer: Viewer, kinds: tuple[EventKind, ...]) -> Select[int, int, int]:
    """Events, each with what differs on its dates; kept, as to write it takes longer than to ask it."""
    return (
        select(Event.id, Event.edition, Occurrence.edition)
        .join(Occurrence, Occurrence.event_id == Event.id, isouter=True)
        .where(*near(viewer, kinds))
        .order_by(Event.first_on, Event.id, Occurrence.on_date)
    )
