"""Taking a role on a date, and giving it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.organizations.models import Organization
from crm.roles.models import MOST_NEEDED, EventRole, RoleTaking


@dataclass(frozen=True)
class Taker:
    """Who takes a role: a group, one of the organizers (a user's id), or somebody by name. One of them."""

    organization: Organization | None = None
    user_id: int | None = None
    name: str | None = None


def take_role(viewer: Viewer, role: EventRole, on_date: date, taker: Taker, count: int = 1) -> RoleTaking:
    """Let so many people of somebody do a role on a date; taken by them before, it is so many now.

    Raises Refused where fewer are missing: two may be quicker than one another.
    """
    _lock(role)
    if role.on_date not in (None, on_date) or role.removed_at is not None:
        raise Refused(_("This is not needed on that date."), "count")
    live = _list_live(role, on_date)
    mine = next((one for one in live if _is_of(one, taker)), None)
    left = role.needed - sum(one.count for one in live if one is not mine)
    _check(count, left)
    if mine is not None:
        if mine.count != count:
            mine.count = count
            _note(viewer, "role.retake", mine)
        return mine
    taking = RoleTaking(
        role_id=role.id,
        on_date=on_date,
        organization_id=taker.organization.id if taker.organization else None,
        user_id=taker.user_id,
        person_name=taker.name,
        count=count,
        taken_at=clock.now(),
        entered_by_id=viewer.user_id,
    )
    db.session.add(taking)
    _note(viewer, "role.take", taking)
    return taking


def release_role(viewer: Viewer, taking: RoleTaking) -> None:
    """Give it back: it is open again."""
    if taking.released_at is None:
        taking.released_at = clock.now()
        _note(viewer, "role.release", taking)


def retake_role(viewer: Viewer, taking: RoleTaking) -> None:
    """Take back that it was given back. Raises Refused where others were quicker."""
    role = db.session.get_one(EventRole, taking.role_id)
    _lock(role)
    if taking.released_at is None:
        return
    live = _list_live(role, taking.on_date)
    if any(_is_of(one, Taker(taking.organization, taking.user_id)) for one in live):
        return
    _check(taking.count, role.needed - sum(one.count for one in live))
    taking.released_at = None
    _note(viewer, "role.retake", taking)


def _lock(role: EventRole) -> None:
    """Two who take the last place at once come one after the other."""
    db.session.execute(select(EventRole.id).where(EventRole.id == role.id).with_for_update())


def _list_live(role: EventRole, on_date: date) -> list[RoleTaking]:
    query = select(RoleTaking).where(
        RoleTaking.role_id == role.id, RoleTaking.on_date == on_date, RoleTaking.released_at.is_(None)
    )
    return list(db.session.scalars(query))


def _is_of(taking: RoleTaking, taker: Taker) -> bool:
    if taker.organization is not None:
        return taking.organization_id == taker.organization.id
    if taker.user_id is not None:
        return taking.user_id == taker.user_id
    return taker.name is not None and taking.person_name == taker.name


def _check(count: int, left: int) -> None:
    if not 1 <= count <= MOST_NEEDED:
        raise Refused(_("Write how many people come, 1 or more."), "count")
    if left <= 0:
        raise Refused(_("Others were quicker: nobody is missing here any more."), "count")
    if count > left:
        raise Refused(
            ngettext("Only %(num)s person is missing.", "Only %(num)s people are missing.", left), "count"
        )


def _note(viewer: Viewer, action: str, taking: RoleTaking) -> None:
    record(
        viewer, action, taking, role=taking.role_id, organization=taking.organization_id, count=taking.count
    )
