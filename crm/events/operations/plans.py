"""An event as its editor describes it, scheduled and changed as a whole."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

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
from crm.events.models import Event, EventKind, Occurrence, Said, Visibility
from crm.events.operations.changing import (
    about_to_change,
    changed,
    keep_before_rest,
    new_uid,
    span,
)
from crm.events.operations.dates import Change, write_change
from crm.events.operations.picking import pick, put_picked, read_picked
from crm.events.operations.visibility import name_keepers
from crm.events.queries import exceptions_of
from crm.events.queries.finding import index_events
from crm.events.recurrence import RecurrenceError, Rule, local_dates, to_stored
from crm.events.rights import is_wider
from crm.events.series import MAX_DURATION, DateStatus, Series, SeriesException
from crm.events.venues import FIELDS

MOST_PICKED = 60


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
    directions: str = ""
    step_free: Said = Said.UNSAID
    hearing_loop: Said = Said.UNSAID
    interpretation: str = ""
    childcare: str = ""
    food: str = ""
    online_url: str = ""
    skipped: frozenset[date] = frozenset()
    changes: tuple[tuple[date, Change], ...] = ()
    # Without a rule: the days beside the first on which it takes place at the same time.
    picked: frozenset[date] = frozenset()


def schedule_event(viewer: Viewer, coalition: Coalition, plan: Plan, *, publish: bool = True) -> Event:
    """Make an event with its exceptions. Raises Refused, or RecurrenceError with the field that is wrong."""
    now = clock.now()
    check_plan(plan, coalition.timezone)
    event = Event(
        slug=unused_slug(plan.title, plan.visibility),
        uid=new_uid(),
        timezone=coalition.timezone,
        created_by_id=viewer.user_id,
        created_at=now,
        changed_at=now,
    )
    apply_plan(event, plan)
    db.session.add(event)
    db.session.flush()
    # Until now nobody knew of it: who asked for word of new dates gets it.
    about_to_change(event)
    event.published_at = now if publish else None
    if plan.visibility is Visibility.CLOSED:
        name_keepers(viewer, event)
    for day, change in plan.changes:
        _put_change(event, day, change, now)
    touch_feeds()
    index_events([event])
    record(viewer, "event.schedule", event)
    return event


def edit_event(viewer: Viewer, event: Event, plan: Plan) -> None:
    """Change the whole event. Its dates that were moved or cancelled stay so. Raises Refused."""
    check_plan(plan, event.timezone)
    check_widening(event, plan.visibility)
    keep_before_rest(event, plan.rule, plan.starts_local)
    if plan.visibility is Visibility.CLOSED:
        name_keepers(viewer, event)
    about_to_change(event)
    apply_plan(event, plan)
    changed(event)
    index_events([event])
    record(viewer, "event.edit", event)


def check_plan(plan: Plan, timezone: str) -> None:
    """Raises RecurrenceError for dates that can't be, Refused for exceptions on days without a date."""
    Series("", plan.starts_local, plan.duration, timezone, plan.rule)
    if plan.duration > MAX_DURATION:
        raise RecurrenceError("duration", _("An event ends after it begins, and within 14 days."))
    if plan.is_home and plan.visibility is Visibility.PUBLIC:
        raise Refused(_("Somebody's home is never told to everybody. Choose by neighborhood."), "visibility")
    if len(plan.picked) > MOST_PICKED:
        raise Refused(_("Pick at most %(most)s days.", most=MOST_PICKED), "picked")
    named = dict.fromkeys(plan.skipped, "skipped") | {day: "changes" for day, _change in plan.changes}
    for day in sorted(set(named) - _made(plan, named)):
        raise Refused(_("The series has no date on %(day)s.", day=full_date(day)), named[day])
    if not _leaves_a_date(plan):
        raise Refused(_("Then no date is left."), "skipped")


def check_widening(event: Event, new: Visibility) -> None:
    """Raise Refused where a change of the event would let more people know of what is published."""
    if event.published_at is not None and is_wider(new, event.visibility):
        raise Refused(_("Who may know of a published event is widened on a page of its own."), "visibility")


def _made(plan: Plan, named: Collection[date]) -> set[date]:
    """The dates that a plan makes, from the first to the last of those named."""
    if not named:
        return set()
    first = datetime.combine(min(named), datetime.min.time())
    last = datetime.combine(max(named), datetime.max.time())
    made = local_dates(plan.rule, plan.starts_local, after=first, before=last)
    return {start.date() for start in made} | (plan.picked if plan.rule is None else set())


def _leaves_a_date(plan: Plan) -> bool:
    """Whether a series takes place at all: not every one of its dates is left out."""
    made = islice(local_dates(plan.rule, plan.starts_local), len(plan.skipped) + 1)
    return any(start.date() not in plan.skipped for start in made)


def series_of_plan(plan: Plan, timezone: str, event: Event | None) -> tuple[Series, list[SeriesException]]:
    """What a plan would make, to be read back before it is saved; with the dates changed before."""
    starts_local, at = plan.starts_local, plan.starts_local.time()
    exceptions = [SeriesException(day, DateStatus.SKIPPED) for day in plan.skipped]
    exceptions += [
        SeriesException(day, starts_local=one.starts_local, duration=one.duration, place=one.place_name)
        for day, one in plan.changes
    ]
    kept = [one for one in exceptions_of(event) if one.status is not DateStatus.SKIPPED] if event else []
    if plan.rule is None:
        picked = pick(event, _days(plan))
        starts_local = datetime.combine(picked.base, at)
        exceptions += read_picked(event, picked, at)
        kept = [one for one in kept if one.uid is None and one.date not in {each.date for each in exceptions}]
    return Series("", starts_local, plan.duration, timezone, plan.rule), exceptions + kept


def _days(plan: Plan) -> frozenset[date]:
    return plan.picked | {plan.starts_local.date()}


# The pages that stand beside events under the same address.
BESIDE = frozenset({"ledger", "new", "offers"})


def unused_slug(title: str, visibility: Visibility) -> str:
    """An address for an event that no other has.

    That of a closed one tells nothing: mail holds the link alone, and a title that is taken would tell of it.
    """
    if visibility is Visibility.CLOSED:
        title = f"meeting {secrets.token_hex(4)}"
    return free_slug(title, "event", _taken)


def _taken(slug: str) -> bool:
    """Whether an address is another event's, or that of a page beside them."""
    return slug in BESIDE or db.session.scalar(select(Event.id).where(Event.slug == slug)) is not None


def apply_plan(event: Event, plan: Plan) -> None:
    """Put a plan into its event, its days and their span too."""
    event.kind, event.visibility = plan.kind, plan.visibility
    event.title, event.description = plan.title, plan.description
    for name in FIELDS:
        setattr(event, name, getattr(plan, name))
    if plan.rule is None:
        made = event if event.id is not None else None
        put_picked(event, pick(made, _days(plan)), plan.starts_local.time())
    else:
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
