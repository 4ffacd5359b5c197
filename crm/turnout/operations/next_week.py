"""“Same next week”: the date a week later, with the goal, the roles and the groups of this one asked anew.

A one-off becomes another event, with a UID of its own. A series is let go on where it ends before, and
gets one more date where its rule makes none on that day; where next week is there already, it is filled.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum, auto

from flask_babel import gettext as _
from sqlalchemy import select

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.formats import full_date
from crm.core.permissions import Viewer
from crm.demonstrations.amounts import say_amount
from crm.demonstrations.models import Commitment, CoSponsorState
from crm.demonstrations.operations import ask_to_co_sponsor
from crm.demonstrations.queries import list_co_sponsorships
from crm.demonstrations.queries.co_sponsors import find_co_sponsorship_of
from crm.demonstrations.queries.ledger import list_standing_promises
from crm.events.models import Event, EventAccess
from crm.events.operations import (
    Plan,
    add_date,
    cancel_date,
    cancel_event,
    extend_series,
    restore_event,
    schedule_event,
)
from crm.events.queries import EventDate, find_date, series_of
from crm.events.recurrence import local_dates
from crm.events.venues import FIELDS
from crm.roles.operations import carry_roles
from crm.roles.queries import comes_once
from crm.turnout.growth import WEEK
from crm.turnout.operations.counting import set_goal
from crm.turnout.queries import find_turnout_date

LONGEST_NOTE = 300


class How(StrEnum):
    """What became of the wish."""

    NEW_EVENT = auto()
    EXTENDED = auto()
    ADDED = auto()
    THERE = auto()


@dataclass(frozen=True)
class NextWeek:
    """The date a week later, how it came to be, and what was carried to it: roles and groups asked anew."""

    event: Event
    on_date: date
    how: How
    roles: int
    groups: int


def repeat_next_week(viewer: Viewer, coalition: Coalition, event: Event, one: EventDate) -> NextWeek:
    """The same a week after a date; pressed again, nothing more comes of it. Raises Refused."""
    if event.cancelled_at is not None:
        raise Refused(_("All of it is cancelled. Let it take place again first."))
    target = one.on_date + WEEK
    if comes_once(event):
        later = _another(viewer, coalition, event, one)
        target, how = later.starts_local.date(), How.NEW_EVENT
    else:
        later, how = event, _continue(viewer, event, one, target)
    goal = find_turnout_date(event.id, one.on_date)
    there = find_turnout_date(later.id, target)
    if goal and goal.goal and not (there and there.goal):
        set_goal(viewer, later, target, goal.goal)
    roles = carry_roles(viewer, event, one.on_date, later, target)
    groups = _ask_again(viewer, event, one.on_date, later, None if later is not event else target)
    return NextWeek(later, target, how, roles, groups)


def call_off_next_week(viewer: Viewer, event: Event, on_date: date) -> None:
    """Take it back: the date, or the event that was made for it, is cancelled. Raises Refused."""
    reason = _("Scheduled by mistake.")
    if comes_once(event):
        cancel_event(viewer, event, reason)
    else:
        cancel_date(viewer, event, on_date, reason)


def press_key(event: Event, on_date: date) -> str:
    """By which the event made for the week after a date is known: there is one."""
    return hashlib.sha256(f"next-week:{event.id}:{on_date}".encode()).hexdigest()


def _continue(viewer: Viewer, event: Event, one: EventDate, target: date) -> How:
    """See to it that a series has a date on that day."""
    there = find_date(event, viewer, target)
    if there is not None and there.cancelled:
        raise Refused(
            _("%(day)s is there, and cancelled. Let it take place again on its page.", day=full_date(target))
        )
    if there is not None:
        return How.THERE
    rule = series_of(event).rule
    if rule is not None and rule.until is not None and target > rule.until:
        longer = replace(rule, until=target, count=None)
        made = local_dates(longer, event.starts_local, limit=100_000)
        if any(start.date() == target for start in made):
            extend_series(viewer, event, target)
            return How.EXTENDED
    add_date(viewer, event, one.starts_local + (target - one.starts_local.date()))
    return How.ADDED


def _another(viewer: Viewer, coalition: Coalition, event: Event, one: EventDate) -> Event:
    """The same event a week later: what it was on its date, its host, and whom it names."""
    key = press_key(event, one.on_date)
    made = db.session.scalars(select(Event).where(Event.form_key == key)).one_or_none()
    if made is not None:
        restore_event(viewer, made)
        return made
    plan = Plan(
        kind=event.kind,
        title=event.title,
        starts_local=one.starts_local + WEEK,
        duration=timedelta(minutes=event.duration_minutes),
        visibility=event.visibility,
        description=event.description,
        **{name: getattr(one.venue, name) for name in FIELDS},
    )
    later = schedule_event(viewer, coalition, plan, publish=event.published_at is not None)
    later.form_key, later.organization_id = key, event.organization_id
    _name_the_same(event, later)
    return later


def _name_the_same(event: Event, later: Event) -> None:
    """Who is named on a closed event, or one for some groups, is named on the other too."""
    query = select(EventAccess)
    there = {
        (one.user_id, one.organization_id)
        for one in db.session.scalars(query.where(EventAccess.event_id == later.id))
    }
    for one in db.session.scalars(query.where(EventAccess.event_id == event.id)).all():
        if (one.user_id, one.organization_id) not in there:
            db.session.add(
                EventAccess(event_id=later.id, user_id=one.user_id, organization_id=one.organization_id)
            )


def _ask_again(viewer: Viewer, event: Event, on_date: date, later: Event, target: date | None) -> int:
    """Ask the groups that stood behind this date alone, or behind the one-off; how many that are.

    Who stands behind the whole series stands behind next week anyway.
    """
    asked = 0
    promises = list_standing_promises(event.id)
    for one in list_co_sponsorships(event.id):
        of_this = one.on_date == on_date or (later is not event and one.on_date is None)
        if one.state is not CoSponsorState.ACCEPTED or not of_this or one.organization.archived_at:
            continue
        if find_co_sponsorship_of(later.id, one.organization_id, target) is not None:
            continue
        again = ask_to_co_sponsor(viewer, later, one.organization, target)
        mine = [made for made in promises.get(one.organization_id, []) if made.on_date in (None, on_date)]
        again.note = _last_time(mine)
        asked += 1
    return asked


def _last_time(promises: list[Commitment]) -> str:
    """What the group promised last time, for who asks it."""
    said = [say_amount(one.kind, one.amount, what=one.what, currency=one.currency) for one in promises]
    return str(_("Last time: %(what)s", what=", ".join(said)))[:LONGEST_NOTE] if said else ""
