"""Reading touches, follow-ups and how far outreach is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select
from sqlalchemy.orm import joinedload

from crm.accounts.models import User
from crm.accounts.queries import list_members
from crm.core.db import db
from crm.core.paging import Key, Page, keyset_page
from crm.core.permissions import RIGHTS, Permission
from crm.core.together import Question
from crm.organizations.models import Organization, Stage
from crm.organizations.queries.stages import own_stages
from crm.outreach.models import FollowUp, Interaction, StageChange

QUIET_AFTER = timedelta(days=30)
# Stages at which a group expects to hear from the coalition.
WARM = (Stage.CONTACTED, Stage.IN_CONVERSATION, Stage.ACTIVE)
# Counts stop here ("1,000+"), so that they cost the same however large the directory grows.
COUNT_UP_TO = 1_000


@dataclass(frozen=True)
class Figures:
    """How many groups stand at each stage, and how many nobody has; counted up to COUNT_UP_TO + 1."""

    stages: Mapping[str, int]
    without_anyone: int


@dataclass(frozen=True)
class Named:
    """A group or a person by name."""

    name: str


@dataclass(frozen=True)
class Task:
    """A follow-up that is not done, with its group and who owns it."""

    id: int
    title: str
    due_on: date
    organization_id: int | None
    organization: Named | None
    owner: Named | None


def find_interaction(interaction_id: int) -> Interaction | None:
    """A touch of the chosen coalition, with its group and who logged it."""
    query = select(Interaction).options(joinedload(Interaction.organization), joinedload(Interaction.user))
    return db.session.scalars(query.where(Interaction.id == interaction_id)).one_or_none()


def find_stage_change(change_id: int) -> StageChange | None:
    """A move of the chosen coalition, with its group."""
    query = select(StageChange).options(joinedload(StageChange.organization))
    return db.session.scalars(query.where(StageChange.id == change_id)).one_or_none()


def find_follow_up(follow_up_id: int) -> FollowUp | None:
    """A task of the chosen coalition, with its group and owner."""
    return db.session.scalars(_follow_ups().where(FollowUp.id == follow_up_id)).one_or_none()


def list_owners() -> list[tuple[int, str]]:
    """Who may own a follow-up: (user id, name) of the coalition's organizers, by name."""
    return [
        (user.id, user.name)
        for user, membership in list_members()
        if Permission.OUTREACH_LOG in RIGHTS[membership.role]
    ]


def list_touches(
    *, after: str | None = None, before: str | None = None, limit: int = 12
) -> Page[Interaction]:
    """The coalition's touches, newest first."""
    query = select(Interaction).options(joinedload(Interaction.organization), joinedload(Interaction.user))
    keys = (Key(Interaction.at, descending=True), Key(Interaction.id, descending=True))
    return keyset_page(query, keys, after=after, before=before, limit=limit)


def list_groups_of(user_id: int, limit: int) -> Sequence[Organization]:
    """The groups that somebody looks after, the longest untouched first."""
    query = select(Organization).where(
        Organization.assignee_id == user_id, Organization.archived_at.is_(None)
    )
    order = (Organization.last_touch_at.asc().nulls_first(), Organization.id)
    return db.session.scalars(query.order_by(*order).limit(limit)).all()


def list_quiet_groups(now: datetime, limit: int) -> Sequence[Organization]:
    """Groups that outreach has reached and nobody has touched for QUIET_AFTER, the longest first."""
    query = (
        select(Organization)
        .options(joinedload(Organization.assignee))
        .where(
            Organization.last_touch_at < now - QUIET_AFTER,
            Organization.stage.in_(own_stages().meaning(*WARM)),
            Organization.archived_at.is_(None),
        )
    )
    return db.session.scalars(query.order_by(Organization.last_touch_at, Organization.id).limit(limit)).all()


def count_groups() -> Figures:
    """The figures of the outreach page, in one statement."""
    codes = [step.code for step in own_stages().all]
    counts = [_capped(Organization.stage == code).label(code) for code in codes]
    row = db.session.execute(select(*counts, _capped(Organization.assignee_id.is_(None)))).one()
    return Figures(dict(zip(codes, row, strict=False)), row[-1])


def list_follow_ups(
    owner_id: int | None, *, after: str | None = None, before: str | None = None, limit: int = 50
) -> Page[FollowUp]:
    """What is still to do, the earliest first: of one owner, or of everybody (None)."""
    query = _follow_ups().where(FollowUp.done_at.is_(None))
    if owner_id is not None:
        query = query.where(FollowUp.owner_id == owner_id)
    return keyset_page(
        query, (Key(FollowUp.due_on), Key(FollowUp.id)), after=after, before=before, limit=limit
    )


def list_follow_ups_due(owner_id: int, until: date, limit: int) -> Sequence[FollowUp]:
    """What a person has to do up to a day, the earliest first."""
    query = _follow_ups().where(
        FollowUp.owner_id == owner_id, FollowUp.done_at.is_(None), FollowUp.due_on <= until
    )
    return db.session.scalars(query.order_by(FollowUp.due_on, FollowUp.id).limit(limit)).all()


def list_follow_ups_about(organization_id: int, limit: int = 20) -> Sequence[FollowUp]:
    """What is still to do about a group, the earliest first."""
    query = _follow_ups().where(FollowUp.organization_id == organization_id, FollowUp.done_at.is_(None))
    return db.session.scalars(query.order_by(FollowUp.due_on, FollowUp.id).limit(limit)).all()


def ask_for_tasks(*conditions: ColumnElement[bool], limit: int) -> Question:
    """The question for what is to be done, the earliest first; `read_tasks` reads its rows."""
    task = FollowUp
    query = (
        select(task.id, task.title, task.due_on, task.organization_id)
        .add_columns(Organization.name.label("group"), User.name.label("owner"))
        .outerjoin(Organization, Organization.id == task.organization_id)
        .outerjoin(User, User.id == task.owner_id)
        .where(task.done_at.is_(None), *conditions)
    )
    return query.order_by(task.due_on, task.id).limit(limit)


def read_tasks(rows: Sequence[Any]) -> list[Task]:
    """The tasks, the earliest first."""
    found = [
        Task(row.id, row.title, row.due_on, row.organization_id, _named(row.group), _named(row.owner))
        for row in rows
    ]
    return sorted(found, key=lambda task: (task.due_on, task.id))


def _named(name: str | None) -> Named | None:
    return None if name is None else Named(name)


def list_touches_of(
    organization_id: int, limit: int, *, with_contacts: bool = False
) -> Sequence[Interaction]:
    """The touches with a group, newest first."""
    query = select(Interaction).options(joinedload(Interaction.user))
    if with_contacts:
        query = query.options(joinedload(Interaction.contact))
    query = query.where(Interaction.organization_id == organization_id)
    return db.session.scalars(query.order_by(Interaction.at.desc(), Interaction.id.desc()).limit(limit)).all()


def _follow_ups() -> Select[FollowUp]:
    return select(FollowUp).options(joinedload(FollowUp.organization), joinedload(FollowUp.owner))


def _capped(condition: ColumnElement[bool]) -> ScalarSelect[int]:
    some = (
        select(Organization.id)
        .where(condition, Organization.archived_at.is_(None))
        .limit(COUNT_UP_TO + 1)
        .subquery()
    )
    return select(func.count()).select_from(some).scalar_subquery()
