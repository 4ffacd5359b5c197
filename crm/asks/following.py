"""A question is over once the group's stand answers it, on whatever way that came about."""

from __future__ import annotations

from sqlalchemy import select

from crm.asks.models import Ask, AskKind, AskState
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.demands.models import ACCEPTING, Endorsement, StandState

# Open as long as the group endorses older words.
OF_CHANGES = frozenset({AskKind.EDITORIAL, AskKind.SUBSTANCE})
# What ends the other questions.
FINAL = ACCEPTING | {StandState.DECLINED, StandState.WITHDRAWN}


def settle(_viewer: Viewer, organization_id: int, demand_id: int) -> None:
    """Close the open question to a group about a demand where its present stand answers it."""
    query = select(Ask).where(
        Ask.organization_id == organization_id, Ask.demand_id == demand_id, Ask.state == AskState.OPEN
    )
    ask = db.session.scalars(query.with_for_update()).one_or_none()
    if ask is not None and is_answered(ask, _stand(organization_id, demand_id)):
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
