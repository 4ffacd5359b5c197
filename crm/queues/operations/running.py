"""Making a queue, and running it: more groups, batches, closing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert, select, update

from crm.accounts.operations import find_membership
from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import RIGHTS, Permission, Viewer
from crm.core.tenancy import current_coalition_id
from crm.organizations.models import Organization
from crm.organizations.queries import Filters, list_ids
from crm.organizations.queries.directory import ME
from crm.queues.models import CallQueue, EntryState, QueueEntry

# What a few people can call through; more is several queues.
MOST_GROUPS = 5_000
BATCH = 500


def create_queue(
    viewer: Viewer,
    values: Mapping[str, Any],
    *,
    filters: Filters | None = None,
    ids: Sequence[int] = (),
) -> CallQueue:
    """Make a queue of the groups that filters leave, or else of those with these ids. Raises Refused.

    `values`: name, demand_id, script, cooling_days.
    """
    queue = CallQueue(
        name=values["name"],
        demand_id=values["demand_id"],
        script=values["script"],
        cooling_days=values["cooling_days"],
        filters=_parameters(viewer, filters) if filters else None,
        created_by_id=viewer.user_id,
        created_at=clock.now(),
    )
    db.session.add(queue)
    db.session.flush()
    count = _add(queue, list_ids(viewer, filters) if filters else _of_coalition(ids))
    if count == 0:
        raise Refused(_("No group matches: choose others in the directory."), "name")
    record(viewer, "queue.create", queue, organizations=count)
    return queue


def edit_queue(viewer: Viewer, queue: CallQueue, values: Mapping[str, Any]) -> None:
    """Change the name, what is asked, the script, or how long groups are left alone."""
    changed = [name for name, value in values.items() if getattr(queue, name) != value]
    for name in changed:
        setattr(queue, name, values[name])
    if changed:
        record(viewer, "queue.edit", queue, fields=changed)


def add_matching(viewer: Viewer, queue: CallQueue) -> int:
    """Add the groups that match the queue's filters by now; how many they were. Raises Refused."""
    if queue.filters is None:
        return 0
    query = select(QueueEntry.organization_id).where(QueueEntry.queue_id == queue.id)
    there = set(db.session.scalars(query))
    matching = list_ids(viewer, Filters.asked(queue.filters))
    count = _add(queue, [one for one in matching if one not in there], len(there))
    if count:
        record(viewer, "queue.add", queue, organizations=count)
    return count


def close_queue(viewer: Viewer, queue: CallQueue) -> None:
    """Nothing of it is handed out any more; who holds a group finishes it."""
    if queue.closed_at is None:
        queue.closed_at = clock.now()
        record(viewer, "queue.close", queue)


def reopen_queue(viewer: Viewer, queue: CallQueue) -> None:
    """Go on calling."""
    if queue.closed_at is not None:
        queue.closed_at = None
        record(viewer, "queue.reopen", queue)


def put_back(viewer: Viewer, entry: QueueEntry) -> None:
    """A group that is done, was taken off or waits for a later day is to be called, from now on."""
    if entry.state is EntryState.WAITING and entry.not_before is None:
        return
    entry.state, entry.not_before, entry.promised, entry.tries = EntryState.WAITING, None, False, 0
    record(viewer, "queue.put_back", entry)


def see_to(viewer: Viewer, entry: QueueEntry) -> None:
    """A coordinator has seen what they should."""
    if entry.flagged_at is not None:
        entry.flagged_at = None
        record(viewer, "queue.see", entry)


def hand_over(viewer: Viewer, queue: CallQueue, from_id: int | None, to_id: int | None, most: int) -> int:
    """Move waiting groups from one caller to another, from or to everybody (None); how many they were.

    From a caller: what they hold right now as well, for whoever leaves has left. To a caller: nobody else
    gets them. Raises Refused.
    """
    if from_id == to_id:
        raise Refused(_("Choose two different callers."), "to_id")
    _check_caller(to_id)
    ids = _waiting_of(queue, from_id, most)
    for start in range(0, len(ids), BATCH):
        part = QueueEntry.id.in_(ids[start : start + BATCH])
        values: dict[str, Any] = {"caller_id": to_id}
        if from_id is not None:
            values |= {"held_by_id": None, "held_until": None, "contact_id": None}
        statement = update(QueueEntry).where(part).values(**values)
        db.session.execute(statement.execution_options(synchronize_session=False))
    db.session.expire_all()
    if ids:
        record(viewer, "queue.hand_over", queue, organizations=len(ids), from_id=from_id, to_id=to_id)
    return len(ids)


def _waiting_of(queue: CallQueue, from_id: int | None, most: int) -> Sequence[int]:
    now = clock.now()
    held = QueueEntry.held_until.is_not(None) & (QueueEntry.held_until > now)
    if from_id is None:
        whose = QueueEntry.caller_id.is_(None) & ~held
    else:
        whose = (QueueEntry.caller_id == from_id) | (held & (QueueEntry.held_by_id == from_id))
    query = (
        select(QueueEntry.id)
        .where(QueueEntry.queue_id == queue.id, QueueEntry.state == EntryState.WAITING, whose)
        .order_by(QueueEntry.id)
        .limit(most)
    )
    return db.session.scalars(query.with_for_update(of=QueueEntry)).all()


def _check_caller(user_id: int | None) -> None:
    if user_id is None:
        return
    member = find_membership(user_id)
    if member is None or Permission.OUTREACH_LOG not in RIGHTS[member.role]:
        raise Refused(_("Choose one of the coalition's organizers."), "to_id")


def _parameters(viewer: Viewer, filters: Filters) -> dict[str, str]:
    """As the directory keeps them, with "me" said by who it is: others add to the queue too."""
    kept = filters.parameters
    if kept.get("assignee") == ME:
        kept["assignee"] = str(viewer.user_id)
    return kept


def _of_coalition(ids: Sequence[int]) -> Sequence[int]:
    query = select(Organization.id).where(Organization.id.in_(ids), Organization.archived_at.is_(None))
    return db.session.scalars(query.order_by(Organization.id)).all()


def _add(queue: CallQueue, ids: Sequence[int], there: int = 0) -> int:
    if len(ids) + there > MOST_GROUPS:
        raise Refused(
            _("A queue holds %(most)s groups at most: narrow the list first.", most=f"{MOST_GROUPS:,}"),
            "name",
        )
    common = {"queue_id": queue.id, "coalition_id": current_coalition_id()}
    rows = [{**common, "organization_id": one} for one in ids]
    if rows:
        db.session.execute(insert(QueueEntry), rows)
    return len(rows)
