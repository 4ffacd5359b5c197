"""Handing out the next group, giving it back, taking it off the queue."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import CursorResult, Select, or_, select, update

from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.organizations.models import Organization
from crm.queues.models import HOLD, CallQueue, EntryState, QueueEntry
from crm.queues.queries import find_held, find_next_contact
from crm.queues.queries.places import (
    HANDED_OUT,
    Place,
    held_elsewhere,
    lacks_member,
    place_of,
    with_group,
)


def hand_out(viewer: Viewer, queue: CallQueue) -> QueueEntry | None:
    """The next group for this caller, held for them for HOLD; the one that they have, if they have one.

    None where none is to be called now. Two at once never get the same group, from two queues neither.
    Raises Refused where the queue is closed.
    """
    if queue.closed_at is not None:
        raise Refused(_("This queue is closed."))
    now = clock.now()
    entry = find_held(viewer, queue.id, now) or _take_next(viewer, queue, now)
    if entry is None:
        return None
    entry.held_until = now + HOLD
    return entry


def give_back(viewer: Viewer, entry: QueueEntry) -> None:
    """The caller leaves: the group waits for anybody again. Of one that they do not hold nothing changes."""
    if entry.is_held_by(viewer.user_id, clock.now()):
        release(entry)
        record(viewer, "queue.give_back", entry)


def skip(viewer: Viewer, entry: QueueEntry, *, note: str) -> None:
    """Take the group off this queue; a coordinator can put it back. Raises Refused where another holds it."""
    if entry.state is not EntryState.WAITING:
        return
    now = clock.now()
    if entry.is_held(now) and not entry.is_held_by(viewer.user_id, now):
        raise Refused(_("Somebody else calls this group now."))
    release(entry)
    entry.state, entry.called_by_id, entry.called_at = EntryState.SKIPPED, viewer.user_id, now
    entry.note = note or entry.note
    record(viewer, "queue.skip", entry)


def release(entry: QueueEntry) -> None:
    """Nobody holds the group any more."""
    entry.held_by_id = entry.held_until = entry.contact_id = None


def _take_next(viewer: Viewer, queue: CallQueue, now: datetime) -> QueueEntry | None:
    tried: list[int] = []
    while (entry_id := db.session.scalar(_free(viewer, queue, now, tried))) is not None:
        if _hold(viewer, entry_id, now):
            entry = db.session.get_one(QueueEntry, entry_id, populate_existing=True)
            contact = find_next_contact(entry.organization_id, now)
            entry.contact_id = contact.id if contact else None
            # The number is shown to them: written down, though not counted with those that were asked for.
            record(viewer, "queue.hand_out", entry, contact_id=entry.contact_id)
            return entry
        tried.append(entry_id)
    return None


def _free(viewer: Viewer, queue: CallQueue, now: datetime, but: list[int]) -> Select[Any]:
    """The first that nobody else is about to take: rows that another transaction has locked are passed over.

    The group's own row is locked too, so that two queues do not hand it out at once.
    """
    place = place_of(now)
    own = QueueEntry.caller_id == viewer.user_id
    query = with_group(select(QueueEntry.id)).where(
        QueueEntry.queue_id == queue.id,
        QueueEntry.state == EntryState.WAITING,
        or_(QueueEntry.caller_id.is_(None), own),
        QueueEntry.id.not_in(but),
        place.in_(HANDED_OUT),
    )
    order = (
        QueueEntry.promised.desc(),
        (place == Place.NO_NUMBER).asc(),
        QueueEntry.caller_id.is_(None).asc(),
        lacks_member().desc(),
        Organization.last_touch_at.asc().nulls_first(),
        QueueEntry.id,
    )
    taken = [QueueEntry, Organization]
    return query.order_by(*order).limit(1).with_for_update(of=taken, key_share=True, skip_locked=True)


def _hold(viewer: Viewer, entry_id: int, now: datetime) -> bool:
    """Take it, unless somebody has by now: looked at anew, with the rows locked."""
    free = or_(QueueEntry.held_until.is_(None), QueueEntry.held_until <= now)
    waits = QueueEntry.state == EntryState.WAITING
    query = update(QueueEntry).where(QueueEntry.id == entry_id, waits, free, ~held_elsewhere(now))
    taken = query.values(held_by_id=viewer.user_id, held_until=now + HOLD)
    done = db.session.execute(taken.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", done).rowcount == 1
