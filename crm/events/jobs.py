"""What is done every night: addresses of homes are forgotten, and search knows what events are called."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import selectinload

from crm.audit.operations import record
from crm.core import jobs, tenancy
from crm.core.db import db
from crm.core.permissions import ANONYMOUS
from crm.core.retention import Due, Rule, register
from crm.events.models import Event, Occurrence
from crm.events.operations.changing import changed
from crm.events.queries.finding import index_events

# 7-safety.md: a venue marked as a home is deleted 14 days after.
KEPT = timedelta(days=14)
# What tells where a home is; its neighborhood stays.
WIPED = ("place_name", "address", "directions")


@jobs.every("events.index", timedelta(days=1))
def index_nightly() -> None:
    """Renew what search knows of events, those too that were there before it knew of any."""
    with tenancy.across_coalitions():
        coalition_ids = db.session.scalars(select(Event.coalition_id).distinct()).all()
    for coalition_id in coalition_ids:
        with tenancy.in_coalition(coalition_id):
            index_events(db.session.scalars(select(Event)).all())
            db.session.commit()


def wipe_homes(now: datetime, kept: timedelta = KEPT) -> int:
    """Wipe place, address and directions of homes so long after their last, or that date; how many events.

    Of an event at somebody's home everything goes after its last date, and what differed on a date after that
    date. Nobody is mailed that a place that is over is gone.
    """
    wiped = 0
    for event, rows in _homes_over(now, kept):
        for row in rows:
            _wipe(row)
        changed(event)
        record(ANONYMOUS, "event.wipe_home", event)
        wiped += 1
    return wiped


def _homes_over(now: datetime, kept: timedelta) -> Iterator[tuple[Event, list[Event | Occurrence]]]:
    """Events at homes with those of their rows that are over and still tell where."""
    events = db.session.scalars(select(Event).where(_has_home()).options(selectinload(Event.occurrences)))
    for event in events.unique().all():
        before = now.astimezone(ZoneInfo(event.timezone)).date() - kept
        rows: list[Event | Occurrence] = [one for one in event.occurrences if _is_over(event, one, before)]
        if event.is_home and event.last_on is not None and event.last_on < before:
            rows.append(event)
        if telling := [row for row in rows if any(getattr(row, name) for name in WIPED)]:
            yield event, telling


def _homes_due(now: datetime, kept: timedelta) -> Due:
    found = list(_homes_over(now, kept))
    return Due(len(found), min((event.starts_local.date() for event, _rows in found), default=None))


def _has_home() -> ColumnElement[bool]:
    one_date = select(Occurrence.event_id).where(Occurrence.is_home)
    return or_(Event.is_home, Event.id.in_(one_date))


def _is_over(event: Event, one: Occurrence, before: date) -> bool:
    held_on = one.starts_local.date() if one.starts_local else one.on_date
    minutes = one.duration_minutes or event.duration_minutes
    return (event.is_home or one.is_home) and held_on + timedelta(minutes=minutes) < before


def _wipe(row: Event | Occurrence) -> None:
    for name in WIPED:
        if getattr(row, name):
            setattr(row, name, "")


register(
    Rule(
        "homes",
        _l("Addresses of meetings at somebody’s home"),
        _l("After the last date. Place, address and directions go; the neighborhood stays."),
        days=KEPT.days,
        least=1,
        most=KEPT.days,
        due=_homes_due,
        forget=wipe_homes,
    )
)
