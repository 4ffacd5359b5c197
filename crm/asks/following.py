"""A question is over once the group's stand answers it, on whatever way that came about."""

from __future__ import annotations

from sqlalchemy import select

from crm.asks.models import Ask, AskKind, AskState
from crm.core import clock, jobs
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.demands.models import ACCEPTING, Endorsement, StandState, VersionState

LATE = "asks.late"
# Open as long as the group endorses older words.
OF_CHANGES = frozenset({AskKind.EDITORIAL, AskKind.SUBSTANCE})
# What ends the other questions.
FINAL = ACCEPTING | {StandState.DECLINED, StandState.WITHDRAWN}


def settle(_viewer: Viewer, organization_id: int, demand_id: int) -> None:
    """Close the open question to a group about a demand where its present stand answers it.

    A stand under words that have changed meanwhile is asked about the newer ones at once: a job of its own
    does it, for whoever writes a stand must not ask in the same breath (see `hold_demands`).
    """
    live = _stand(organization_id, demand_id)
    if live.state in ACCEPTING and live.version.state is VersionState.SUPERSEDED:
        jobs.enqueue_unless_waiting(LATE, coalition_id=live.coalition_id)
    query = select(Ask).where(
        Ask.organization_id == organization_id, Ask.demand_id == demand_id, Ask.state == AskState.OPEN
    )
    ask = db.session.scalars(query.with_for_update()).one_or_none()
    if ask is not None and is_answered(ask, live):
        ask.state, ask.closed_at = AskState.ANSWERED, clock.now()


def is_answered(ask: Ask, live: Endorsement) -> bool:
    """Whether a stand is the answer to a question, or leaves nothing to ask."""
    if live.state in ACCEPTING:
        # Words older than those that it is asked about are no answer.
        return (live.version.number or 0) >= (ask.version.number or 0)
    return ask.kind in OF_CHANGES or live.state in FINAL


def _stand(organization_id: int, demand_id: int) -> Endorsement:
    query = select(Endorsement).where(
        Endorsement.organization_id == organization_id, Endorsement.demand_id == demand_id
    )
    return db.session.scalars(query).one()
