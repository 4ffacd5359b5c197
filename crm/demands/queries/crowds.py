"""How many groups and people stand behind something, counted by the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Row, case, func, select
from sqlalchemy.orm import aliased

from crm.core.db import db
from crm.demands.people import People, count_people
from crm.organizations.models import Organization, OrganizationKind


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
class Crowd:
    """How many groups, and the people that they represent."""

    groups: int
    people: People


def count_crowds(wanted: ColumnElement[bool]) -> tuple[Crowd, Mapping[OrganizationKind, Crowd]]:
    """How many groups meet a condition, all and by kind, with the people of those that publish a number.

    Two statements. Groups without affiliates are added up where they lie, those of one kind and parent
    together: the tree rule of 1-product.md takes the sum of them.
    """
    rows = db.session.execute(_sums(wanted)).all()
    near = {one for row in rows for one in (row.parent_id, row.holder) if one is not None}
    parents = _parents_above(sorted(near))
    kinds = {row.kind for row in rows}
    by_kind = {kind: _crowd([row for row in rows if row.kind is kind], parents) for kind in kinds}
    return _crowd(rows, parents), by_kind


def people_represented(organizations: Iterable[Sized], *, public: bool = True) -> People:
    """The people that these groups represent, by the tree rule of 1-product.md, in one query.

    In public only the numbers that groups publish are counted: a total must not give away one of them.
    """
    groups = list(organizations)
    sizes = {group.id: group.size if group.size_public or not public else None for group in groups}
    return count_people(sizes, _parents_above(list(sizes)))


def _sums(wanted: ColumnElement[bool]) -> Any:
    """Rows of kind, parent, the group itself where it has affiliates (`holder`), and the sums over each."""
    affiliate = aliased(Organization)
    # The parents are listed once; asked group by group, a database without statistics takes the wrong index.
    parents = select(affiliate.parent_id).where(affiliate.parent_id.is_not(None))
    holder = case((Organization.id.in_(parents), Organization.id)).label("holder")
    number = case((Organization.size_public, Organization.size))
    columns = (Organization.kind, Organization.parent_id, holder, number.label("number"))
    inner = select(*columns).where(wanted).subquery()
    grouped = (inner.c.kind, inner.c.parent_id, inner.c.holder)
    sums = (
        func.count().label("groups"),
        func.sum(inner.c.number).label("people"),
        (func.count() - func.count(inner.c.number)).label("without"),
    )
    return select(*grouped, *sums).group_by(*grouped)


def _crowd(rows: Sequence[Row[Any]], parents: Mapping[int, int | None]) -> Crowd:
    """The sum of such rows. Groups that are added up stand in the tree as one, under a number of its own."""
    added_up = {-place: row for place, row in enumerate(rows, 1) if row.holder is None}
    sizes = {row.holder: row.people for row in rows if row.holder is not None}
    sizes |= {place: row.people for place, row in added_up.items()}
    above = {**parents, **{place: row.parent_id for place, row in added_up.items()}}
    without = sum(row.without for row in rows)
    return Crowd(sum(row.groups for row in rows), People(count_people(sizes, above).total, without))


def _parents_above(ids: Sequence[int]) -> Mapping[int, int | None]:
    """The parent of each group and of every group above it. UNION ends where parents go round in a circle."""
    here = select(Organization.id, Organization.parent_id).where(Organization.id.in_(ids))
    above = here.cte("above", recursive=True)
    # One by one: for a join SQLite looks at all groups first (a Bloom filter), to find these few.
    parent = aliased(Organization)
    theirs = select(parent.parent_id).where(parent.id == above.c.parent_id).correlate(above)
    next_up = select(above.c.parent_id, theirs.scalar_subquery()).where(above.c.parent_id.is_not(None))
    return {row.id: row.parent_id for row in db.session.execute(select(above.union(next_up)))}
