"""Taking turns on a question. Everybody locks in one order: demands, group, stand, question."""

from __future__ import annotations

from sqlalchemy import select

from crm.asks.models import Ask
from crm.core.db import db
from crm.demands.models import Endorsement
from crm.demands.operations.turns import keep_demands
from crm.organizations.models import Organization

AFRESH = {"populate_existing": True}


def take_turn(ask: Ask) -> Endorsement | None:
    """Wait for whoever acts on the same group's question, read it afresh; the group's stand on its demand."""
    keep_demands()
    group = select(Organization.id).where(Organization.id == ask.organization_id)
    db.session.execute(group.with_for_update())
    stand = select(Endorsement).where(
        Endorsement.organization_id == ask.organization_id, Endorsement.demand_id == ask.demand_id
    )
    live = db.session.scalars(stand.with_for_update(), execution_options=AFRESH).one_or_none()
    question = select(Ask).where(Ask.id == ask.id)
    db.session.scalars(question.with_for_update(), execution_options=AFRESH).one()
    return live
