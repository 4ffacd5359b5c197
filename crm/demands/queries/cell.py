"""One cell of the matrix: what a group says to a demand, and how that came to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
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

    def found(table: type[Endorsement] | type[EndorsementChange] | type[StandRecord]) -> tuple[Any, ...]:
        return (table.organization_id == organization_id, table.demand_id == demand_id)

    live = select(Endorsement).where(*found(Endorsement)).options(joinedload(Endorsement.version))
    changes = (
        select(EndorsementChange)
        .where(*found(EndorsementChange))
        .options(
            joinedload(EndorsementChange.user),
            joinedload(EndorsementChange.contact),
            joinedload(EndorsementChange.version).selectinload(DemandVersion.wordings),
            selectinload(EndorsementChange.evidence),
        )
        .order_by(EndorsementChange.at.desc(), EndorsementChange.id.desc())
    )
    records = (
        select(StandRecord)
        .where(*found(StandRecord), StandRecord.decision.in_((Decision.WAITING, Decision.DECLINED)))
        .options(
            joinedload(StandRecord.entered_by),
            joinedload(StandRecord.version),
            joinedload(StandRecord.evidence),
        )
        .order_by(StandRecord.id.desc())
    )
    return CellHistory(
        db.session.scalars(live).one_or_none(),
        db.session.scalars(changes).all(),
        db.session.scalars(records).all(),
    )
