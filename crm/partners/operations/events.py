"""Events of the coalition's own out of entries of a calendar file."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum, auto
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute

from crm.coalitions.models import Coalition
from crm.coalitions.operations import touch_feeds
from crm.core import clock, search
from crm.core.db import Model, db
from crm.core.permissions import Viewer
from crm.events.models import Event, EventAccess, Occurrence, OccurrenceState
from crm.events.operations import (
    Change,
    Plan,
    cancel_date,
    cancel_event,
    change_date,
    edit_event,
    restore_date,
    schedule_event,
)
from crm.events.recurrence import RecurrenceError, Rule, check_start, from_rrule
from crm.events.rights import starting_visibility
from crm.notices.models import EventSnapshot
from crm.partners.models import CalendarFile, ImportedEvent
from crm.partners.planning import Candidate, Day
from crm.partners.queries.files import last_change

# What belongs to an event and goes with it; nobody is told any more of what was to be told.
PARTS = ("occurrence", "event_access", "event_snapshot", "imported_event")
# Who comes and who wants word of it: told that it is cancelled.
_OF_THE_PUBLIC = ("rsvp", "rsvp_limit", "change_subscription")


class Undone(StrEnum):
    """What became of an event that a file made."""

    REMOVED = auto()
    CANCELLED = auto()
    STAYS = auto()


def write_new(viewer: Viewer, task: CalendarFile, coalition: Coalition, candidate: Candidate) -> None:
    """Make the event of an entry, as a draft or published."""
    plan = _plan(candidate, coalition, task)
    event = schedule_event(viewer, coalition, plan, publish=task.publish)
    for day in candidate.cancelled:
        cancel_date(viewer, event, date.fromisoformat(day), "")
    db.session.flush()
    db.session.add(
        ImportedEvent(
            event_id=event.id,
            file_id=task.id,
            uid=candidate.uid,
            plan=json.dumps(candidate.as_json()),
            changed_at=last_change(event),
        )
    )


def _plan(candidate: Candidate, coalition: Coalition, task: CalendarFile) -> Plan:
    first = datetime.fromisoformat(candidate.starts_local)
    return Plan(
        kind=task.kind,
        title=candidate.title,
        starts_local=first,
        duration=timedelta(minutes=candidate.minutes),
        visibility=starting_visibility(task.kind, is_home=False),
        rule=from_rrule(candidate.rule, coalition.zone) if candidate.rule else None,
        description=candidate.description,
        place_name=candidate.place,
        online_url=candidate.online_url,
        skipped=frozenset(map(date.fromisoformat, candidate.skipped)),
        changes=tuple((date.fromisoformat(day.on), _change(day)) for day in candidate.changes),
        picked=_days(candidate),
    )


def _days(candidate: Candidate) -> frozenset[date]:
    """The days that it is picked for, its first among them; none of a series or a single date."""
    first = candidate.starts_local[:10]
    return frozenset(map(date.fromisoformat, [first, *candidate.picked])) if candidate.picked else frozenset()


def _change(day: Day) -> Change:
    return Change(
        starts_local=datetime.fromisoformat(day.starts_local) if day.starts_local else None,
        duration=timedelta(minutes=day.minutes) if day.minutes else None,
        place_name=day.place,
    )


def write_over(viewer: Viewer, imported: ImportedEvent, candidate: Candidate) -> None:
    """Bring an event to what an entry says now; who may know of it and of what kind it is stay."""
    event = imported.event
    rule = from_rrule(candidate.rule, ZoneInfo(event.timezone)) if candidate.rule else None
    first = _first(event, rule, datetime.fromisoformat(candidate.starts_local))
    usual = Plan(
        kind=event.kind,
        title=candidate.title,
        starts_local=first,
        duration=timedelta(minutes=candidate.minutes),
        visibility=event.visibility,
        rule=rule,
        description=candidate.description,
        place_name=candidate.place,
        online_url=candidate.online_url,
        skipped=frozenset(map(date.fromisoformat, candidate.skipped)),
        picked=_days(candidate),
    )
    kept = {
        name: getattr(event, name) for name in ("area", "directions", "interpretation", "childcare", "food")
    }
    edit_event(viewer, event, replace(usual, **kept))
    _write_days(viewer, event, candidate)


def _first(event: Event, rule: Rule | None, first: datetime) -> datetime:
    """Where the series began here, if that is a day of the new rule too: dates gone by stay."""
    before = datetime.combine(event.starts_local.date(), first.time())
    try:
        check_start(rule, before)
    except RecurrenceError:
        return first
    return before if rule is not None and before < first else first


def _write_days(viewer: Viewer, event: Event, candidate: Candidate) -> None:
    """Bring the single dates to what the file says of them."""
    wanted = {date.fromisoformat(day.on): _change(day) for day in candidate.changes}
    cancelled = set(map(date.fromisoformat, candidate.cancelled))
    for one in list(event.occurrences):
        if one.on_date not in wanted and not one.extra_uid and _differs(one):
            wanted[one.on_date] = Change()
        if one.state is OccurrenceState.CANCELLED and one.on_date not in cancelled:
            restore_date(viewer, event, one.on_date)
    for day, change in sorted(wanted.items()):
        change_date(viewer, event, day, change)
    for day in sorted(cancelled):
        cancel_date(viewer, event, day, "")


def _differs(one: Occurrence) -> bool:
    return (one.starts_local, one.duration_minutes, one.place_name) != (None, None, None)


def take_back(viewer: Viewer, imported: ImportedEvent) -> Undone:
    """Undo the making of an event: one that people know of is cancelled, and they are told of that once."""
    event = imported.event
    if not _is_known(event):
        return Undone.REMOVED if remove_event(event) else Undone.STAYS
    if _is_referred_to(event, PARTS + _OF_THE_PUBLIC):
        return Undone.STAYS
    cancel_event(viewer, event, "")
    # The same entry, brought in again, becomes another event: this one has been called off.
    db.session.delete(imported)
    return Undone.CANCELLED


def _is_known(event: Event) -> bool:
    """Whether people were told of it, or said that they come, and it is not over."""
    today = clock.now().astimezone(ZoneInfo(event.timezone)).date()
    if event.published_at is None or (event.last_on is not None and event.last_on < today):
        return False
    kept = db.session.scalars(select(EventSnapshot).where(EventSnapshot.event_id == event.id)).one_or_none()
    was_told = kept is None or kept.before["visibility"] is not None
    return was_told or _is_referred_to(event, PARTS)


def remove_event(event: Event) -> bool:
    """Delete an event that nothing else refers to; False where something does, and it stays."""
    if _is_referred_to(event, PARTS):
        return False
    for part in (Occurrence, EventAccess, EventSnapshot, ImportedEvent):
        db.session.execute(delete(part).where(part.event_id == event.id))
    db.session.execute(delete(Event).where(Event.id == event.id))
    search.remove("event", [event.id])
    touch_feeds()
    return True


def _is_referred_to(event: Event, but_by: Collection[str]) -> bool:
    """Whether anything refers to an event beside what stands in these tables."""
    return any(
        db.session.scalars(select(attribute).where(attribute == event.id).limit(1)).first() is not None
        for attribute in _referring(but_by)
    )


def _referring(but_by: Collection[str]) -> list[InstrumentedAttribute[Any]]:
    """All that refers to events, whichever feature it belongs to."""
    found = []
    for mapper in Model.registry.mappers:
        for constraint in getattr(mapper.local_table, "foreign_key_constraints", ()):
            columns = [column for column in constraint.columns if column.name != "coalition_id"]
            other = constraint.referred_table.name == "event" and constraint.table.name not in but_by
            if other and len(columns) == 1:
                found.append(getattr(mapper.class_, mapper.get_property_by_column(columns[0]).key))
    return found
