"""What is to be done, as lists show it: for pages that ask for it together with other things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select

from crm.accounts.models import User
from crm.core.together import Question
from crm.organizations.models import Organization
from crm.outreach.models import FollowUp


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
