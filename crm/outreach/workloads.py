"""Who has how much to do, and what would change hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select, union_all
from sqlalchemy.orm import joinedload

from crm.accounts.models import User
from crm.accounts.queries import list_members
from crm.core.db import db
from crm.core.permissions import RIGHTS, Permission
from crm.organizations.models import Organization
from crm.outreach.models import FollowUp, Handover

BATCH = 500


@dataclass(frozen=True)
class Load:
    """What one person has to do; of nobody: what nobody has."""

    user_id: int | None
    name: str
    # Whether they still do outreach here.
    works_here: bool
    tasks: int = 0
    overdue: int = 0
    groups: int = 0


@dataclass(frozen=True)
class Plan:
    """What would change hands. `before`: how many tasks of whom (None: nobody's)."""

    task_ids: Sequence[int] = ()
    overdue: int = 0
    before: Mapping[int | None, int] = field(default_factory=dict)
    group_ids: Sequence[int] = ()

    @property
    def is_empty(self) -> bool:
        return not self.task_ids and not self.group_ids


def find_handover(handover_id: int) -> Handover | None:
    """A handing over of the chosen coalition."""
    return db.session.get(Handover, handover_id)


def list_handovers(since: datetime, limit: int = 10) -> Sequence[Handover]:
    """What was handed over since and can still be taken back, the newest first, with who did it to whom."""
    query = (
        select(Handover)
        .where(Handover.at > since, Handover.undone_at.is_(None))
        .options(joinedload(Handover.by), joinedload(Handover.to), joinedload(Handover.assignment))
    )
    return db.session.scalars(query.order_by(Handover.at.desc(), Handover.id.desc()).limit(limit)).all()


def list_loads(today: date) -> list[Load]:
    """Everybody who does outreach or still has some of it, by name; at last what nobody has."""
    found = {row.user_id: row for row in db.session.execute(_counts(today))}
    members = {user.id: (user, membership) for user, membership in list_members()}
    former = [user_id for user_id in found if user_id is not None and user_id not in members]
    left = db.session.scalars(select(User).where(User.id.in_(former))).all() if former else []
    loads = [
        _load(user.id, user.name, found, works_here=Permission.OUTREACH_LOG in RIGHTS[membership.role])
        for user, membership in members.values()
    ]
    loads += [_load(user.id, user.name, found, works_here=False) for user in left]
    shown = [one for one in loads if one.works_here or one.tasks or one.groups]
    nobody = _load(None, "", found, works_here=False)
    return sorted(shown, key=lambda one: one.name.casefold()) + ([nobody] if nobody.tasks else [])


def plan_tasks(ids: Sequence[int], to_id: int | None, today: date) -> Plan:
    """What handing over these tasks would do."""
    rows: list[Any] = []
    for start in range(0, len(ids), BATCH):
        rows += _open_tasks(to_id, FollowUp.id.in_(ids[start : start + BATCH]))
    return _plan(rows, today)


def plan_work_of(user_id: int | None, to_id: int | None, today: date, *, tasks: bool, groups: bool) -> Plan:
    """What handing over all of somebody's tasks, or groups, would do; of None: the tasks that nobody has."""
    rows = _open_tasks(to_id, FollowUp.owner_id.is_not_distinct_from(user_id)) if tasks else []
    group_ids: Sequence[int] = ()
    if groups and user_id is not None and user_id != to_id:
        query = select(Organization.id).where(
            Organization.assignee_id == user_id, Organization.archived_at.is_(None)
        )
        group_ids = db.session.scalars(query.order_by(Organization.id)).all()
    return _plan(rows, today, group_ids)


def _open_tasks(to_id: int | None, which: ColumnElement[bool]) -> Sequence[Any]:
    query = select(FollowUp.id, FollowUp.owner_id, FollowUp.due_on).where(which, FollowUp.done_at.is_(None))
    if to_id is not None:
        query = query.where(FollowUp.owner_id.is_distinct_from(to_id))
    return db.session.execute(query.order_by(FollowUp.id)).all()


def _plan(rows: Sequence[Any], today: date, group_ids: Sequence[int] = ()) -> Plan:
    before: dict[int | None, int] = {}
    for row in rows:
        before[row.owner_id] = before.get(row.owner_id, 0) + 1
    overdue = sum(row.due_on < today for row in rows)
    return Plan([row.id for row in rows], overdue, before, group_ids)


def _counts(today: date) -> Any:
    """(user_id, tasks, overdue, groups), added up over both in one statement."""
    late = func.sum(case((FollowUp.due_on < today, 1), else_=0))
    tasks = (
        select(
            FollowUp.owner_id.label("user_id"),
            func.count().label("tasks"),
            late.label("overdue"),
            literal(0).label("groups"),
        )
        .where(FollowUp.done_at.is_(None))
        .group_by(FollowUp.owner_id)
    )
    whose = Organization.assignee_id
    groups = (
        select(whose.label("user_id"), literal(0), literal(0), func.count())
        .where(whose.is_not(None), Organization.archived_at.is_(None))
        .group_by(whose)
    )
    both = union_all(select(tasks.subquery()), select(groups.subquery())).subquery()
    sums = [func.sum(both.c[name]).label(name) for name in ("tasks", "overdue", "groups")]
    return select(both.c.user_id, *sums).group_by(both.c.user_id)


def _load(user_id: int | None, name: str, found: Mapping[int | None, Any], *, works_here: bool) -> Load:
    row = found.get(user_id)
    counts = (int(row.tasks), int(row.overdue), int(row.groups)) if row else (0, 0, 0)
    return Load(user_id, name, works_here, *counts)
