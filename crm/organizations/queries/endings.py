"""Groups that are no more on their own, and what they became."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.core.db import db
from crm.core.together import Question
from crm.organizations.models import Ending, How, Organization


def find_ending(organization_id: int) -> Ending | None:
    """That a group dissolved, was succeeded or merged, with the group that goes on; in one statement."""
    query = select(Ending).where(Ending.organization_id == organization_id)
    shown = joinedload(Ending.successor).load_only(Organization.name, Organization.archived_at)
    return db.session.scalars(query.options(shown)).one_or_none()


def ask_for_succeeded(organization_id: Any) -> Question:
    """The question for the groups that a group goes on for, those merged into it left out, in no order.

    Asked to put them in order, SQLite reads all groups by name to find these few.
    """
    goes_on = Ending.successor_id == organization_id, Ending.how == How.SUCCEEDED
    query = select(Organization.id, Organization.name, Organization.sort_name)
    return query.join(Ending, Ending.organization_id == Organization.id).where(*goes_on)


def meaning(organization_ids: Sequence[int]) -> dict[int, int]:
    """Of these groups those that were merged → the group that they mean now."""
    merged = select(Ending.organization_id, Ending.successor_id).where(
        Ending.how == How.MERGED, Ending.organization_id.in_(organization_ids)
    )
    return {row.organization_id: row.successor_id for row in db.session.execute(merged)}
