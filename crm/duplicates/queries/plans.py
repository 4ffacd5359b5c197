"""What merging one group into another does, worked out before anything is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, func, literal, select, true, union_all

from crm.core.db import db
from crm.demands.models import Endorsement
from crm.demands.queries import StandOnDemand, list_stands
from crm.duplicates.references import RULES, Reference, list_references
from crm.organizations.models import Organization


@dataclass(frozen=True)
class Conflict:
    """Two rows of which one group may have one."""

    reference: Reference
    kept_row: int
    merged_row: int
    # Whether that of the merged group counts.
    merged_wins: bool

    @property
    def loser(self) -> int:
        return self.kept_row if self.merged_wins else self.merged_row


@dataclass(frozen=True)
class Plan:
    """Table → how many rows go along; and what both have."""

    counts: Mapping[str, int]
    conflicts: Sequence[Conflict]


@dataclass(frozen=True)
class BothSaid:
    """A demand to which both have said something: what each said, and which of the two counts."""

    kept: StandOnDemand
    merged: StandOnDemand
    merged_counts: bool = field(default=False)


def plan_merge(kept: Organization, merged: Organization) -> Plan:
    """What merging a group into another moves, and where both have what one group has once."""
    references = list_references()
    parts = [
        select(literal(one.table.name).label("name"), func.count().label("number"))
        .select_from(one.table)
        .where(one.column == merged.id)
        for one in references
    ]
    counts: dict[str, int] = {}
    for row in db.session.execute(union_all(*parts)):
        if row.number:
            counts[row.name] = counts.get(row.name, 0) + row.number
    conflicts = [one for reference in references for one in find_conflicts(reference, kept.id, merged.id)]
    return Plan(counts, conflicts)


def find_conflicts(reference: Reference, kept_id: int, merged_id: int) -> list[Conflict]:
    """The pairs of rows of a table that can't both be one group's, and which of each two counts."""
    found: dict[int, Conflict] = {}
    for others, condition in reference.uniques:
        kept, merged = (_rows(reference, condition, one) for one in (kept_id, merged_id))
        names = list(kept.c.keys())
        same = and_(true(), *(kept.c[column.name] == merged.c[column.name] for column in others))
        query = select(kept, *(merged.c[name].label(f"m_{name}") for name in names))
        for row in db.session.execute(query.join_from(kept, merged, same)).mappings():
            theirs = {name: row[f"m_{name}"] for name in names}
            wins = _wins(reference, dict(row), theirs)
            found[theirs["id"]] = Conflict(reference, row["id"], theirs["id"], wins)
    return list(found.values())


def _rows(reference: Reference, condition: Any, organization_id: int) -> Any:
    query = select(reference.table).where(reference.column == organization_id)
    return (query if condition is None else query.where(condition)).subquery()


def _wins(reference: Reference, ours: Any, theirs: Any) -> bool:
    rule = RULES.get(reference.table.name)
    return rule is not None and rule.rank(theirs) > rule.rank(ours)


def list_both_said(kept: Organization, merged: Organization, language: str) -> list[BothSaid]:
    """The demands in force to which both groups have said something, or were asked."""
    theirs = {one.demand.demand_id: one for one in list_stands(merged.id, language)}
    found = []
    for ours in list_stands(kept.id, language):
        other = theirs.get(ours.demand.demand_id)
        if other and ours.endorsement and other.endorsement:
            later = _word(other.endorsement) > _word(ours.endorsement)
            found.append(BothSaid(ours, other, later))
    return found


def _word(live: Endorsement) -> tuple[Any, ...]:
    values: Any = {"state": live.state, "since": live.since}
    return RULES["endorsement"].rank(values)
