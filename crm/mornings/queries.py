"""Who wants a morning mail, and what would stand in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from crm.coalitions.models import Coalition, Membership
from crm.core.crypto import made_token, token_hash
from crm.core.db import db
from crm.core.permissions import RIGHTS, Permission, Role
from crm.mornings.models import MorningMail
from crm.organizations.models import Assignment, Organization
from crm.outreach.models import FollowUp, Handover

LEAVE = "morning mail, leave"
# Who does outreach has follow-ups, and can have them mailed.
ROLES = tuple(role for role in Role if Permission.OUTREACH_LOG in RIGHTS[role])


@dataclass
class Morning:
    """What one person is told: their open tasks up to today, and what others handed to them."""

    tasks: list[FollowUp] = field(default_factory=list)
    handovers: list[Handover] = field(default_factory=list)
    # Groups given to look after, how many.
    groups: int = 0

    @property
    def is_empty(self) -> bool:
        return not self.tasks and not self.handovers and not self.groups


@dataclass(frozen=True)
class Choice:
    """Whether a person wants the mail of one of their coalitions."""

    coalition: Coalition
    wanted: bool


def leave_token(one: MorningMail) -> str:
    """The secret of the link that ends it, the same in each mail."""
    return made_token(one.salt, LEAVE)


def find_by_link(token: str) -> MorningMail | None:
    """Whose link it is."""
    query = select(MorningMail).where(MorningMail.leave_hash == token_hash(token))
    return db.session.scalars(query).one_or_none()


def find_wish(user_id: int) -> MorningMail | None:
    """Whether somebody wants it in the chosen coalition."""
    return db.session.scalars(select(MorningMail).where(MorningMail.user_id == user_id)).one_or_none()


def list_choices(user_id: int) -> list[Choice]:
    """The coalitions in which somebody has follow-ups to be mailed. Needs `across_coalitions()`."""
    query = (
        select(Coalition, MorningMail.id)
        .join(Membership, Membership.coalition_id == Coalition.id)
        .outerjoin(
            MorningMail,
            (MorningMail.coalition_id == Coalition.id) & (MorningMail.user_id == Membership.user_id),
        )
        .where(Membership.user_id == user_id, Membership.role.in_(ROLES))
    )
    rows = db.session.execute(query.order_by(Coalition.name, Coalition.id))
    return [Choice(row[0], row[1] is not None) for row in rows]


def list_untold(today: date) -> Sequence[MorningMail]:
    """Who wants it, still does outreach here, and was not told today; held until the commit."""
    query = (
        select(MorningMail)
        .join(
            Membership,
            (Membership.user_id == MorningMail.user_id)
            & (Membership.coalition_id == MorningMail.coalition_id),
        )
        .where(
            Membership.role.in_(ROLES),
            or_(MorningMail.told_on.is_(None), MorningMail.told_on < today),
        )
        .options(joinedload(MorningMail.user))
        .order_by(MorningMail.id)
    )
    return db.session.scalars(query.with_for_update(of=MorningMail)).all()


def read_mornings(wishes: Sequence[MorningMail], today: date) -> Mapping[int, Morning]:
    """User id → what they are told, in three statements for however many."""
    found: dict[int, Morning] = defaultdict(Morning)
    since = {one.user_id: one.told_until or one.since for one in wishes}
    for task in _list_tasks(list(since), today):
        found[task.owner_id or 0].tasks.append(task)
    oldest = min(since.values())
    for handover in _list_handovers(list(since), oldest):
        if handover.at > since[handover.to_id or 0]:
            found[handover.to_id or 0].handovers.append(handover)
    for given in _list_assignments(list(since), oldest):
        if given.at > since[given.assignee_id or 0]:
            found[given.assignee_id or 0].groups += sum(map(len, given.before.values()))
    return found


def _list_tasks(user_ids: Sequence[int], today: date) -> Sequence[FollowUp]:
    query = (
        select(FollowUp)
        .where(FollowUp.owner_id.in_(user_ids), FollowUp.done_at.is_(None), FollowUp.due_on <= today)
        .where(_seen_by_owner())
        .options(joinedload(FollowUp.organization))
    )
    return db.session.scalars(query.order_by(FollowUp.due_on, FollowUp.id)).all()


def _seen_by_owner() -> ColumnElement[bool]:
    """What its owner sees: of who is limited to assigned groups, what is about these or about none."""
    limited = select(Membership.user_id).where(Membership.role == Role.LIMITED)
    own = select(Organization.id).where(Organization.assignee_id == FollowUp.owner_id)
    own_or_none = or_(FollowUp.organization_id.is_(None), FollowUp.organization_id.in_(own))
    return or_(FollowUp.owner_id.not_in(limited), own_or_none)


def _list_handovers(user_ids: Sequence[int], since: datetime) -> Sequence[Handover]:
    query = (
        select(Handover)
        .where(
            Handover.to_id.in_(user_ids),
            Handover.at > since,
            Handover.undone_at.is_(None),
            Handover.tasks > 0,
            or_(Handover.by_id.is_(None), Handover.by_id != Handover.to_id),
        )
        .options(joinedload(Handover.by))
    )
    return db.session.scalars(query.order_by(Handover.at, Handover.id)).all()


def _list_assignments(user_ids: Sequence[int], since: datetime) -> Sequence[Assignment]:
    query = select(Assignment).where(
        Assignment.assignee_id.in_(user_ids),
        Assignment.at > since,
        Assignment.undone_at.is_(None),
        or_(Assignment.by_id.is_(None), Assignment.by_id != Assignment.assignee_id),
    )
    return db.session.scalars(query.order_by(Assignment.id)).all()
