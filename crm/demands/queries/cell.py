"""One cell of the matrix: what a group says to a demand, and how that came to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from crm.core.db import db
from crm.demands.models import Decision, DemandVersion, Endorsement, EndorsementChange, StandRecord


@dataclass(frozen=True)
class CellHistory:
    """The live stand, every change that led to it, newest first, and records that wait or were put aside."""

    live: Endorsement | None
    changes: Sequence[EndorsementChange]
    records: Sequence[StandRecord]

    @property
    def latest(self) -> EndorsementChange | None:
        """The change that made the live stand what it is."""
        if self.live is None:
            return None
        return next((one for one in self.changes if one.state is self.live.state), None)


def read_cell(organization_id: int, demand_id: int) -> CellHistory:
    """All that is known of a group and a demand, with the words, the people and the documents."""
    live = _of(Endorsement, organization_id, demand_id).options(joinedload(Endorsement.version))
    return CellHistory(
        db.session.scalars(live).one_or_none(),
        db.session.scalars(_changes(organization_id, demand_id)).all(),
        db.session.scalars(_records(organization_id, demand_id)).all(),
    )


def _of(
    table: type[Endorsement] | type[EndorsementChange] | type[StandRecord],
    organization_id: int,
    demand_id: int,
) -> Select[Any]:
    return select(table).where(table.organization_id == organization_id, table.demand_id == demand_id)


def _changes(organization_id: int, demand_id: int) -> Select[Any]:
    query = _of(EndorsementChange, organization_id, demand_id).options(
        joinedload(EndorsementChange.user),
        joinedload(EndorsementChange.contact),
        joinedload(EndorsementChange.version).selectinload(DemandVersion.wordings),
        selectinload(EndorsementChange.evidence),
    )
    return query.order_by(EndorsementChange.at.desc(), EndorsementChange.id.desc())


def _records(organization_id: int, demand_id: int) -> Select[Any]:
    """Those that wait or were declined: what was accepted is a change."""
    query = _of(StandRecord, organization_id, demand_id).options(
        joinedload(StandRecord.entered_by),
        joinedload(StandRecord.version),
        joinedload(StandRecord.evidence),
    )
    wanted = StandRecord.decision.in_((Decision.WAITING, Decision.DECLINED))
    return query.where(wanted).order_by(StandRecord.id.desc())
