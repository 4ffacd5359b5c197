"""Changing single dates of an event, each under its original local date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flask_babel import gettext as _

from crm.audit.operations import record
from crm.coalitions.operations import touch_feeds
from crm.core import clock
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.events.models import Event, Occurrence, OccurrenceState, Said
from crm.events.operations.changing import (
    about_to_change,
    changed_date,
    new_uid,
    occurrence_of,
    rule_dates,
    span,
)
from crm.events.venues import FIELDS, OF_THE_PLACE


@dataclass(frozen=True)
class Change:
    """What differs on one date: a time, a place, what is there. None: as the series has it."""

    starts_local: datetime | None = None
    duration: timedelta | None = None
    place_name: str | None = None
    address: str | None = None
    area: str | None = None
    directions: str | None = None
    step_free: Said | None = None
    hearing_loop: Said | None = None
    interpretation: str | None = None
    childcare: str | None = None
    food: str | None = None
    online_url: str | None = None
    # The place of this date is somebody's home: it is told by its neighborhood alone.
    is_home: bool = False


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
    """Move one date or hold it elsewhere. Its address stays the original date's. Raises Refused.

    What is given as the series has it anyway goes on following the series.
    """
    one = occurrence_of(event, on_date)
    about_to_change(event)
    write_change(one, _differing(event, one, change))
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
    if on_date.isoformat() in event.skipped:
        raise Refused(
            _("The series leaves this day out: take it off “Not on” when you change the event."), "starts_on"
        )
    taken = any(one.on_date == on_date for one in event.occurrences) or on_date in rule_dates(event, on_date)
    if taken:
        raise Refused(_("There is a date on that day already."), "starts_on")
    about_to_change(event)
    one = extra_date(event, starts_local)
    span(event)
    touch_feeds()
    record(viewer, "event.add_date", event, on=on_date.isoformat())
    return one


def extra_date(event: Event, starts_local: datetime) -> Occurrence:
    """The row of a date beside those of the rule, with a UID of its own for ever."""
    one = Occurrence(
        event_id=event.id,
        on_date=starts_local.date(),
        state=OccurrenceState.SCHEDULED,
        cancel_reason="",
        is_home=False,
        starts_local=starts_local,
        extra_uid=new_uid(),
        sequence=0,
        changed_at=clock.now(),
    )
    event.occurrences.append(one)
    return one


def write_change(one: Occurrence, change: Change) -> None:
    """Put what differs on a date into its row."""
    # An extra date has no other time than its own.
    one.starts_local = change.starts_local or (one.starts_local if one.extra_uid else None)
    one.duration_minutes = int(change.duration.total_seconds() // 60) if change.duration else None
    for name in FIELDS:
        setattr(one, name, getattr(change, name))


def _differing(event: Event, one: Occurrence, change: Change) -> Change:
    """The change without what is as the series has it."""
    elsewhere = bool(change.place_name) and change.place_name != event.place_name
    nothing: dict[str, str | Said] = {
        name: Said.UNSAID if name in ("step_free", "hearing_loop") else "" for name in OF_THE_PLACE
    }
    usual = {name: getattr(event, name) for name in FIELDS} | (nothing if elsewhere else {})
    same = {name: None for name in FIELDS if name != "is_home" and getattr(change, name) == usual[name]}
    as_made = datetime.combine(one.on_date, event.starts_local.time())
    if change.starts_local == as_made and not one.extra_uid:
        same["starts_local"] = None
    if change.duration == timedelta(minutes=event.duration_minutes):
        same["duration"] = None
    return replace(change, **same)  # type: ignore[arg-type]
