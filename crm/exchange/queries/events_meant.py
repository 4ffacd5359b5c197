"""Which event a row is about: by id and beginning, by UID, by title and beginning, else by its id alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from crm.core.db import db
from crm.events.models import Event, EventAccess, Visibility
from crm.exchange.models import Import, ImportRow
from crm.organizations.derived import plain_words


@dataclass(frozen=True)
class Told:
    """What a row tells its event by: `key` of its id, or title, and its beginning, `begins` without that."""

    title: str
    starts_local: datetime
    key: str
    begins: str
    # The id in its list; "" for none.
    number: str = ""


@dataclass(frozen=True)
class EventMeant:
    """The event that a row is about, if it is here; whether one of its id, or title, is, at another time."""

    event_id: int | None = None
    is_moved: bool = False


def find_events(task: Import, rows: Sequence[Told], besides: Collection[int] = ()) -> list[EventMeant]:
    """The event of each row, in a constant number of statements.

    A row that has another beginning than the one event of its id moves that event, unless another row of the
    file is about it: then it is an event of its own. `besides`: the ids of these rows, where they are kept.
    """
    by_key, by_begins = _by_key({row.begins for row in rows})
    by_uid = _by_uid({row.number for row in rows if row.number})
    by_title = _by_title({row.starts_local for row in rows})
    exact = [
        by_key.get(row.key)
        or by_uid.get(row.number)
        or by_title.get((plain_words(row.title), row.starts_local))
        for row in rows
    ]
    taken = {found for found in exact if found}
    taken |= _taken(task, {found for ids in by_begins.values() for found in ids} - taken, besides)
    meant: list[EventMeant] = []
    for row, found in zip(rows, exact, strict=True):
        ids = by_begins.get(row.begins, ())
        free = [event_id for event_id in ids if event_id not in taken]
        if found is None and row.number and len(ids) == 1 and free:
            found = free[0]
            taken.add(found)
        meant.append(EventMeant(found, is_moved=found is None and bool(ids)))
    return meant


def load_events(task: Import, ids: Collection[int]) -> Mapping[int, Event]:
    """Events that may be changed by an import: those that who started it may know of."""
    named = select(EventAccess.event_id).where(EventAccess.user_id == task.owner_id)
    open_to = or_(Event.visibility != Visibility.CLOSED, Event.id.in_(named))
    query = select(Event).where(Event.id.in_(ids), open_to if task.owner_id is not None else true())
    query = query.options(selectinload(Event.occurrences), joinedload(Event.organization))
    return {event.id: event for event in db.session.scalars(query)} if ids else {}


def _by_key(begins: Iterable[str]) -> tuple[dict[str, int], dict[str, list[int]]]:
    prefixed = [Event.form_key.startswith(begin) for begin in sorted(begins)]
    found = db.session.execute(select(Event.form_key, Event.id).where(or_(*prefixed))) if prefixed else ()
    by_key = {str(row.form_key): row.id for row in found}
    by_begins: dict[str, list[int]] = defaultdict(list)
    for key, event_id in by_key.items():
        by_begins[key.rpartition("-")[0] + "-"].append(event_id)
    return by_key, by_begins


def _by_uid(numbers: Collection[str]) -> dict[str, int]:
    query = select(Event.uid, Event.id).where(Event.uid.in_(numbers))
    return {row.uid: row.id for row in db.session.execute(query)} if numbers else {}


def _by_title(starts: Collection[datetime]) -> dict[tuple[str, datetime], int]:
    query = select(Event.title, Event.starts_local, Event.id).where(Event.starts_local.in_(starts))
    found = db.session.execute(query) if starts else ()
    return {(plain_words(row.title), row.starts_local): row.id for row in found}


def _taken(task: Import, ids: Collection[int], besides: Collection[int]) -> set[int]:
    """Of these events the ones that other rows of the file are about."""
    others = ImportRow.import_id == task.id, ImportRow.record_id.in_(ids), ImportRow.id.not_in(besides)
    found = db.session.scalars(select(ImportRow.record_id).where(*others)) if ids else ()
    return {event_id for event_id in found if event_id is not None}
