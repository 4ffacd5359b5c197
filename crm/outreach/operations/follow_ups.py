"""What is to be done, by whom, on which day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from crm.accounts.operations import find_membership
from crm.audit.operations import record
from crm.core import clock
from crm.core.db import batches, db
from crm.core.errors import Refused
from crm.core.permissions import RIGHTS, Permission, Role, Viewer
from crm.organizations.models import Organization
from crm.outreach.models import FollowUp, Handover

# With which the origin of a task begins that was made by pressing a button of a form.
PRESS = "form:"


def add_follow_up(
    viewer: Viewer,
    *,
    title: str,
    due_on: date,
    owner_id: int | None,
    organization_id: int | None = None,
    interaction_id: int | None = None,
    origin: str | None = None,
    instead_of: str | None = None,
) -> FollowUp:
    """Note a dated task; `origin` (at most 120 characters) names what it is made for, and makes it once.

    An origin that was used gives its task back as it stands. `instead_of` is the origin of a task that this
    one takes the place of: while that is open it becomes this one, and stays whose it is. Raises Refused
    (field `owner_id`) where the owner is no organizer of the coalition."""
    if there := _there_already(viewer, title, due_on, origin, instead_of):
        return there
    check_owner(viewer, owner_id)
    if organization_id is not None:
        owner_id = _owner_who_sees(owner_id, organization_id, by_hand=(origin or PRESS).startswith(PRESS))
    about = {"organization_id": organization_id, "interaction_id": interaction_id, "origin": origin}
    made = {"created_by_id": viewer.user_id, "created_at": clock.now()}
    follow_up = FollowUp(title=title, due_on=due_on, owner_id=owner_id, **about, **made)
    db.session.add(follow_up)
    record(viewer, "follow_up.add", follow_up)
    return follow_up


def _owner_who_sees(owner_id: int | None, organization_id: int, *, by_hand: bool) -> int | None:
    """What the program makes for who does not see the group becomes nobody's, where others see it."""
    if by_hand:
        check_sees(owner_id, [organization_id])
    return owner_id if sees(owner_id, [organization_id]) else None


def _there_already(
    viewer: Viewer, title: str, due_on: date, origin: str | None, instead_of: str | None
) -> FollowUp | None:
    """The task that was made for the same before; or the one to be replaced, which becomes this one."""
    former = _made_for(instead_of) if instead_of else None
    if origin and (first := _made_for(origin)):
        if former is not None and former is not first:
            finish_follow_up(viewer, former)
        return first
    if former is None or former.done_at is not None:
        return None
    former.origin = origin
    edit_follow_up(viewer, former, title=title, due_on=due_on, owner_id=former.owner_id)
    return former


def _made_for(origin: str) -> FollowUp | None:
    return db.session.scalars(select(FollowUp).where(FollowUp.origin == origin)).one_or_none()


def edit_follow_up(
    viewer: Viewer, follow_up: FollowUp, *, title: str, due_on: date, owner_id: int | None
) -> None:
    """Change a task, or hand it over, of which its new owner is told. Raises Refused (field `owner_id`)."""
    values = {"title": title, "due_on": due_on, "owner_id": owner_id}
    changed = [name for name, value in values.items() if getattr(follow_up, name) != value]
    if "owner_id" in changed:
        check_owner(viewer, owner_id)
        check_sees(owner_id, [follow_up.organization_id] if follow_up.organization_id else [])
        if owner_id is not None and owner_id != viewer.user_id:
            note_handover(viewer, owner_id, {str(follow_up.owner_id or ""): [follow_up.id]})
    for name in changed:
        setattr(follow_up, name, values[name])
    if changed:
        record(viewer, "follow_up.edit", follow_up, fields=changed)


def finish_follow_up(viewer: Viewer, follow_up: FollowUp) -> None:
    """Done. A task that is done already stays as it is."""
    if follow_up.done_at is None:
        follow_up.done_at = clock.now()
        record(viewer, "follow_up.done", follow_up)


def reopen_follow_up(viewer: Viewer, follow_up: FollowUp) -> None:
    """Not done after all."""
    if follow_up.done_at is not None:
        follow_up.done_at = None
        record(viewer, "follow_up.reopen", follow_up)


def snooze_follow_up(viewer: Viewer, follow_up: FollowUp, until: date) -> None:
    """Put a task off to another day. Raises Refused where it is done."""
    if follow_up.done_at is not None:
        raise Refused(_("“%(title)s” is done already.", title=follow_up.title))
    if follow_up.due_on != until:
        follow_up.due_on = until
        record(viewer, "follow_up.snooze", follow_up, fields=["due_on"])


def put_back(viewer: Viewer, follow_up: FollowUp, put_to: date, day: date) -> None:
    """Give a task the day again that it had. Raises Refused where it is not put off to `put_to` any more."""
    if follow_up.due_on not in (put_to, day):
        raise Refused(_("“%(title)s” has been given another day meanwhile.", title=follow_up.title))
    snooze_follow_up(viewer, follow_up, day)


def note_handover(viewer: Viewer, to_id: int, before: dict[str, list[int]]) -> Handover:
    """Keep whose tasks become somebody's: who gets them is told."""
    done = Handover(
        to_id=to_id,
        by_id=viewer.user_id,
        before=before,
        tasks=sum(map(len, before.values())),
        at=clock.now(),
    )
    db.session.add(done)
    return done


def check_owner(viewer: Viewer, owner_id: int | None, field: str = "owner_id") -> None:
    """Whether somebody may be given tasks by the viewer, who may have them too. Raises Refused."""
    if owner_id != viewer.user_id and not may_own(owner_id):
        raise Refused(_("Choose one of the coalition's organizers."), field)


def check_sees(owner_id: int | None, organization_ids: Collection[int], field: str = "owner_id") -> None:
    """Refuse tasks about groups that who is given them can't see. Raises Refused."""
    if not sees(owner_id, organization_ids):
        raise Refused(
            _("They see the groups alone that are assigned to them. Give them the group first."), field
        )


def sees(user_id: int | None, organization_ids: Collection[int]) -> bool:
    """Whether somebody sees all of these groups: who is limited to assigned groups, those alone."""
    member = find_membership(user_id) if user_id is not None else None
    if member is None or member.role is not Role.LIMITED:
        return True
    for part in batches(sorted(organization_ids)):
        others = select(Organization.id).where(
            Organization.id.in_(part), Organization.assignee_id.is_distinct_from(user_id)
        )
        if db.session.scalar(others.limit(1)) is not None:
            return False
    return True


def may_own(owner_id: int | None) -> bool:
    """Whether somebody may own tasks: nobody (None), or one who does outreach here."""
    if owner_id is None:
        return True
    member = find_membership(owner_id)
    return member is not None and Permission.OUTREACH_LOG in RIGHTS[member.role]
