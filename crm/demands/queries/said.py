"""What one group says to each demand in force, for pages that ask for it together with other things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, select

from crm.core.together import Question
from crm.demands.models import (
    Decision,
    Demand,
    DemandKind,
    DemandVersion,
    Endorsement,
    Source,
    StandRecord,
    StandState,
    VersionState,
)
from crm.demands.queries.demands import Words


@dataclass(frozen=True)
class Said:
    """A demand in force, the stand of a group on it, and what waits for a coordinator."""

    place: int
    slug: str
    kind: DemandKind
    counts_from: date | None
    sentence: str
    # None: never asked.
    state: StandState | None
    source: Source | None
    board_on: date | None
    reconfirm_by: date | None
    is_of_former_words: bool
    waiting: StandState | None

    @property
    def shown_state(self) -> StandState | None:
        """As people are told it: an endorsement that is asked anew is to be reconfirmed."""
        return StandState.TO_BE_RECONFIRMED if self.reconfirm_by is not None else self.state


def ask_for_said(organization_id: Any, language: Any) -> Question:
    """The question for what a group says to each demand in force, unasked ones too; `read_said` reads it."""
    words = Words(DemandVersion.id, language)
    of_group = Endorsement.organization_id == organization_id
    waits = and_(StandRecord.organization_id == organization_id, StandRecord.decision == Decision.WAITING)
    query = (
        select(Demand.id, Demand.slug, Demand.kind, Demand.position, Demand.counts_from)
        .add_columns(DemandVersion.id.label("in_force"), words.sentence.label("sentence"))
        .add_columns(Endorsement.state, Endorsement.source, Endorsement.board_on, Endorsement.reconfirm_by)
        .add_columns(Endorsement.version_id, StandRecord.state.label("waiting"))
        .join(DemandVersion, DemandVersion.demand_id == Demand.id)
        .outerjoin(Endorsement, and_(Endorsement.demand_id == Demand.id, of_group))
        .outerjoin(StandRecord, and_(StandRecord.demand_id == Demand.id, waits))
        .where(Demand.retired_at.is_(None), DemandVersion.state == VersionState.ADOPTED)
    )
    return words.join(query)


def read_said(rows: Sequence[Any]) -> list[Said]:
    """What was said, in the order of the coalition's list: minimum demands first."""
    listed = sorted(rows, key=lambda row: (row.kind is not DemandKind.MINIMUM, row.position, row.id))
    return [_said(place, row) for place, row in enumerate(listed, 1)]


def _said(place: int, row: Any) -> Said:
    return Said(
        place=place,
        slug=row.slug,
        kind=row.kind,
        counts_from=row.counts_from,
        sentence=row.sentence,
        state=row.state,
        source=row.source,
        board_on=row.board_on,
        reconfirm_by=row.reconfirm_by,
        is_of_former_words=row.state is not None and row.version_id != row.in_force,
        waiting=row.waiting,
    )
