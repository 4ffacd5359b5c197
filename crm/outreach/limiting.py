"""What would be out of sight of somebody who is limited to the groups assigned to them."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import ngettext
from sqlalchemy import func, select

from crm.core.db import db
from crm.core.formats import number
from crm.organizations.models import Organization
from crm.outreach.models import FollowUp


def tell_tasks(user_id: int) -> Sequence[str]:
    """How many of their open follow-ups are about groups of others."""
    others = select(Organization.id).where(Organization.assignee_id.is_distinct_from(user_id))
    query = (
        select(func.count())
        .select_from(FollowUp)
        .where(FollowUp.owner_id == user_id, FollowUp.done_at.is_(None), FollowUp.organization_id.in_(others))
    )
    count = db.session.scalar(query) or 0
    if not count:
        return []
    return [
        ngettext(
            "%(number)s open follow-up of theirs is about another group and goes out of their sight.",
            "%(number)s open follow-ups of theirs are about other groups and go out of their sight.",
            count,
            number=number(count),
        )
    ]
