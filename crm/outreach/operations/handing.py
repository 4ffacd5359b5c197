"""Handing work over to somebody else, many tasks at once and the groups with them, and taking it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select, update

from crm.audit.operations import record
from crm.core import clock
from crm.core.db import batches, db
from crm.core.errors import Refused
from crm.core.permissions import Permission, Viewer
from crm.organizations.operations import assign, undo_assignment
from crm.outreach.models import FollowUp, Handover
from crm.outreach.operations.follow_ups import check_owner, check_sees, may_own, note_handover


def hand_over(
    viewer: Viewer, to_id: int, follow_up_ids: Sequence[int], organization_ids: Sequence[int] = ()
) -> Handover:
    """Give open tasks to somebody, and groups to look after. Raises Refused (field `to_id`).

    What is theirs already, or done meanwhile, stays as it is; where nothing is left, it is refused.
    """
    check_owner(viewer, to_id, "to_id")
    before: dict[str, list[int]] = defaultdict(list)
    for part in batches(follow_up_ids):
        query = select(FollowUp.id, FollowUp.owner_id).where(
            FollowUp.id.in_(part),
            FollowUp.done_at.is_(None),
            FollowUp.owner_id.is_distinct_from(to_id),
        )
        for row in db.session.execute(query):
            before[str(row.owner_id or "")].append(row.id)
    for ids in before.values():
        _give(ids, to_id)
    if organization_ids and not viewer.can(Permission.DIRECTORY_EDIT):
        raise Refused(_("Who sees all groups can say who looks after them."), "to_id")
    given = assign(viewer, organization_ids, to_id) if organization_ids else None
    if not before and not (given and given.before):
        raise Refused(_("None of this is somebody else’s any more."), "to_id")
    db.session.flush()
    check_sees(to_id, _groups_of([one for ids in before.values() for one in ids]), "to_id")
    done = note_handover(viewer, to_id, dict(before))
    done.assignment_id = given.id if given else None
    record(viewer, "follow_up.hand_over", done, follow_ups=done.tasks, to_id=to_id)
    return done


def _groups_of(follow_up_ids: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for part in batches(follow_up_ids):
        query = select(FollowUp.organization_id).where(FollowUp.id.in_(part))
        found |= {one for one in db.session.scalars(query) if one is not None}
    return found


def undo_handover(viewer: Viewer, done: Handover) -> None:
    """Give tasks and groups back to whose they were, but for what went on to somebody else or is done.

    What was somebody's who does no outreach here any more becomes nobody's, where others see it.
    """
    if done.undone_at is not None:
        return
    for whose, ids in done.before.items():
        former = int(whose) if whose else None
        _give(ids, former if may_own(former) else None, only_from=done.to_id)
    if done.assignment is not None:
        undo_assignment(viewer, done.assignment)
    done.undone_at = clock.now()
    record(viewer, "follow_up.hand_back", done)


def _give(ids: Sequence[int], owner_id: int | None, *, only_from: int | None = None) -> None:
    for part in batches(ids):
        query = update(FollowUp).where(FollowUp.id.in_(part), FollowUp.done_at.is_(None))
        if only_from is not None:
            query = query.where(FollowUp.owner_id == only_from)
        # Calendars that show the tasks are told of the change.
        values = {"owner_id": owner_id, "changed_at": clock.now()}
        db.session.execute(query.values(**values).execution_options(synchronize_session=False))
    db.session.expire_all()
