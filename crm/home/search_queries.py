"""What the search box finds: groups, their people, events, demands. Four statements at most, whatever it is.

One or two ask the index for groups, events and demands at once; one loads all of these, and one the people.
The index gives candidates alone: who may know of what is asked of the records themselves, at each search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, column, select, table, union_all
from sqlalchemy.orm import joinedload, load_only

from crm.core import search
from crm.core.db import db
from crm.core.permissions import Permission, Viewer
from crm.core.tenancy import current_coalition_id
from crm.demands.models import Demand, DemandVersion, Wording
from crm.demands.queries import draft_of, version_in_force, words_of
from crm.demands.queries import finding as demands
from crm.events.models import Event
from crm.events.queries import EventDate
from crm.events.queries import finding as events
from crm.events.rights import visible_to
from crm.organizations import derived
from crm.organizations.models import Contact, Organization
from crm.organizations.queries import search_contacts

MOST_GROUPS, MOST_PEOPLE, MOST_EVENTS, MOST_DEMANDS = 50, 20, 8, 5
# Of events the best may be none of the viewer's: so many more are looked at.
_LOOKED_AT = {derived.KIND: MOST_GROUPS + 1, events.KIND: 4 * MOST_EVENTS, demands.KIND: MOST_DEMANDS}
_RIGHTS = {
    derived.KIND: Permission.ORGANIZATION_VIEW,
    events.KIND: Permission.EVENT_VIEW,
    demands.KIND: Permission.DEMAND_VIEW,
}
_GROUP = ("name", "acronym", "kind", "place", "city", "stage")
_DOCUMENT = table("search_document", column("coalition_id"), column("kind"), column("record_id"))


@dataclass(frozen=True)
class FoundDemand:
    """A demand by its words in force, or by its draft's before the first adoption."""

    demand: Demand
    words: Wording
    is_draft: bool


@dataclass(frozen=True)
class Found:
    """What was found, of each the best first; `more`: there are more groups than these."""

    groups: Sequence[Organization] = ()
    people: Sequence[tuple[Contact, Organization]] = ()
    events: Sequence[tuple[Event, EventDate | None]] = ()
    demands: Sequence[FoundDemand] = ()
    more: bool = False

    def __bool__(self) -> bool:
        return bool(self.groups or self.people or self.events or self.demands)


def find_everything(viewer: Viewer, question: str, now: datetime, language: str) -> Found:
    """All that fits and that the viewer may know of; demands in that language where they have it."""
    phrased = derived.phrasings(question)
    if not phrased and not question:
        return Found()
    kinds = [kind for kind, right in _RIGHTS.items() if viewer.can(right)]
    hits = dict(zip(kinds, search.find_all([(kind, phrased) for kind in kinds]), strict=True))
    best = _load(viewer, {kind: [hit.record_id for hit in hits[kind][: _LOOKED_AT[kind]]] for kind in kinds})
    groups = best[derived.KIND]
    return Found(
        groups=groups[:MOST_GROUPS],
        people=search_contacts(viewer, question, MOST_PEOPLE, group_ids=[group.id for group in groups]),
        events=[(one, events.next_date(viewer, one, now)) for one in best[events.KIND][:MOST_EVENTS]],
        demands=[_told(demand, language) for demand in best[demands.KIND]],
        more=len(groups) > MOST_GROUPS,
    )


def _told(demand: Demand, language: str) -> FoundDemand:
    version = version_in_force(demand)
    draft = draft_of(demand)
    shown = version or draft
    assert shown is not None  # noqa: S101 - a demand has a draft until its first adoption
    return FoundDemand(demand, words_of(shown, language), is_draft=version is None)


def _load(viewer: Viewer, ids: Mapping[str, Sequence[int]]) -> Mapping[str, list[Any]]:
    """By kind, in their order, those of some records that the viewer may know of. One statement, or none."""
    wanted = {kind: some for kind, some in ids.items() if some}
    rows = db.session.execute(_query(viewer, wanted)).unique().all() if wanted else []
    loaded = {(row.kind, row.record_id): row.Organization or row.Event or row.Demand for row in rows}
    return {kind: [one for i in ids.get(kind, ()) if (one := loaded.get((kind, i)))] for kind in _RIGHTS}


def _query(viewer: Viewer, wanted: Mapping[str, Sequence[int]]) -> Select[Any]:
    # A part for each kind: SQLite would read a whole coalition's index for kinds that are joined by OR.
    asked = union_all(*(_documents(kind, some) for kind, some in wanted.items())).subquery("asked")

    def is_of(kind: str, model: Any, *rights: ColumnElement[bool]) -> ColumnElement[bool]:
        return and_(asked.c.kind == kind, model.id == asked.c.record_id, *rights)

    versions = joinedload(Demand.versions).load_only(
        DemandVersion.demand_id, DemandVersion.state, DemandVersion.binding_language
    )
    words = versions.joinedload(DemandVersion.wordings).load_only(Wording.language, Wording.sentence)
    return (
        select(asked.c.kind, asked.c.record_id, Organization, Event, Demand)
        .select_from(asked)
        .outerjoin(Organization, is_of(derived.KIND, Organization, Organization.archived_at.is_(None)))
        .outerjoin(Event, is_of(events.KIND, Event, visible_to(viewer)))
        .outerjoin(Demand, is_of(demands.KIND, Demand))
        .options(load_only(*(getattr(Organization, name) for name in _GROUP)))
        .options(joinedload(Event.occurrences), words)
    )


def _documents(kind: str, record_ids: Sequence[int]) -> Select[Any]:
    here = _DOCUMENT.c.coalition_id == current_coalition_id()
    query = select(_DOCUMENT.c.kind, _DOCUMENT.c.record_id).where(here, _DOCUMENT.c.kind == kind)
    return query.where(_DOCUMENT.c.record_id.in_(record_ids))
