"""What an event needs people for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.events.models import Event
from crm.roles.models import MOST_NEEDED, USUAL, EventRole, RoleKind, RoleTaking
from crm.roles.queries import list_roles, list_series_roles

# In minutes: a shift goes through midnight, but who writes 19:00 to 18:00 has mistyped it.
LONGEST_SHIFT = 16 * 60


@dataclass(frozen=True)
class RoleNeed:
    """A role as an organizer describes it. `on_date` None: on each date; wall times of the event."""

    kind: RoleKind
    needed: int = 1
    label: str = ""
    from_time: time | None = None
    to_time: time | None = None
    note: str = ""
    on_date: date | None = None


def add_role(viewer: Viewer, event: Event, need: RoleNeed) -> EventRole:
    """Say that an event needs people for something. Raises Refused."""
    _check(need)
    role = EventRole(event_id=event.id, created_by_id=viewer.user_id, created_at=clock.now())
    _apply(role, need)
    db.session.add(role)
    record(viewer, "role.add", role, event=event.id)
    return role


def add_usual_roles(viewer: Viewer, event: Event, on_date: date | None = None) -> list[EventRole]:
    """Add what such an event usually needs and does not name yet: on one date, or on each."""
    here = list_series_roles(event.id)
    known = {role.kind for role in here}
    if on_date is not None:
        known = {one.role.kind for one in list_roles(event.id, on_date)}
    return [
        add_role(viewer, event, RoleNeed(kind, needed, on_date=on_date))
        for kind, needed in USUAL[event.kind].items()
        if kind not in known
    ]


def change_role(viewer: Viewer, role: EventRole, need: RoleNeed) -> None:
    """Describe a role anew; its date stays. Raises Refused: not fewer than have taken it somewhere."""
    _check(need)
    if need.needed < (taken := _most_taken(role)):
        raise Refused(
            _(
                "%(count)s people have taken this on one date: give some of it back first.",
                count=taken,
            ),
            "needed",
        )
    before = (role.kind, role.label, role.needed, role.from_time, role.to_time, role.note)
    _apply(role, need)
    if before != (role.kind, role.label, role.needed, role.from_time, role.to_time, role.note):
        record(viewer, "role.change", role, event=role.event_id)


def remove_role(viewer: Viewer, role: EventRole) -> None:
    """It is not needed any more, on any of its dates."""
    if role.removed_at is None:
        role.removed_at = clock.now()
        record(viewer, "role.remove", role, event=role.event_id)


def restore_role(viewer: Viewer, role: EventRole) -> None:
    """It is needed after all, and whoever had it has it again."""
    if role.removed_at is not None:
        role.removed_at = None
        record(viewer, "role.restore", role, event=role.event_id)


def carry_roles(
    viewer: Viewer, event: Event, on_date: date, to_event: Event, to_date: date
) -> list[EventRole]:
    """Let another date need what this one needs, to be filled anew. The roles that were added.

    Within one series the roles of each date are there already; what one date alone needs comes too.
    """
    there = {_same(one.role) for one in list_roles(to_event.id, to_date)}
    added = []
    for one in list_roles(event.id, on_date):
        role = one.role
        if _same(role) not in there:
            need = RoleNeed(
                role.kind, role.needed, role.label, role.from_time, role.to_time, role.note, to_date
            )
            added.append(add_role(viewer, to_event, need))
    db.session.flush()
    return added


def _same(role: EventRole) -> tuple[RoleKind, str, time | None, time | None]:
    return role.kind, role.label.casefold(), role.from_time, role.to_time


def _apply(role: EventRole, need: RoleNeed) -> None:
    role.kind, role.label, role.needed = need.kind, need.label, need.needed
    role.from_time, role.to_time, role.note = need.from_time, need.to_time, need.note
    if role.id is None:
        role.on_date = need.on_date


def _check(need: RoleNeed) -> None:
    if not 1 <= need.needed <= MOST_NEEDED:
        raise Refused(_("Ask for 1 to %(most)s people.", most=MOST_NEEDED), "needed")
    if need.kind is RoleKind.OTHER and not need.label:
        raise Refused(_("Say what it is called."), "label")
    if need.from_time and need.to_time and not 0 < _minutes(need.from_time, need.to_time) <= LONGEST_SHIFT:
        raise Refused(_("A shift ends after it begins."), "to_time")


def _minutes(begins: time, ends: time) -> int:
    """From one wall time to the next other one, through midnight where it is earlier."""
    return ((ends.hour - begins.hour) * 60 + ends.minute - begins.minute) % (24 * 60)


def _most_taken(role: EventRole) -> int:
    """How many have taken it on the date on which most have."""
    a_date = (
        select(func.sum(RoleTaking.count).label("taken"))
        .where(RoleTaking.role_id == role.id, RoleTaking.released_at.is_(None))
        .group_by(RoleTaking.on_date)
        .subquery()
    )
    return db.session.scalar(select(func.max(a_date.c.taken))) or 0
