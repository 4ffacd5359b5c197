"""What time does to questions and endorsements.

Silence after an editorial change carries over, silence after a change of substance lapses, other questions
close, terms end. Each may be stopped anywhere and run again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import joinedload

from crm.asks.following import is_answered
from crm.asks.models import Ask, AskKind, AskState
from crm.asks.operations.days import today_here
from crm.asks.operations.rounds import in_batches
from crm.asks.operations.telling import was_told
from crm.asks.operations.turns import take_turn
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import ANONYMOUS
from crm.demands.models import ACCEPTING, Demand, Endorsement
from crm.demands.operations import carry_over, lapse, standings_at_the_end
from crm.demands.operations.turns import keep_demands
from crm.demands.queries import current_rules
from crm.organizations.models import Organization

BATCH = 25


def close_asks() -> int:
    """End every question whose last day is over, and those to archived groups or about retired demands.

    An editorial change of which a group was never told carries nobody over: its question waits until somebody
    reached it. How many were ended.
    """
    _wait_for_the_untold()
    return in_batches(_over, _close_all)


def end_terms() -> int:
    """Let endorsements lapse whose term is over; how many."""
    count = 0
    while ids := _ended():
        keep_demands()
        with standings_at_the_end(ANONYMOUS):
            for live in db.session.scalars(select(Endorsement).where(Endorsement.id.in_(ids))).all():
                count += lapse(ANONYMOUS, live)
        db.session.commit()
    return count


def _wait_for_the_untold() -> None:
    """Whom nobody has reached about an editorial change has the time to object once more from today."""
    query = update(Ask).where(
        Ask.state == AskState.OPEN, Ask.kind == AskKind.EDITORIAL, Ask.closes_on < today_here(), ~was_told()
    )
    later = today_here() + timedelta(days=current_rules().objection_days)
    db.session.execute(query.values(closes_on=later), execution_options={"synchronize_session": False})
    db.session.commit()


def _over() -> Sequence[Ask]:
    aside = or_(Organization.archived_at.is_not(None), Demand.retired_at.is_not(None))
    query = (
        select(Ask)
        .join(Organization, Organization.id == Ask.organization_id)
        .join(Demand, Demand.id == Ask.demand_id)
        .where(Ask.state == AskState.OPEN, or_(aside, Ask.closes_on < today_here()))
        .options(joinedload(Ask.organization), joinedload(Ask.demand), joinedload(Ask.version))
    )
    return db.session.scalars(query.order_by(Ask.id).limit(BATCH)).all()


def _close_all(asks: Sequence[Ask]) -> None:
    # Read again under the locks: an answer may have come, or more time may have been given.
    keep_demands()
    with standings_at_the_end(ANONYMOUS):
        for ask in asks:
            live = take_turn(ask)
            if ask.state is AskState.OPEN:
                _close(ask, live)


def _close(ask: Ask, live: Endorsement | None) -> None:
    aside = ask.organization.archived_at is not None or ask.demand.retired_at is not None
    if not aside and ask.closes_on >= today_here():
        return
    ask.closed_at = clock.now()
    if aside or live is None or ask.kind not in {AskKind.EDITORIAL, AskKind.SUBSTANCE}:
        ask.state = AskState.CLOSED
    elif is_answered(ask, live):
        ask.state = AskState.ANSWERED
    elif ask.kind is AskKind.SUBSTANCE:
        ask.state = AskState.LAPSED
        lapse(ANONYMOUS, live)
    else:
        ask.state = AskState.CARRIED
        if not carry_over(ANONYMOUS, live, ask.version):
            ask.state = AskState.CLOSED


def _ended() -> Sequence[int]:
    query = select(Endorsement.id).where(Endorsement.until < today_here(), Endorsement.state.in_(ACCEPTING))
    return db.session.scalars(query.order_by(Endorsement.id).limit(BATCH)).all()
