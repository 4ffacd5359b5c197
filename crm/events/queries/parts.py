"""A series that was split is one series to people: its parts, and which of its dates a date is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import CTE, select, union
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from crm.core.db import db
from crm.core.permissions import Viewer
from crm.events.models import Event, EventSplit
from crm.events.queries import exceptions_of, series_of
from crm.events.rights import visible_to
from crm.events.series import Window, expand

Column = InstrumentedAttribute[int]


def list_parts(viewer: Viewer, event: Event) -> Sequence[Event]:
    """The events that a series is: those before it was split, this one, those that it goes on as.

    Those that the viewer may know of, the oldest first; this one alone where it was never split.
    """
    before = _steps(event, "before", EventSplit.later_id, EventSplit.earlier_id)
    after = _steps(event, "after", EventSplit.earlier_id, EventSplit.later_id)
    query = (
        select(Event)
        .where(Event.id.in_(union(select(before.c.id), select(after.c.id))), visible_to(viewer))
        .options(selectinload(Event.occurrences))
    )
    others = [one for one in db.session.scalars(query) if one.id != event.id]
    return sorted([event, *others], key=_place)


def _steps(event: Event, name: str, here: Column, there: Column) -> CTE:
    """The ids of the parts one way from an event, however many there are."""
    steps = select(there.label("id")).where(here == event.id).cte(name, recursive=True)
    # UNION, not UNION ALL: it ends even where rows that came from elsewhere go round in a circle.
    return steps.union(select(there).join(steps, here == steps.c.id))


def _place(event: Event) -> tuple[datetime, int]:
    return event.starts_local, event.id


def week_of(viewer: Viewer, event: Event, on_date: date) -> int | None:
    """Which date of its series this is, counted from 1 over all of its parts that the viewer may know of.

    Cancelled ones count; those that were skipped or added do not. None for what comes once.
    """
    if event.recurrence is None:
        return None
    earlier = [one for one in list_parts(viewer, event) if _place(one) < _place(event)]
    return sum(_count_until(one, on_date) for one in [*earlier, event])


def _count_until(event: Event, on_date: date) -> int:
    zone = ZoneInfo(event.timezone)
    end = datetime.combine(on_date + timedelta(days=1), datetime.min.time(), zone)
    start = datetime.combine(event.first_on - timedelta(days=2), datetime.min.time(), zone)
    made = expand(series_of(event), exceptions_of(event), Window(start, end + timedelta(days=400)))
    return sum(1 for one in made if one.date <= on_date and one.original_local is not None)
