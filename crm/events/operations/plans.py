"""An event as its editor describes it, scheduled and changed as a whole."""

from __future__ import annotations

from dataclasses import dataclass
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
from crm.events.models import Event, EventKind, Occurrence, Visibility
from crm.events.operations.changing import about_to_change, changed, span
from crm.events.operations.dates import Change, write_change
from crm.events.operations.whole import name_on_event
from crm.events.queries import exceptions_of
from crm.events.recurrence import RecurrenceError, Rule, local_dates, to_stored
from crm.events.rights import may_choose
from crm.events.series import MAX_DURATION, DateStatus, Series, SeriesException


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
    about_to_change(event)
    _apply(event, plan)
    changed(event)
    record(viewer, "event.edit", event)


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


def _taken(slug: str) -> bool:
    """Whether an address is another event's, or the editor's own."""
    return slug == "new" or db.session.scalar(select(Event.id).where(Event.slug == slug)) is not None


def _apply(event: Event, plan: Plan) -> None:
    event.kind, event.visibility = plan.kind, plan.visibility
    event.title, event.description = plan.title, plan.description
    event.place_name, event.address, event.area = plan.place_name, plan.address, plan.area
    event.is_home = plan.is_home
    event.starts_local = plan.starts_local
    event.duration_minutes = int(plan.duration.total_seconds() // 60)
    event.recurrence = to_stored(plan.rule) if plan.rule else None
    event.skipped = sorted(day.isoformat() for day in plan.skipped)
    span(event)


def _put_change(event: Event, day: date, change: Change, now: datetime) -> None:
    one = Occurrence(event_id=event.id, on_date=day, changed_at=now)
    write_change(one, change)
    event.occurrences.append(one)
    span(event)
