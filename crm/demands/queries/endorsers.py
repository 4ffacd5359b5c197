"""Who stands behind the demands, as the public sees it: an allow-list of columns, never a contact."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, case, false, func, select
from sqlalchemy.orm import load_only

from crm.core.db import db
from crm.core.paging import Key, Page, keyset_page
from crm.demands.models import ACCEPTING, Demand, Endorsement, EndorsementChange, StandState
from crm.demands.people import People, count_people
from crm.organizations.models import Organization, OrganizationKind
from crm.organizations.names import fold

# The most names on one page: more would be too heavy for a phone on a bad network.
MOST = 100
# Of each kind, where not all fit.
EACH = 12


class Sized(Protocol):
    """A group of which the number of people can be counted."""

    @property
    def id(self) -> int: ...
    @property
    def parent_id(self) -> int | None: ...
    @property
    def size(self) -> int | None: ...
    @property
    def size_public(self) -> bool: ...


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


def is_public_endorser(demand_id: int | None = None) -> ColumnElement[bool]:
    """Whether an organization stands in public behind a demand in force (or behind the given one)."""
    stands = (
        select(Endorsement.id)
        .join(Demand, Demand.id == Endorsement.demand_id)
        .where(
            Endorsement.organization_id == Organization.id,
            Endorsement.state.in_(ACCEPTING),
            Endorsement.public,
            Demand.retired_at.is_(None),
        )
    )
    if demand_id is not None:
        stands = stands.where(Endorsement.demand_id == demand_id)
    return Organization.archived_at.is_(None) & stands.exists()


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
    """The public endorsers by kind. All names where there are at most `most`, else `each` of every kind."""
    wanted = _wanted(kind, q)
    rows = list(db.session.execute(_sizes().where(wanted)))
    named = _names_by_kind(wanted, None if len(rows) <= most else each)
    parents = _parents_above([row.id for row in rows])
    counts = Counter(row.kind for row in rows)
    kinds = [
        KindOfEndorsers(
            one, count, _people([r for r in rows if r.kind is one], parents, True), named.get(one, [])
        )
        for one, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
    return Endorsers(len(rows), _people(rows, parents, True), kinds)


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


def people_represented(organizations: Iterable[Sized], *, public: bool = True) -> People:
    """The people that these groups represent, by the tree rule of 1-product.md, in one query.

    In public only the numbers that groups publish are counted: a total must not give away one of them.
    """
    groups = list(organizations)
    return _people(groups, _parents_above([group.id for group in groups]), public)


def list_versions_endorsed(demand_id: int, organization_ids: Iterable[int]) -> Mapping[int, int]:
    """Which version of a demand each of the organizations endorses: organization id → version id."""
    query = select(Endorsement.organization_id, Endorsement.version_id).where(
        Endorsement.demand_id == demand_id,
        Endorsement.organization_id.in_(list(organization_ids)),
        Endorsement.state.in_(ACCEPTING),
    )
    return {row.organization_id: row.version_id for row in db.session.execute(query)}


def list_endorsers_by_version(
    demand_id: int, each: int = MOST
) -> Mapping[int, tuple[int, Sequence[tuple[Endorser, bool]]]]:
    """A demand's public endorsers under the version they endorsed: version id → (how many, the first names).

    With each name, whether the group endorses with a reservation; its text is not public.
    """
    named = case((Endorsement.speaker_public, Endorsement.speaker), else_=None).label("speaker")
    columns = (*_columns(), Endorsement.version_id, Endorsement.state.label("stand"), named)
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
    first = (
        select(EndorsementChange.organization_id)
        .where(EndorsementChange.state.in_(ACCEPTING))
        .group_by(EndorsementChange.organization_id)
        .having(func.min(EndorsementChange.at) >= instant)
    )
    query = select(func.count()).select_from(Organization)
    return db.session.scalar(query.where(is_public_endorser(), Organization.id.in_(first))) or 0


def _wanted(
    kind: OrganizationKind | None = None, q: str | None = None, demand_id: int | None = None
) -> ColumnElement[bool]:
    wanted = is_public_endorser(demand_id)
    if kind is not None:
        wanted &= Organization.kind == kind
    return wanted & is_called(q) if q else wanted


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


def _sizes() -> Select[Any]:
    columns: tuple[Any, ...] = (Organization.id, Organization.kind, Organization.parent_id)
    return select(*columns, Organization.size, Organization.size_public)


def _names_by_kind(
    wanted: ColumnElement[bool], each: int | None
) -> Mapping[OrganizationKind, list[Endorser]]:
    rank = func.row_number().over(
        partition_by=Organization.kind, order_by=(Organization.sort_name, Organization.id)
    )
    ranked = select(*_columns(), rank.label("rank")).where(wanted).subquery()
    query = select(ranked).order_by(ranked.c.kind, ranked.c.rank)
    if each is not None:
        query = query.where(ranked.c.rank <= each)
    found: dict[OrganizationKind, list[Endorser]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.kind, []).append(_endorser(row))
    return found


def _endorser(row: Any) -> Endorser:
    size = row.size if row.size_public else None
    speaker = getattr(row, "speaker", None) or ""
    return Endorser(row.id, row.name, row.kind, row.place, row.website, size, speaker)


def _people(groups: Iterable[Sized], parents: Mapping[int, int | None], public: bool) -> People:
    sizes = {group.id: group.size if group.size_public or not public else None for group in groups}
    return count_people(sizes, parents)


def _parents_above(ids: Sequence[int]) -> Mapping[int, int | None]:
    """The parent of each group and of every group above it. UNION ends where parents go round in a circle."""
    here = select(Organization.id, Organization.parent_id).where(Organization.id.in_(ids))
    above = here.cte("above", recursive=True)
    next_up = select(Organization.id, Organization.parent_id).join(
        above, Organization.id == above.c.parent_id
    )
    return {row.id: row.parent_id for row in db.session.execute(select(above.union(next_up)))}
