"""Scheduling events and changing single dates of them.

Each change that a calendar app must notice raises SEQUENCE and the time of change (5-calendars.md), and
the version of the coalition's feeds. A UID is made once and never changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import uuid4

from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.coalitions.operations import touch_feeds
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.formats import full_date
from crm.core.permissions import Viewer
from crm.core.slugs import free_slug
from crm.events.models import Event, EventAccess, EventKind, Occurrence, OccurrenceState, Visibility
from crm.events.queries import exceptions_of, series_of
from crm.events.recurrence import RecurrenceError, Rule, local_dates, to_stored
from crm.events.rights import may_choose
from crm.events.series import MAX_DURATION, DateStatus, Series, SeriesException


@dataclass(frozen=True)
class Change:
    """What differs on one date: a time, a place, or both. None: as the series has it."""

    starts_local: datetime | None = None
    duration: timedelta | None = None
    place_name: str | None = None
    address: str | None = None


@dataclass(frozen=True)
class Plan:
    """An event as its editor describes it. `starts_local` is naive wall time in the coalition's zone."""

    kind: EventKind
    title: str
    starts_local: datetime
    duration: timedelta
    visibility: Visibility
    rule: Rule | None = None
    description: str = ""
    place_name: str = ""
    address: str = ""
    area: str = ""
    is_home: bool = False
    skipped: frozenset[date] = frozenset()
    changes: tuple[tuple[date, Change], ...] = ()


def schedule_event(viewer: Viewer, coalition: Coalition, plan: Plan, *, publish: bool = True) -> Event:
    """Make an event with its exceptions. Raises Refused, or RecurrenceError with the field that is wrong."""
    now = clock.now()
    check_plan(plan, coalition.timezone)
    event = Event(
        slug=free_slug(plan.title, "event", _taken),
        uid=f"{uuid4()}@muster",
        timezone=coalition.timezone,
        published_at=now if publish else None,
        created_by_id=viewer.user_id,
        created_at=now,
        changed_at=now,
    )
    _apply(event, plan)
    db.session.add(event)
    db.session.flush()
    if plan.visibility is Visibility.CLOSED and viewer.user_id is not None:
        name_on_event(viewer, event, viewer.user_id)
    for day, change in plan.changes:
        _put_change(event, day, change, now)
    touch_feeds()
    record(viewer, "event.schedule", event)
    return event


def edit_event(viewer: Viewer, event: Event, plan: Plan) -> None:
    """Change the whole event. Its dates that were moved or cancelled stay so. Raises Refused."""
    check_plan(plan, event.timezone)
    if not may_choose(viewer, event, plan.visibility):
        raise Refused(_("Only a coordinator can let more people see a published event."), "visibility")
    if plan.visibility is Visibility.CLOSED and viewer.user_id is not None:
        name_on_event(viewer, event, viewer.user_id)
    _apply(event, plan)
    _changed(event)
    record(viewer, "event.edit", event)


def publish_event(viewer: Viewer, event: Event) -> None:
    """Let those see it whom its visibility names."""
    if event.published_at is None:
        event.published_at = clock.now()
        _changed(event)
        record(viewer, "event.publish", event)


def cancel_event(viewer: Viewer, event: Event, reason: str) -> None:
    """Cancel all of it. It stays in calendars, as cancelled: removal would tell nobody."""
    if event.cancelled_at is None:
        event.cancelled_at, event.cancel_reason = clock.now(), reason
        _changed(event)
        record(viewer, "event.cancel", event)


def restore_event(viewer: Viewer, event: Event) -> None:
    """Take the cancelling back."""
    if event.cancelled_at is not None:
        event.cancelled_at, event.cancel_reason = None, ""
        _changed(event)
        record(viewer, "event.restore", event)


def cancel_date(viewer: Viewer, event: Event, on_date: date, reason: str) -> Occurrence:
    """Cancel one date. Raises Refused where the event has no such date."""
    one = _occurrence(event, on_date)
    if one.state is OccurrenceState.CANCELLED and one.cancel_reason == reason:
        return one
    one.state, one.cancel_reason = OccurrenceState.CANCELLED, reason
    _changed_date(one)
    record(viewer, "event.cancel_date", event, on=on_date.isoformat())
    return one


def restore_date(viewer: Viewer, event: Event, on_date: date) -> None:
    """Let a cancelled date take place after all."""
    one = _occurrence(event, on_date)
    if one.state is OccurrenceState.SCHEDULED:
        return
    one.state, one.cancel_reason = OccurrenceState.SCHEDULED, ""
    _changed_date(one)
    record(viewer, "event.restore_date", event, on=on_date.isoformat())


def change_date(viewer: Viewer, event: Event, on_date: date, change: Change) -> Occurrence:
    """Move one date or hold it elsewhere. Its address stays the original date's. Raises Refused."""
    one = _occurrence(event, on_date)
    _write_change(one, change)
    _changed_date(one)
    _span(event)
    record(viewer, "event.change_date", event, on=on_date.isoformat())
    return one


def add_date(viewer: Viewer, event: Event, starts_local: datetime) -> Occurrence:
    """Add a date that the series does not make, once. Raises Refused where another one is on that day."""
    on_date = starts_local.date()
    for one in event.occurrences:
        if one.extra_uid and one.on_date == on_date and one.starts_local == starts_local:
            return one
    taken = any(one.on_date == on_date for one in event.occurrences) or on_date in _rule_dates(event, on_date)
    if taken:
        raise Refused(_("There is a date on that day already."), "starts_on")
    one = Occurrence(
        event_id=event.id,
        on_date=on_date,
        starts_local=starts_local,
        extra_uid=f"{uuid4()}@muster",
        changed_at=clock.now(),
    )
    event.occurrences.append(one)
    _span(event)
    touch_feeds()
    record(viewer, "event.add_date", event, on=on_date.isoformat())
    return one


def extend_series(viewer: Viewer, event: Event, until: date | None) -> None:
    """Let a series go on until a later date, or without an end. Raises Refused, RecurrenceError."""
    rule = series_of(event).rule
    if rule is None:
        raise Refused(_("This is not a series."), "until")
    rule = replace(rule, until=until, count=None)
    Series(event.uid, event.starts_local, timedelta(minutes=event.duration_minutes), event.timezone, rule)
    event.recurrence = to_stored(rule)
    _changed(event)
    record(viewer, "event.extend", event)


def name_on_event(viewer: Viewer, event: Event, user_id: int) -> None:
    """Let an organizer see a closed event."""
    query = select(EventAccess).where(EventAccess.event_id == event.id, EventAccess.user_id == user_id)
    if db.session.scalars(query).one_or_none() is None:
        db.session.add(EventAccess(event_id=event.id, user_id=user_id))
        record(viewer, "event.name", event, user=user_id)


def _taken(slug: str) -> bool:
    """Whether an address is another event's, or the editor's own."""
    return slug == "new" or db.session.scalar(select(Event.id).where(Event.slug == slug)) is not None


def check_plan(plan: Plan, timezone: str) -> None:
    """Raises RecurrenceError for dates that can't be, Refused for exceptions on days without a date."""
    Series("", plan.starts_local, plan.duration, timezone, plan.rule)
    if plan.duration > MAX_DURATION:
        raise RecurrenceError("duration", _("An event ends after it begins, and within 14 days."))
    named = dict.fromkeys(plan.skipped, "skipped") | {day: "changes" for day, _change in plan.changes}
    if not named:
        return
    first = datetime.combine(min(named), datetime.min.time())
    last = datetime.combine(max(named), datetime.max.time())
    made = {start.date() for start in local_dates(plan.rule, plan.starts_local, after=first, before=last)}
    for day in sorted(set(named) - made):
        raise Refused(_("The series has no date on %(day)s.", day=full_date(day)), named[day])


def series_of_plan(plan: Plan, timezone: str, event: Event | None) -> tuple[Series, list[SeriesException]]:
    """What a plan would make, to be read back before it is saved; with the dates changed before."""
    series = Series("", plan.starts_local, plan.duration, timezone, plan.rule)
    exceptions = [SeriesException(day, DateStatus.SKIPPED) for day in plan.skipped]
    exceptions += [
        SeriesException(day, starts_local=one.starts_local, duration=one.duration, place=one.place_name)
        for day, one in plan.changes
    ]
    kept = exceptions_of(event) if event else []
    return series, exceptions + [one for one in kept if one.status is not DateStatus.SKIPPED]


def _apply(event: Event, plan: Plan) -> None:
    event.kind, event.visibility = plan.kind, plan.visibility
    event.title, event.description = plan.title, plan.description
    event.place_name, event.address, event.area = plan.place_name, plan.address, plan.area
    event.is_home = plan.is_home
    event.starts_local = plan.starts_local
    event.duration_minutes = int(plan.duration.total_seconds() // 60)
    event.recurrence = to_stored(plan.rule) if plan.rule else None
    event.skipped = sorted(day.isoformat() for day in plan.skipped)
    _span(event)


def _span(event: Event) -> None:
    """The first and last local date, moved and extra ones too, so that windows find the event."""
    series = series_of(event)
    days = [one.starts_local.date() for one in event.occurrences if one.starts_local]
    event.first_on = min([event.starts_local.date(), *days])
    rule = series.rule
    if rule is not None and rule.until is None and rule.count is None:
        event.last_on = None
        return
    *_rest, last = local_dates(rule, event.starts_local, limit=100_000)
    event.last_on = max([last.date() + timedelta(minutes=event.duration_minutes), *days])


def _rule_dates(event: Event, day: date) -> set[date]:
    start = datetime.combine(day, datetime.min.time())
    rule = series_of(event).rule
    return {
        s.date() for s in local_dates(rule, event.starts_local, after=start, before=start + timedelta(days=1))
    }


def _occurrence(event: Event, on_date: date) -> Occurrence:
    """The row of a date, made where nothing differed yet. Raises Refused where there is no such date."""
    for one in event.occurrences:
        if one.on_date == on_date:
            return one
    skipped = {one.date for one in exceptions_of(event) if one.status is DateStatus.SKIPPED}
    if on_date not in _rule_dates(event, on_date) or on_date in skipped:
        raise Refused(_("There is no date of this event on %(day)s.", day=full_date(on_date)))
    one = Occurrence(event_id=event.id, on_date=on_date, sequence=0, changed_at=clock.now())
    event.occurrences.append(one)
    return one


def _put_change(event: Event, day: date, change: Change, now: datetime) -> None:
    one = Occurrence(event_id=event.id, on_date=day, changed_at=now)
    _write_change(one, change)
    event.occurrences.append(one)
    _span(event)


def _write_change(one: Occurrence, change: Change) -> None:
    one.starts_local = change.starts_local
    one.duration_minutes = int(change.duration.total_seconds() // 60) if change.duration else None
    one.place_name, one.address = change.place_name, change.address


def _changed(event: Event) -> None:
    """Told to calendars: a higher SEQUENCE, the time of the change; the feeds are made anew."""
    # Past the numbers of single dates too: what was told as one of them may now be told as the event itself.
    event.sequence += 1 + max((one.sequence for one in event.occurrences), default=0)
    event.changed_at = clock.now()
    _span(event)
    touch_feeds()


def _changed_date(one: Occurrence) -> None:
    one.sequence += 1
    one.changed_at = clock.now()
    touch_feeds()
