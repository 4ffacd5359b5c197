"""Reading who said what to which demand, for organizers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from crm.core.db import db
from crm.demands.models import (
    ACCEPTING,
    Decision,
    DemandVersion,
    Endorsement,
    EndorsementChange,
    Evidence,
    Source,
    StandRecord,
    StandState,
)
from crm.demands.queries.demands import DemandInForce, list_demands_in_force
from crm.organizations.models import Organization


@dataclass(frozen=True)
class StandOnDemand:
    """What one group says to one demand in force: its stand, and what waits for a coordinator."""

    demand: DemandInForce
    endorsement: Endorsement | None
    waiting: StandRecord | None

    @property
    def state(self) -> StandState | None:
        """None: never asked."""
        return self.endorsement.state if self.endorsement else None

    @property
    def shown_state(self) -> StandState | None:
        """As people are told it: an endorsement that is asked anew is to be reconfirmed."""
        return self.endorsement.shown_state if self.endorsement else None

    @property
    def is_of_former_words(self) -> bool:
        """Whether it speaks of a version that is not in force any more."""
        return self.endorsement is not None and self.endorsement.version_id != self.demand.version_id


def list_stands(organization_id: int, language: str | None = None) -> Sequence[StandOnDemand]:
    """What an organization says to each demand in force, in the coalition's order, unasked ones too."""
    live = {
        one.demand_id: one
        for one in db.session.scalars(
            select(Endorsement)
            .where(Endorsement.organization_id == organization_id)
            .options(joinedload(Endorsement.version))
        )
    }
    waiting = {
        one.demand_id: one
        for one in db.session.scalars(
            select(StandRecord).where(
                StandRecord.organization_id == organization_id, StandRecord.decision == Decision.WAITING
            )
        )
    }
    return [
        StandOnDemand(demand, live.get(demand.demand_id), waiting.get(demand.demand_id))
        for demand in list_demands_in_force(language)
    ]


def count_states(demand_id: int) -> Mapping[StandState, int]:
    """How many groups said what to a demand."""
    query = (
        select(Endorsement.state, func.count())
        .join(Organization, Organization.id == Endorsement.organization_id)
        .where(Endorsement.demand_id == demand_id, Organization.archived_at.is_(None))
        .group_by(Endorsement.state)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def count_endorsers_by_demand() -> Mapping[int, int]:
    """How many groups endorse each demand, with a reservation or without: demand id → groups."""
    query = (
        select(Endorsement.demand_id, func.count())
        .join(Organization, Organization.id == Endorsement.organization_id)
        .where(Endorsement.state.in_(ACCEPTING), Organization.archived_at.is_(None))
        .group_by(Endorsement.demand_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def list_demand_stands(demand_id: int, each: int = 60) -> Mapping[StandState, Sequence[Endorsement]]:
    """A demand's stands by state, alphabetically, at most `each` of every state."""
    rank = func.row_number().over(
        partition_by=Endorsement.state, order_by=(Organization.sort_name, Organization.id)
    )
    ranked = (
        select(Endorsement.id, rank.label("rank"))
        .join(Organization, Organization.id == Endorsement.organization_id)
        .where(Endorsement.demand_id == demand_id, Organization.archived_at.is_(None))
        .subquery()
    )
    query = (
        select(Endorsement)
        .join(ranked, ranked.c.id == Endorsement.id)
        .where(ranked.c.rank <= each)
        .options(joinedload(Endorsement.organization), joinedload(Endorsement.version))
        .order_by(ranked.c.rank)
    )
    found: dict[StandState, list[Endorsement]] = {}
    for one in db.session.scalars(query):
        found.setdefault(one.state, []).append(one)
    return found


def list_waiting_records(limit: int = 100) -> Sequence[StandRecord]:
    """Records on behalf that wait for a coordinator, the oldest first."""
    query = select(StandRecord).where(StandRecord.decision == Decision.WAITING)
    query = query.options(
        *_with_words(StandRecord), joinedload(StandRecord.entered_by), joinedload(StandRecord.evidence)
    )
    return db.session.scalars(query.order_by(StandRecord.id).limit(limit)).all()


def count_waiting_records() -> int:
    """How many records on behalf wait for a coordinator."""
    query = select(func.count()).select_from(StandRecord).where(StandRecord.decision == Decision.WAITING)
    return db.session.scalar(query) or 0


def list_records(ids: Sequence[int]) -> Sequence[StandRecord]:
    """Those of the records that are there, the oldest first, whatever was decided on them."""
    query = select(StandRecord).where(StandRecord.id.in_(ids)).options(*_with_words(StandRecord))
    return db.session.scalars(query.order_by(StandRecord.id)).all()


def find_evidence(evidence_id: int) -> Evidence | None:
    """The document of a stand."""
    return db.session.scalars(select(Evidence).where(Evidence.id == evidence_id)).one_or_none()


def list_changes_of(organization_id: int, most: int) -> Sequence[EndorsementChange]:
    """The newest changes of a group's stands, with the words and who wrote them, newest first.

    Without those that say that it was asked: what it was asked is told in full where questions are.
    """
    query = select(EndorsementChange).where(
        EndorsementChange.organization_id == organization_id, EndorsementChange.source != Source.ASKED
    )
    query = query.options(
        *_with_words(EndorsementChange),
        joinedload(EndorsementChange.user),
        selectinload(EndorsementChange.evidence),
    )
    newest = query.order_by(EndorsementChange.at.desc(), EndorsementChange.id.desc())
    return db.session.scalars(newest.limit(most)).all()


def _with_words(
    row: type[Endorsement] | type[EndorsementChange] | type[StandRecord],
) -> tuple[ExecutableOption, ...]:
    return (
        joinedload(row.organization),
        joinedload(row.demand),
        joinedload(row.version).selectinload(DemandVersion.wordings),
    )
