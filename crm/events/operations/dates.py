"""Changing single dates of an event, each under its original local date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from flask_babel import gettext as _

from crm.audit.operations import record
from crm.coalitions.operations import touch_feeds
from crm.core import clock
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.events.models import Event, Occurrence, OccurrenceState
from crm.events.operations.changing import about_to_change, changed_date, occurrence_of, rule_dates, span


@dataclass(frozen=True)
class Change:
    """What differs on one date: a time, a place, or both. None: as the series has it."""

    starts_local: datetime | None = None
    duration: timedelta | None = None
    place_name: str | None = None
    address: str | None = None


def cancel_date(viewer: Viewer, event: Event, on_date: date, reason: str) -> Occurrence:
    """Cancel one date. Raises Refused where the event has no such date."""
    one = occurrence_of(event, on_date)
    if one.state is OccurrenceState.CANCELLED and one.cancel_reason == reason:
        return one
    about_to_change(event)
    one.state, one.cancel_reason = OccurrenceState.CANCELLED, reason
    changed_date(one)
    record(viewer, "event.cancel_date", event, on=on_date.isoformat())
    return one


def restore_date(viewer: Viewer, event: Event, on_date: date) -> None:
    """Let a cancelled date take place after all."""
    one = occurrence_of(event, on_date)
    if one.state is OccurrenceState.SCHEDULED:
        return
    about_to_change(event)
    one.state, one.cancel_reason = OccurrenceState.SCHEDULED, ""
    changed_date(one)
    record(viewer, "event.restore_date", event, on=on_date.isoformat())


def change_date(viewer: Viewer, event: Event, on_date: date, change: Change) -> Occurrence:
    """Move one date or hold it elsewhere. Its address stays the original date's. Raises Refused."""
    one = occurrence_of(event, on_date)
    about_to_change(event)
    write_change(one, change)
    changed_date(one)
    span(event)
    record(viewer, "event.change_date", event, on=on_date.isoformat())
    return one


def add_date(viewer: Viewer, event: Event, starts_local: datetime) -> Occurrence:
    """Add a date that the series does not make, once. Raises Refused where another one is on that day."""
    on_date = starts_local.date()
    for one in event.occurrences:
        if one.extra_uid and one.on_date == on_date and one.starts_local == starts_local:
            return one
    taken = any(one.on_date == on_date for one in event.occurrences) or on_date in rule_dates(event, on_date)
    if taken:
        raise Refused(_("There is a date on that day already."), "starts_on")
    about_to_change(event)
    one = Occurrence(
        event_id=event.id,
        on_date=on_date,
        starts_local=starts_local,
        extra_uid=f"{uuid4()}@muster",
        changed_at=clock.now(),
    )
    event.occurrences.append(one)
    span(event)
    touch_feeds()
    record(viewer, "event.add_date", event, on=on_date.isoformat())
    return one


def write_change(one: Occurrence, change: Change) -> None:
    """Put what differs on a date into its row."""
    one.starts_local = change.starts_local
    one.duration_minutes = int(change.duration.total_seconds() // 60) if change.duration else None
    one.place_name, one.address = change.place_name, change.address
