"""Taking “same next week” back: all that one press did, as long as nobody has answered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.demonstrations.operations import take_back_invitation
from crm.demonstrations.queries.ledger import list_standing_promises
from crm.events.models import Event
from crm.events.operations import cancel_date, cancel_event
from crm.roles.operations import remove_role
from crm.roles.queries import RoleOnDate, comes_once, list_roles
from crm.rsvps.queries import list_rsvps
from crm.turnout.operations.counting import set_goal


@dataclass(frozen=True)
class Done:
    """What one press did to a date: whether it made it, set its goal, and which roles and groups it asked."""

    made: bool
    goal: bool
    role_ids: Collection[int] = ()
    co_sponsorship_ids: Collection[int] = ()


def call_off_next_week(viewer: Viewer, event: Event, on_date: date, done: Done) -> None:
    """Take back what was done: roles, groups and goal; the date, or the event made for it, is cancelled.

    Raises Refused, and changes nothing, once somebody has answered.
    """
    asked = _asked(event, done)
    roles = [one for one in list_roles(event.id, on_date) if one.role.id in done.role_ids]
    if _is_answered(event, on_date, done, asked, roles):
        raise Refused(
            _("Somebody has answered already, so it stays. Cancel or change single things on this page.")
        )
    for one in asked:
        _ask_no_more(viewer, one)
    for role in roles:
        remove_role(viewer, role.role)
    if done.goal:
        set_goal(viewer, event, on_date, None)
    if done.made and comes_once(event):
        cancel_event(viewer, event, _("Scheduled by mistake."))
    elif done.made:
        cancel_date(viewer, event, on_date, _("Scheduled by mistake."))


def _asked(event: Event, done: Done) -> list[CoSponsorship]:
    query = select(CoSponsorship).where(
        CoSponsorship.event_id == event.id, CoSponsorship.id.in_(done.co_sponsorship_ids)
    )
    return list(db.session.scalars(query.with_for_update(), execution_options={"populate_existing": True}))


def _is_answered(
    event: Event, on_date: date, done: Done, asked: list[CoSponsorship], roles: list[RoleOnDate]
) -> bool:
    """By a group, by who took a role; of a date that would be gone, by who comes or promised something."""
    if any(one.state is not CoSponsorState.ASKED for one in asked) or any(one.takings for one in roles):
        return True
    if not done.made:
        return False
    promises = [one for made in list_standing_promises(event.id).values() for one in made]
    of_the_date = [one for one in promises if one.on_date == on_date or comes_once(event)]
    taken = any(one.takings for one in list_roles(event.id, on_date))
    return bool(of_the_date or taken or list_rsvps(event.id, on_date))


def _ask_no_more(viewer: Viewer, one: CoSponsorship) -> None:
    """Who was not told of it was never asked; the links of the others end."""
    if one.mailed_at is None and one.edition == 1:
        db.session.delete(one)
    else:
        take_back_invitation(viewer, one)
