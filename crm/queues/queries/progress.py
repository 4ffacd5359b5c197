"""How far a queue is: how many groups are where, who called how many, and which they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from crm.core.db import db
from crm.core.paging import Key, Page, keyset_page
from crm.organizations.models import Organization
from crm.queues.models import CallQueue, EntryState, QueueEntry
from crm.queues.queries.places import Place, place_of, with_group

PAGE = 50
MOST_QUEUES = 100


@dataclass(frozen=True)
class CallerFigures:
    """What one organizer did in a queue, and has of it: user id, and numbers of groups."""

    user_id: int
    called: int
    held: int
    batch: int


def find_queue(queue_id: int) -> CallQueue | None:
    """A queue of the chosen coalition, with its demand."""
    query = select(CallQueue).options(joinedload(CallQueue.demand), joinedload(CallQueue.created_by))
    return db.session.scalars(query.where(CallQueue.id == queue_id)).one_or_none()


def list_queues() -> Sequence[CallQueue]:
    """The coalition's queues: the open ones first, the newest on top, at most MOST_QUEUES."""
    query = select(CallQueue).options(joinedload(CallQueue.created_by))
    order = (CallQueue.closed_at.is_not(None), CallQueue.created_at.desc(), CallQueue.id.desc())
    return db.session.scalars(query.order_by(*order).limit(MOST_QUEUES)).all()


def count_places(queue_ids: Sequence[int], now: datetime) -> Mapping[int, Mapping[Place, int]]:
    """Queue id → how many of its groups are in each place; together all that it has. One statement."""
    place = place_of(now).label("place")
    inner = (
        with_group(select(QueueEntry.queue_id, place)).where(QueueEntry.queue_id.in_(queue_ids)).subquery()
    )
    query = select(inner.c.queue_id, inner.c.place, func.count()).group_by(inner.c.queue_id, inner.c.place)
    found: dict[int, dict[Place, int]] = defaultdict(lambda: dict.fromkeys(Place, 0))
    for queue_id, name, count in db.session.execute(query):
        found[queue_id][Place(name)] = count
    return {queue_id: found[queue_id] for queue_id in queue_ids}


def count_by_caller(queue_id: int, now: datetime) -> Sequence[CallerFigures]:
    """Who called groups of a queue, holds one, or has a batch of it; who called most first."""
    waiting = QueueEntry.state == EntryState.WAITING
    parts = [
        _figures(QueueEntry.called_by_id, QueueEntry.outcome.is_not(None), queue_id, 0),
        _figures(QueueEntry.held_by_id, waiting & (QueueEntry.held_until > now), queue_id, 1),
        _figures(QueueEntry.caller_id, waiting, queue_id, 2),
    ]
    numbers: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for user_id, part, count in db.session.execute(union_all(*parts)):
        numbers[user_id][part] = count
    found = [CallerFigures(user_id, *counts) for user_id, counts in numbers.items()]
    return sorted(found, key=lambda one: (-one.called, one.user_id))


def count_flagged(queue_id: int) -> int:
    """How many groups of a queue a coordinator should see."""
    query = select(func.count()).where(QueueEntry.queue_id == queue_id, QueueEntry.flagged_at.is_not(None))
    return db.session.scalar(query) or 0


def list_entries(
    queue_id: int,
    now: datetime,
    place: Place | None,
    *,
    flagged: bool = False,
    after: str | None = None,
    before: str | None = None,
) -> Page[tuple[QueueEntry, Place]]:
    """The groups of a queue as they were added: all, those in one place, those that are to be seen to.

    With the place of each. Two statements.
    """
    query = with_group(select(QueueEntry)).where(QueueEntry.queue_id == queue_id)
    if flagged:
        query = query.where(QueueEntry.flagged_at.is_not(None))
    if place is not None:
        query = query.where(place_of(now) == place)
    shown = (Organization.name, Organization.sort_name, Organization.kind, Organization.place)
    people = (QueueEntry.held_by, QueueEntry.called_by, QueueEntry.caller)
    group = joinedload(QueueEntry.organization).load_only(*shown, Organization.city)
    query = query.options(group, *(joinedload(person) for person in people))
    page = keyset_page(query, (Key(QueueEntry.id),), after=after, before=before, limit=PAGE)
    ids = [entry.id for entry in page.items]
    found = with_group(select(QueueEntry.id, place_of(now))).where(QueueEntry.id.in_(ids))
    places = {entry_id: Place(name) for entry_id, name in db.session.execute(found)}
    return Page([(entry, places[entry.id]) for entry in page.items], page.before, page.after)


def _figures(
    whose: InstrumentedAttribute[int | None], condition: ColumnElement[bool], queue_id: int, part: int
) -> Select[*tuple[Any, ...]]:
    query = select(whose.label("user_id"), literal(part).label("part"), func.count().label("number"))
    return query.where(QueueEntry.queue_id == queue_id, whose.is_not(None), condition).group_by(whose)
