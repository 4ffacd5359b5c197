"""The gate: what a group's endorsements make of it in the coalition. Computed, never typed.

What is computed is kept (`operations.refresh_standings`), and every page reads what is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.tenancy import current_coalition_id
from crm.core.together import Question
from crm.demands.models import (
    ACCEPTING,
    Demand,
    DemandKind,
    DemandVersion,
    Endorsement,
    OrganizationStanding,
    Standing,
    StandingChange,
    StandState,
    VersionState,
)
from crm.demands.rules import Rules, read_rules
from crm.organizations.models import Organization


@dataclass(frozen=True)
class Gate:
    """What makes a member of a coalition on a day."""

    # Demands in force that are not retired.
    in_force: frozenset[int]
    # The minimum demands of these that count, and those that count from a day to come.
    counted: frozenset[int]
    coming: frozenset[int]
    # How many of the counted ones a member endorses; never more than there are.
    needed: int
    # The stands that count for membership.
    states: frozenset[StandState]


@dataclass(frozen=True)
class GroupStanding:
    """Where a group stands, and whether a member is still asked for something."""

    standing: Standing
    asked: bool = False
    since: datetime | None = None


NOWHERE = GroupStanding(Standing.NOT_YET)


def current_gate(rules: Rules | None = None) -> Gate:
    """The gate of the chosen coalition today, by its own rules or by those given. Two statements."""
    here = select(Coalition.settings, Coalition.timezone).where(Coalition.id == current_coalition_id())
    settings, timezone = db.session.execute(here).one()
    query = select(Demand.id, Demand.kind, Demand.counts_from).join(
        DemandVersion, DemandVersion.demand_id == Demand.id
    )
    query = query.where(Demand.retired_at.is_(None), DemandVersion.state == VersionState.ADOPTED)
    demands = db.session.execute(query).all()
    return make_gate(
        [(row[0], row[1], row[2]) for row in demands],
        rules or read_rules(settings),
        clock.today(ZoneInfo(timezone)),
    )


def make_gate(demands: Sequence[tuple[int, DemandKind, date | None]], rules: Rules, today: date) -> Gate:
    """The gate of demands in force (id, kind, the day from which it counts) by a coalition's rules."""
    minimum = {number: start for number, kind, start in demands if kind is DemandKind.MINIMUM}
    coming = frozenset(number for number, start in minimum.items() if start is not None and start > today)
    counted = frozenset(minimum) - coming
    needed = len(counted) if rules.gate_needed is None else min(rules.gate_needed, len(counted))
    states = ACCEPTING if rules.gate_reservations else ACCEPTING - {StandState.RESERVATION}
    return Gate(frozenset(one[0] for one in demands), counted, coming, needed, states)


def compute_standings(
    gate: Gate, organization_ids: Collection[int] | None = None
) -> dict[int, GroupStanding]:
    """Where groups stand by a gate (None: all); those that are not there are "not yet". One statement.

    A member endorses as many counted minimum demands as are needed, in whatever version, also while it is
    asked to reconfirm; an ally endorses some demand in force. Where no demand counts there are no members.
    """
    rows = db.session.execute(_sums(gate, organization_ids))
    return {row[0]: _standing_of(gate, *row[1:]) for row in rows}


def find_standing(organization_id: int) -> GroupStanding:
    """Where one organization stands, as kept."""
    return list_standings([organization_id])[organization_id]


def ask_for_standing(organization_id: Any) -> Question:
    """The question for where one organization stands, as kept: the fields of GroupStanding."""
    kept = OrganizationStanding
    query = select(kept.standing, kept.asked, kept.since)
    return query.where(kept.organization_id == organization_id)


def list_standings(organization_ids: Iterable[int]) -> Mapping[int, GroupStanding]:
    """Where each of the organizations stands, as kept, in one query."""
    wanted = list(organization_ids)
    return {**dict.fromkeys(wanted, NOWHERE), **kept_standings(wanted)}


def kept_standings(organization_ids: Collection[int] | None = None) -> dict[int, GroupStanding]:
    """The standings that are kept (None: of all groups), by organization."""
    kept = OrganizationStanding
    query = select(kept.organization_id, kept.standing, kept.asked, kept.since)
    if organization_ids is not None:
        query = query.where(kept.organization_id.in_(organization_ids))
    return {row[0]: GroupStanding(*row[1:]) for row in db.session.execute(query)}


def count_standings() -> dict[Standing, int]:
    """How many groups that are not archived are members, and how many allies."""
    query = (
        select(OrganizationStanding.standing, func.count())
        .join(Organization, Organization.id == OrganizationStanding.organization_id)
        .where(Organization.archived_at.is_(None), OrganizationStanding.standing != Standing.NOT_YET)
        .group_by(OrganizationStanding.standing)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def list_standing_changes(since: datetime, most: int) -> Sequence[StandingChange]:
    """What changed since in where groups stand, with the groups, newest first."""
    query = (
        select(StandingChange)
        .where(StandingChange.at > since)
        .options(joinedload(StandingChange.organization))
        .order_by(StandingChange.at.desc(), StandingChange.id.desc())
    )
    return db.session.scalars(query.limit(most)).all()


def _sums(gate: Gate, organization_ids: Collection[int] | None) -> Any:
    """By group: counted demands that it endorses, coming ones, and whether it is asked to reconfirm one."""
    counts = Endorsement.state.in_(gate.states)
    counted = Endorsement.demand_id.in_(gate.counted)
    coming = Endorsement.demand_id.in_(gate.coming)
    asked_anew = (counted | coming) & Endorsement.reconfirm_by.is_not(None)
    query = select(
        Endorsement.organization_id,
        func.sum(case((counted & counts, 1), else_=0)),
        func.sum(case((coming & counts, 1), else_=0)),
        func.sum(case((asked_anew, 1), else_=0)),
    ).where(Endorsement.state.in_(ACCEPTING), Endorsement.demand_id.in_(gate.in_force))
    if organization_ids is not None:
        query = query.where(Endorsement.organization_id.in_(organization_ids))
    return query.group_by(Endorsement.organization_id)


def _standing_of(gate: Gate, counted: int, coming: int, asked_anew: int) -> GroupStanding:
    if not gate.counted or counted < gate.needed:
        return GroupStanding(Standing.ALLY)
    return GroupStanding(Standing.MEMBER, asked=asked_anew > 0 or coming < len(gate.coming))
