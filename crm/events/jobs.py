"""What is done every night: addresses of homes are forgotten, and search knows what events are called."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import selectinload

from crm.audit.operations import record
from crm.core import clock, jobs, tenancy
from crm.core.db import db
from crm.core.permissions import ANONYMOUS
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


@jobs.every("events.wipe_homes", timedelta(days=1))
def wipe_homes_nightly() -> None:
    """The nightly job, for all coalitions."""
    with tenancy.across_coalitions():
        at_home = select(Event.coalition_id).where(_has_home()).distinct()
        coalition_ids = db.session.scalars(at_home).all()
    for coalition_id in coalition_ids:
        with tenancy.in_coalition(coalition_id):
            wipe_homes(clock.now())
            db.session.commit()


def wipe_homes(now: datetime) -> int:
    """Wipe place, address and directions of homes 14 days after their last, or that date; how many events.

    Of an event at somebody's home everything goes after its last date, and what differed on a date after that
    date. Nobody is mailed that a place that is over is gone.
    """
    events = db.session.scalars(select(Event).where(_has_home()).options(selectinload(Event.occurrences)))
    wiped = 0
    for event in events.unique().all():
        today = now.astimezone(ZoneInfo(event.timezone)).date()
        over = [one for one in event.occurrences if _is_over(event, one, today)]
        rows: list[Event | Occurrence] = list(over)
        if event.is_home and event.last_on is not None and event.last_on + KEPT < today:
            rows.append(event)
        if sum(_wipe(row) for row in rows):
            changed(event)
            record(ANONYMOUS, "event.wipe_home", event)
            wiped += 1
    return wiped


def _has_home() -> ColumnElement[bool]:
    one_date = select(Occurrence.event_id).where(Occurrence.is_home)
    return or_(Event.is_home, Event.id.in_(one_date))


def _is_over(event: Event, one: Occurrence, today: date) -> bool:
    held_on = one.starts_local.date() if one.starts_local else one.on_date
    minutes = one.duration_minutes or event.duration_minutes
    return (event.is_home or one.is_home) and held_on + timedelta(minutes=minutes) + KEPT < today


def _wipe(row: Event | Occurrence) -> bool:
    """Whether there was anything to wipe."""
    found = any(getattr(row, name) for name in WIPED)
    for name in WIPED:
        if getattr(row, name):
            setattr(row, name, "")
    return found
