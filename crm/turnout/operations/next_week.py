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
from crm.events.models import Event, EventAccess
from crm.events.operations import (
    Plan,
    add_date,
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
from crm.turnout.operations.asking_again import Asked, ask_again
from crm.turnout.operations.counting import set_goal
from crm.turnout.queries import find_turnout_date


class How(StrEnum):
    """What became of the wish."""

    NEW_EVENT = auto()
    EXTENDED = auto()
    ADDED = auto()
    THERE = auto()


@dataclass(frozen=True)
class NextWeek:
    """The date a week later, how it came to be, and what is carried to it: goal, roles, groups to ask."""

    event: Event
    on_date: date
    how: How
    goal: bool
    role_ids: tuple[int, ...]
    asked: Asked

    @property
    def did_anything(self) -> bool:
        """Whether there is something to take back."""
        return self.how is not How.THERE or self.goal or bool(self.role_ids or self.asked.ids)


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
    goal = _carry_goal(viewer, event, one.on_date, later, target)
    roles = carry_roles(viewer, event, one.on_date, later, target)
    asked = ask_again(viewer, event, one.on_date, later, None if later is not event else target)
    return NextWeek(later, target, how, goal, tuple(role.id for role in roles), asked)


def _carry_goal(viewer: Viewer, event: Event, on_date: date, later: Event, target: date) -> bool:
    here, there = find_turnout_date(event.id, on_date), find_turnout_date(later.id, target)
    if not here or not here.goal or (there and there.goal):
        return False
    set_goal(viewer, later, target, here.goal)
    return True


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
