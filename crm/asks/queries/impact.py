"""Whom newer words would ask for what: reckoned before anything is done, and the same when it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from crm.asks.models import Ask, AskKind, AskState
from crm.core.db import db
from crm.demands.models import (
    ACCEPTING,
    Change,
    Demand,
    DemandKind,
    DemandVersion,
    Endorsement,
    OrganizationStanding,
    Standing,
)
from crm.demands.operations.reconfirming import needed_change
from crm.demands.queries import current_gate, current_rules, version_in_force
from crm.demands.queries.gate import Gate
from crm.organizations.models import Organization
from crm.representatives.queries import representatives_of


@dataclass(frozen=True)
class Planned:
    """An endorsement of earlier words, and what its group is to be asked."""

    live: Endorsement
    kind: AskKind


@dataclass
class Impact:
    """What adopting words would mean for the groups, alphabetically."""

    editorial: list[Organization] = field(default_factory=list)
    substance: list[Organization] = field(default_factory=list)
    # Of these nobody can be written to: they are asked by phone.
    without_address: list[Organization] = field(default_factory=list)
    # Members that would be none any more, had they not answered until the day.
    at_stake: list[Organization] = field(default_factory=list)
    # From this day on.
    from_day: date | None = None

    @property
    def keeping(self) -> list[Organization]:
        """Those who are asked to reconfirm, and keep their standing whatever they answer."""
        at_stake = set(self.at_stake)
        return [group for group in self.substance if group not in at_stake]

    @property
    def asked(self) -> int:
        return len(self.editorial) + len(self.substance)


def plan_asks(demand: Demand, change: Change, *, lock: bool = False) -> list[Planned]:
    """Everybody who endorses earlier words of a demand, with what newer ones of this change would ask.

    To carry over by silence is for those who stand under words from which editorial steps alone lie between,
    and who objected to none of them. Two statements, however many groups there are.
    """
    query = (
        select(Endorsement)
        .join(Organization, Organization.id == Endorsement.organization_id)
        .options(contains_eager(Endorsement.organization))
        .where(Endorsement.demand_id == demand.id, Endorsement.state.in_(ACCEPTING))
        .where(Organization.archived_at.is_(None))
        .order_by(Organization.sort_name, Organization.id)
    )
    if lock:
        query = query.with_for_update(of=Endorsement).execution_options(populate_existing=True)
    objected = objectors_of(demand.id)
    kinds = {version.id: _kind(demand, version, change) for version in demand.versions}
    return [
        Planned(live, AskKind.SUBSTANCE if live.organization_id in objected else kinds[live.version_id])
        for live in db.session.scalars(query)
    ]


def impact_of(demand: Demand, change: Change, answers_by: date | None, counts_from: date | None) -> Impact:
    """Who would be asked, who can't be reached, and who would lose standing, and from which day."""
    if version_in_force(demand) is None:
        return _impact_of_first(demand, counts_from)
    planned = plan_asks(demand, change)
    impact = Impact(
        editorial=[one.live.organization for one in planned if one.kind is AskKind.EDITORIAL],
        substance=[one.live.organization for one in planned if one.kind is AskKind.SUBSTANCE],
    )
    reached = reachable([one.live.organization_id for one in planned])
    impact.without_address = [
        one.live.organization for one in planned if one.live.organization_id not in reached
    ]
    if demand.kind is DemandKind.MINIMUM and impact.substance:
        gate = current_gate()
        short = _members_below(gate, gate.needed + (demand.id in gate.counted))
        impact.at_stake = [group for group in short if group in set(impact.substance)]
        impact.from_day = answers_by + timedelta(days=1) if answers_by else None
    return impact


def reachable(organization_ids: Sequence[int]) -> set[int]:
    """Those of the groups of which somebody speaks who has a mail address."""
    found = representatives_of(organization_ids)
    return {group for group, people in found.items() if any(person.email for person in people)}


def _impact_of_first(demand: Demand, counts_from: date | None) -> Impact:
    if demand.kind is not DemandKind.MINIMUM:
        return Impact()
    gate, rules = current_gate(), current_rules()
    count = len(gate.counted) + 1
    needed = count if rules.gate_needed is None else min(rules.gate_needed, count)
    return Impact(at_stake=_members_below(gate, needed), from_day=counts_from)


def _members_below(gate: Gate, needed: int) -> list[Organization]:
    """The members that endorse fewer of the minimum demands that count now, alphabetically."""
    counted = (
        select(func.count())
        .select_from(Endorsement)
        .where(
            Endorsement.organization_id == Organization.id,
            Endorsement.demand_id.in_(gate.counted),
            Endorsement.state.in_(gate.states),
        )
        .scalar_subquery()
    )
    query = (
        select(Organization)
        .join(OrganizationStanding, OrganizationStanding.organization_id == Organization.id)
        .where(OrganizationStanding.standing == Standing.MEMBER, Organization.archived_at.is_(None))
        .where(counted < needed)
    )
    return list(db.session.scalars(query.order_by(Organization.sort_name, Organization.id)))


def _kind(demand: Demand, endorsed: DemandVersion, change: Change) -> AskKind:
    current = version_in_force(demand)
    earlier = needed_change(demand.versions, endorsed, current) if current else None
    if change is Change.EDITORIAL and earlier is not Change.SUBSTANCE:
        return AskKind.EDITORIAL
    return AskKind.SUBSTANCE


def objectors_of(demand_id: int) -> set[int]:
    """Who objected to a change of the demand and stands under words before it."""
    asked, endorsed = DemandVersion.__table__.alias("asked"), DemandVersion.__table__.alias("endorsed")
    query = (
        select(Ask.organization_id)
        .join(Endorsement, (Endorsement.organization_id == Ask.organization_id)
              & (Endorsement.demand_id == Ask.demand_id))
        .join(asked, asked.c.id == Ask.version_id)
        .join(endorsed, endorsed.c.id == Endorsement.version_id)
        .where(Ask.demand_id == demand_id, Ask.state == AskState.OBJECTED, Ask.kind == AskKind.EDITORIAL,
               asked.c.number > endorsed.c.number)
    )  # fmt: skip
    return set(db.session.scalars(query))
