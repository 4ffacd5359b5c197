"""Reading demands and their words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from crm.core.db import db
from crm.core.together import Question
from crm.demands.models import Demand, DemandKind, DemandVersion, VersionState, Wording


@dataclass(frozen=True)
class DemandInForce:
    """A demand with its wording in force, in the reader's language where there is one."""

    demand_id: int
    slug: str
    kind: DemandKind
    # Its place on the coalition's list, from 1.
    place: int
    version_id: int
    version_number: int
    adopted_at: datetime
    binding_language: str
    # The language of the words below: the reader's, else the binding one.
    language: str
    sentence: str
    text: str
    binding_sentence: str
    # A minimum demand counts for membership from this day on; None: it does already.
    counts_from: date | None = None

    @property
    def is_translation(self) -> bool:
        return self.language != self.binding_language


def in_order() -> tuple[Any, ...]:
    """The order of a coalition's list: minimum demands first, then as the coordinators set it."""
    return (case((Demand.kind == DemandKind.MINIMUM, 0), else_=1), Demand.position, Demand.id)


_IN_FORCE = (
    select(Demand, DemandVersion)
    .join(DemandVersion, DemandVersion.demand_id == Demand.id)
    .where(Demand.retired_at.is_(None), DemandVersion.state == VersionState.ADOPTED)
    .options(joinedload(DemandVersion.wordings))
    .order_by(*in_order())
)


def list_demands_in_force(language: str | None = None) -> Sequence[DemandInForce]:
    """The demands of the chosen coalition that are adopted and not retired, in their order."""
    rows = db.session.execute(_IN_FORCE).unique().all()
    return [_in_force(demand, version, place, language) for place, (demand, version) in enumerate(rows, 1)]


def count_demands_in_force() -> int:
    """How many demands the coalition stands on now."""
    query = (
        select(func.count())
        .select_from(Demand)
        .join(DemandVersion, DemandVersion.demand_id == Demand.id)
        .where(Demand.retired_at.is_(None), DemandVersion.state == VersionState.ADOPTED)
    )
    return db.session.scalar(query) or 0


def list_demands() -> Sequence[Demand]:
    """All demands for organizers, drafts and retired ones too, with their versions and wordings."""
    query = select(Demand).options(selectinload(Demand.versions).selectinload(DemandVersion.wordings))
    return db.session.scalars(query.order_by(*in_order())).all()


def find_demand(slug: str, *, with_people: bool = False) -> Demand | None:
    """A demand by its address, with its versions and their wordings, and on request who adopted them."""
    versions = selectinload(Demand.versions)
    query = select(Demand).where(Demand.slug == slug)
    query = query.options(versions.selectinload(DemandVersion.wordings))
    if with_people:
        query = query.options(versions.joinedload(DemandVersion.adopted_by))
    return db.session.scalars(query).one_or_none()


def list_adopted_versions(ids: Sequence[int]) -> Sequence[DemandVersion]:
    """Those of the versions that were adopted, with their demand and wordings, in the list's order."""
    query = (
        select(DemandVersion)
        .join(Demand, Demand.id == DemandVersion.demand_id)
        .where(DemandVersion.id.in_(ids), DemandVersion.state != VersionState.DRAFT)
        .options(joinedload(DemandVersion.demand), selectinload(DemandVersion.wordings))
    )
    return db.session.scalars(query.order_by(*in_order(), DemandVersion.number)).all()


def draft_of(demand: Demand) -> DemandVersion | None:
    """The version that is being written, or None."""
    return next((version for version in demand.versions if version.state is VersionState.DRAFT), None)


def find_draft_of(language: str, sentence: str) -> Demand | None:
    """A demand of which just this sentence is a draft, in the language that binds."""
    query = (
        select(Demand)
        .join(DemandVersion, DemandVersion.demand_id == Demand.id)
        .join(Wording, Wording.version_id == DemandVersion.id)
        .where(DemandVersion.state == VersionState.DRAFT, DemandVersion.binding_language == language)
        .where(Wording.language == language, Wording.sentence == sentence, Demand.retired_at.is_(None))
    )
    return db.session.scalars(query.order_by(Demand.id).limit(1)).first()


def version_in_force(demand: Demand) -> DemandVersion | None:
    """The version whose words hold now; None before the first adoption."""
    return next((version for version in demand.versions if version.state is VersionState.ADOPTED), None)


def adopted_versions(demand: Demand) -> list[DemandVersion]:
    """Every version that was ever adopted, the newest first."""
    numbered = [version for version in demand.versions if version.number is not None]
    return sorted(numbered, key=lambda version: version.number or 0, reverse=True)


def words_of(version: DemandVersion, language: str | None) -> Wording:
    """A version's words in a language; in the one in which it was decided where that is missing."""
    by_language = {wording.language: wording for wording in version.wordings}
    return by_language.get(language or "") or by_language[version.binding_language]


class Words:
    """A version's words for a select of columns: in a language, else in the one in which it was decided.

    `join` is given the select once DemandVersion stands in it.
    """

    def __init__(self, version_id: Any, language: Any) -> None:
        self._mine, self._binding = aliased(Wording), aliased(Wording)
        self._version_id, self._language = version_id, language
        self.sentence = func.coalesce(self._mine.sentence, self._binding.sentence)

    def join(self, query: Question) -> Question:
        """The select with both wordings, so that `sentence` is found."""
        mine, binding = self._mine, self._binding
        own = and_(mine.version_id == self._version_id, mine.language == self._language)
        same = DemandVersion.binding_language == binding.language
        query = query.outerjoin(binding, and_(binding.version_id == self._version_id, same))
        return query.outerjoin(mine, own)


def by_language(version: DemandVersion) -> Mapping[str, tuple[str, str]]:
    """A version's (sentence, text) by language code, as `difference.compare` takes them."""
    return {wording.language: (wording.sentence, wording.text) for wording in version.wordings}


def _in_force(demand: Demand, version: DemandVersion, place: int, language: str | None) -> DemandInForce:
    words = words_of(version, language)
    assert version.number is not None and version.adopted_at is not None  # noqa: S101 - held by a constraint
    return DemandInForce(
        demand_id=demand.id,
        slug=demand.slug,
        kind=demand.kind,
        place=place,
        version_id=version.id,
        version_number=version.number,
        adopted_at=version.adopted_at,
        binding_language=version.binding_language,
        language=words.language,
        sentence=words.sentence,
        text=words.text,
        binding_sentence=words_of(version, version.binding_language).sentence,
        counts_from=demand.counts_from,
    )
