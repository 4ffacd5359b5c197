"""Who stands behind the demands, as the public sees it: an allow-list of columns, never a contact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, select, union_all
from sqlalchemy.orm import load_only

from crm.core.db import db
from crm.core.paging import Key, Page, keyset_page
from crm.demands.models import ACCEPTING, Demand, Endorsement, EndorsementChange, Source, StandState
from crm.demands.people import People
from crm.demands.queries.crowds import count_crowds
from crm.organizations.models import Organization, OrganizationKind
from crm.organizations.names import fold

# The most names on one page: more would be too heavy for a phone on a bad network.
MOST = 100
# Of each kind, where not all fit.
EACH = 12
# From so many on the first few of a kind are found soonest along the alphabet, group by group.
MANY = 500


@dataclass(frozen=True)
class Endorser:
    """A group as the public sees it. `size` is None unless the group publishes it."""

    id: int
    name: str
    kind: OrganizationKind
    place: str
    url: str
    size: int | None
    # Who spoke for it, where they asked to be named; known on a demand's own page alone.
    speaker: str = ""
    # It came under these words by silence: told of an editorial change, it did not object until this day.
    silent_until: datetime | None = None
    # Under the words of so many demands it came by silence; known where all demands are meant.
    carried: int = 0


@dataclass(frozen=True)
class KindOfEndorsers:
    """The endorsers of one kind: how many, the people they represent, and the first names of them."""

    kind: OrganizationKind
    count: int
    people: People
    endorsers: Sequence[Endorser]


@dataclass(frozen=True)
class Endorsers:
    """All public endorsers, by kind, the largest kind first."""

    count: int
    people: People
    kinds: Sequence[KindOfEndorsers]


_ALPHABET = (Organization.sort_name, Organization.id)


def is_public_endorser(demand_id: int | None = None) -> ColumnElement[bool]:
    """Whether an organization stands in public behind a demand in force (or behind the given one).

    The groups that do are listed once: asked group by group, it costs as much as there are groups.
    """
    stands = _public_stands(Endorsement.organization_id)
    if demand_id is not None:
        stands = stands.where(Endorsement.demand_id == demand_id)
    return Organization.archived_at.is_(None) & Organization.id.in_(stands)


def _public_stands(column: Any) -> Select[Any]:
    query = select(column).join(Demand, Demand.id == Endorsement.demand_id)
    return query.where(Endorsement.state.in_(ACCEPTING), Endorsement.public, Demand.retired_at.is_(None))


def _is_one_of_many() -> ColumnElement[bool]:
    """The same, asked group by group: where so many do that the first few are soon found."""
    own = _public_stands(Endorsement.id).where(Endorsement.organization_id == Organization.id)
    return Organization.archived_at.is_(None) & own.correlate(Organization).exists()


def is_called(q: str) -> ColumnElement[bool]:
    """Whether an organization's name or acronym holds what was typed, whatever its case and accents."""
    plain = " ".join(re.findall(r"\w+", fold(q))).removeprefix("the ")
    if not plain:
        return false()
    return Organization.sort_name.contains(plain, autoescape=True) | (
        func.lower(Organization.acronym).contains(q.lower(), autoescape=True)
    )


def count_public_endorsers(
    kind: OrganizationKind | None = None, q: str | None = None, demand_id: int | None = None
) -> int:
    """How many groups stand in public behind a demand in force."""
    query = select(func.count()).select_from(Organization)
    return db.session.scalar(query.where(_wanted(kind, q, demand_id))) or 0


def list_public_endorsers(
    kind: OrganizationKind | None = None, q: str | None = None, *, most: int = MOST, each: int = EACH
) -> Endorsers:
    """The public endorsers by kind. All names where there are at most `most`, else `each` of every kind.

    Three statements; the groups are counted by the database, only the names that are shown are read.
    """
    wanted = _wanted(kind, q)
    everybody, by_kind = count_crowds(wanted)
    named: dict[OrganizationKind, list[Endorser]] = {}
    own = _carried().where(Endorsement.organization_id == Organization.id)
    columns = (*_columns(), own.scalar_subquery().label("carried"))
    if everybody.groups <= most:
        asked = select(*columns).where(wanted).order_by(Organization.kind, *_ALPHABET)
    else:
        many = _is_one_of_many() & is_called(q) if q else _is_one_of_many()
        asked = _first(columns, each, {k: many if n.groups > MANY else wanted for k, n in by_kind.items()})
    for row in db.session.execute(asked):
        named.setdefault(row.kind, []).append(_endorser(row))
    largest_first = sorted(by_kind.items(), key=lambda item: (-item[1].groups, item[0]))
    kinds = [
        KindOfEndorsers(one, crowd.groups, crowd.people, named.get(one, [])) for one, crowd in largest_first
    ]
    return Endorsers(everybody.groups, everybody.people, kinds)


def list_public_names(each: int) -> Sequence[str]:
    """The names of the public endorsers, the first `each` of every kind."""
    columns = (Organization.id, Organization.name, Organization.kind)
    asked = _first(columns, each, dict.fromkeys(OrganizationKind, _wanted()))
    return [row.name for row in db.session.execute(asked)]


def page_of_endorsers(
    *,
    kind: OrganizationKind | None = None,
    q: str | None = None,
    demand_id: int | None = None,
    after: str | None = None,
    before: str | None = None,
    limit: int = MOST,
) -> Page[Organization]:
    """One alphabetical page of public endorsers; only the columns that are public are read."""
    query: Select[Any] = select(Organization).where(_wanted(kind, q, demand_id))
    query = query.options(
        load_only(
            Organization.name,
            Organization.sort_name,
            Organization.kind,
            Organization.place,
            Organization.website,
            raiseload=True,
        )
    )
    keys = [Key(Organization.sort_name), Key(Organization.id)]
    return keyset_page(query, keys, after=after, before=before, limit=limit)


def list_versions_endorsed(demand_id: int, organization_ids: Iterable[int]) -> Mapping[int, tuple[int, bool]]:
    """Which version of a demand each of the organizations endorses, and whether it came there by silence.

    By organization id: version id, and whether.
    """
    query = select(Endorsement.organization_id, Endorsement.version_id, Endorsement.source).where(
        Endorsement.demand_id == demand_id,
        Endorsement.organization_id.in_(list(organization_ids)),
        Endorsement.state.in_(ACCEPTING),
    )
    found = db.session.execute(query)
    return {row.organization_id: (row.version_id, row.source is Source.SILENCE) for row in found}


def count_carried_over(organization_ids: Iterable[int]) -> Mapping[int, int]:
    """Under the words of how many demands organizations came by silence."""
    group = Endorsement.organization_id
    query = _carried(group).where(group.in_(list(organization_ids))).group_by(group)
    return {row.organization_id: row.number for row in db.session.execute(query)}


def list_endorsers_by_version(
    demand_id: int, each: int = MOST
) -> Mapping[int, tuple[int, Sequence[tuple[Endorser, bool]]]]:
    """A demand's public endorsers under the version they endorsed: version id → (how many, the first names).

    With each name, whether the group endorses with a reservation; its text is not public.
    """
    named = case((Endorsement.speaker_public, Endorsement.speaker), else_=None).label("speaker")
    stand = (Endorsement.version_id, Endorsement.state.label("stand"), Endorsement.source, Endorsement.since)
    columns = (*_columns(), *stand, named)
    rank = func.row_number().over(
        partition_by=Endorsement.version_id, order_by=(Organization.sort_name, Organization.id)
    )
    number = func.count().over(partition_by=Endorsement.version_id)
    ranked = (
        select(*columns, rank.label("rank"), number.label("number"))
        .join(Endorsement, Endorsement.organization_id == Organization.id)
        .join(Demand, Demand.id == Endorsement.demand_id)
        .where(Endorsement.demand_id == demand_id, Endorsement.state.in_(ACCEPTING), Endorsement.public)
        .where(Organization.archived_at.is_(None), Demand.retired_at.is_(None))
        .subquery()
    )
    found: dict[int, tuple[int, list[tuple[Endorser, bool]]]] = {}
    query = select(ranked).where(ranked.c.rank <= each).order_by(ranked.c.version_id, ranked.c.rank)
    for row in db.session.execute(query):
        _, names = found.setdefault(row.version_id, (row.number, []))
        names.append((_endorser(row), row.stand is StandState.RESERVATION))
    return found


def count_new_endorsers_since(instant: datetime) -> int:
    """How many of today's public endorsers endorsed for the first time at or after an instant."""
    accepted = select(EndorsementChange.organization_id).where(EndorsementChange.state.in_(ACCEPTING))
    lately = accepted.where(EndorsementChange.at >= instant)
    new = (
        accepted.where(EndorsementChange.organization_id.in_(lately))
        .group_by(EndorsementChange.organization_id)
        .having(func.min(EndorsementChange.at) >= instant)
    )
    query = select(func.count()).select_from(Organization)
    query = query.where(is_public_endorser(), Organization.id.in_(new))
    return db.session.scalar(query) or 0


def _wanted(
    kind: OrganizationKind | None = None, q: str | None = None, demand_id: int | None = None
) -> ColumnElement[bool]:
    wanted = is_public_endorser(demand_id)
    if kind is not None:
        wanted &= Organization.kind == kind
    return wanted & is_called(q) if q else wanted


def _carried(*columns: Any) -> Select[Any]:
    return (
        select(*columns, func.count(Endorsement.id).label("number"))
        .join(Demand, Demand.id == Endorsement.demand_id)
        .where(Endorsement.source == Source.SILENCE, Endorsement.state.in_(ACCEPTING), Endorsement.public)
        .where(Demand.retired_at.is_(None))
    )


def _columns() -> tuple[Any, ...]:
    return (
        Organization.id,
        Organization.name,
        Organization.kind,
        Organization.place,
        Organization.website,
        Organization.size,
        Organization.size_public,
        Organization.parent_id,
    )


def _first(
    columns: Sequence[Any], each: int, wanted: Mapping[OrganizationKind, ColumnElement[bool]]
) -> Select[Any]:
    """Of each of these kinds the first `each` by the alphabet that are wanted."""
    alphabetical = select(*columns, Organization.sort_name).order_by(*_ALPHABET).limit(each)
    of_kinds = [alphabetical.where(Organization.kind == kind, one).subquery() for kind, one in wanted.items()]
    found = union_all(*(select(part) for part in of_kinds)).subquery()
    return select(found).order_by(found.c.kind, found.c.sort_name, found.c.id)


def _endorser(row: Any) -> Endorser:
    size = row.size if row.size_public else None
    speaker = getattr(row, "speaker", None) or ""
    # Carried over in the morning after the last day to object.
    silent = row.since - timedelta(days=1) if getattr(row, "source", None) is Source.SILENCE else None
    carried = getattr(row, "carried", 0)
    return Endorser(row.id, row.name, row.kind, row.place, row.website, size, speaker, silent, carried)
