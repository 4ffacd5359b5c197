"""Giving groups to an organizer, many at once, and taking it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select, update

from crm.accounts.operations import find_membership
from crm.audit import operations as audit
from crm.core import clock
from crm.core.db import batches, db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.organizations.models import Assignment, Organization


def assign(viewer: Viewer, organization_ids: Sequence[int], assignee_id: int | None) -> Assignment:
    """Give organizations to somebody of the coalition, or (None) to nobody. Raises Refused.

    The answer holds whose they were; those that were theirs before are not counted in it.
    """
    if assignee_id is not None and find_membership(assignee_id) is None:
        raise Refused(_("Choose somebody of this coalition."), "assignee_id")
    before: dict[str, list[int]] = defaultdict(list)
    for part in batches(organization_ids):
        query = select(Organization.id, Organization.assignee_id).where(Organization.id.in_(part))
        for row in db.session.execute(query):
            if row.assignee_id != assignee_id:
                before[str(row.assignee_id or "")].append(row.id)
    for ids in before.values():
        _give(ids, assignee_id)
    done = Assignment(assignee_id=assignee_id, before=dict(before), by_id=viewer.user_id, at=clock.now())
    db.session.add(done)
    count = sum(len(ids) for ids in before.values())
    audit.record(viewer, "organization.assign", done, organizations=count, assignee_id=assignee_id)
    return done


def undo_assignment(viewer: Viewer, done: Assignment) -> None:
    """Give the groups back to whose they were, but for those that went on to somebody else since."""
    if done.undone_at is not None:
        return
    for whose, ids in done.before.items():
        former = int(whose) if whose and find_membership(int(whose)) else None
        _give(ids, former, only_from=done.assignee_id, any_owner=False)
    done.undone_at = clock.now()
    audit.record(viewer, "organization.assign.undo", done)


def _give(
    ids: Sequence[int], assignee_id: int | None, *, only_from: int | None = None, any_owner: bool = True
) -> None:
    for part in batches(ids):
        query = update(Organization).where(Organization.id.in_(part))
        if not any_owner:
            query = query.where(Organization.assignee_id.is_not_distinct_from(only_from))
        values = {"assignee_id": assignee_id, "edition": Organization.edition + 1}
        db.session.execute(query.values(**values).execution_options(synchronize_session=False))
    db.session.expire_all()
