"""What somebody would see who is limited to the groups assigned to them."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import ngettext
from sqlalchemy import func, select

from crm.core.db import db
from crm.core.formats import number
from crm.organizations.models import Organization


def tell_groups(user_id: int) -> Sequence[str]:
    """How many groups that would be, and of how many."""
    own = func.count().filter(Organization.assignee_id == user_id)
    query = select(own, func.count()).select_from(Organization).where(Organization.archived_at.is_(None))
    seen, every = db.session.execute(query).one()
    told = ngettext(
        "%(every)s group is listed; of these they would see the %(seen)s assigned to them.",
        "%(every)s groups are listed; of these they would see the %(seen)s assigned to them.",
        every,
        every=number(every),
        seen=number(seen),
    )
    return [told]
