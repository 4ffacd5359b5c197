"""Calendar files on their way in: what was read in them, and what it would do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from crm.core.db import db
from crm.core.paging import Key, Page, keyset_page
from crm.events.models import Event
from crm.partners.models import CalendarFile, ImportedEvent
from crm.partners.planning import Candidate, candidate_from

AT_ONCE = 500


class Outcome(StrEnum):
    """What an entry does, or would do."""

    CREATE = auto()
    CHANGE = auto()
    UNCHANGED = auto()
    # Somebody has changed the event here since: what they wrote stays.
    KEPT = auto()


@dataclass(frozen=True)
class Contents:
    """What a file holds for us, and what of it does not: (title, when, why, detail)."""

    candidates: list[Candidate] = field(default_factory=list)
    skipped: list[list[str]] = field(default_factory=list)

    def as_json(self) -> str:
        """As it is kept."""
        told = {"candidates": [one.as_json() for one in self.candidates], "skipped": self.skipped}
        return json.dumps(told, ensure_ascii=False)


def contents_of(task: CalendarFile) -> Contents:
    """What was read in a file; nothing once that is forgotten."""
    if task.contents is None:
        return Contents()
    told = json.loads(task.contents)
    return Contents([candidate_from(one) for one in told["candidates"]], told["skipped"])


def find_file(file_id: int) -> CalendarFile | None:
    """A calendar file of the chosen coalition."""
    return db.session.scalars(select(CalendarFile).where(CalendarFile.id == file_id)).one_or_none()


def page_of_files(after: str | None = None, before: str | None = None) -> Page[CalendarFile]:
    """Those so far, newest first; without what is in them."""
    keys = [Key(CalendarFile.created_at, descending=True), Key(CalendarFile.id, descending=True)]
    return keyset_page(select(CalendarFile), keys, after=after, before=before, limit=30)


def map_imported(uids: Sequence[str]) -> Mapping[str, ImportedEvent]:
    """UID → what it became, with the event and its dates."""
    found: dict[str, ImportedEvent] = {}
    for start in range(0, len(uids), AT_ONCE):
        query = (
            select(ImportedEvent)
            .where(ImportedEvent.uid.in_(uids[start : start + AT_ONCE]))
            .options(joinedload(ImportedEvent.event).selectinload(Event.occurrences))
        )
        found |= {one.uid: one for one in db.session.scalars(query)}
    return found


def list_imported_by(file_id: int) -> Sequence[ImportedEvent]:
    """What a file wrote last, with the events and their dates."""
    query = select(ImportedEvent).join(Event, Event.id == ImportedEvent.event_id)
    query = query.where(ImportedEvent.file_id == file_id).order_by(ImportedEvent.id)
    loaded = contains_eager(ImportedEvent.event).options(selectinload(Event.occurrences))
    return db.session.scalars(query.options(loaded)).all()


def last_change(event: Event) -> datetime:
    """When an event, or any of its dates, was changed last."""
    return max([event.changed_at, *(one.changed_at for one in event.occurrences)])


def outcome_of(candidate: Candidate, before: ImportedEvent | None) -> Outcome:
    """What an entry does, seeing what it became before."""
    if before is None:
        return Outcome.CREATE
    if json.loads(before.plan)["digest"] == candidate.digest:
        return Outcome.UNCHANGED
    return Outcome.CHANGE if last_change(before.event) == before.changed_at else Outcome.KEPT
