"""The ladder: what opens when a demand is won, and what coordinators make of the offer."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from crm.asks.models import AskKind
from crm.asks.operations import ask_groups
from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.demands.models import Demand
from crm.demands.operations.turns import hold_demands
from crm.demands.queries import version_in_force
from crm.demands.rules import rules_of
from crm.policies.models import Rung
from crm.policies.queries.ladder import find_rung, list_groups_to_ask, list_possible_firsts
from crm.policies.queries.steps import list_won


def set_rung(viewer: Viewer, demand: Demand, after: Demand | None) -> None:
    """Let a demand open when another is won; None: it waits for none any more.

    Where that one is won already, it is offered at once. Raises Refused (field `after_id`) for a circle.
    """
    hold_demands()
    rung = find_rung(demand.id, fresh=True)
    if after is None:
        if rung is not None:
            record(viewer, "ladder.clear", rung, demand=demand.id)
            db.session.delete(rung)
        return
    if rung is not None and rung.after_id == after.id:
        return
    if after.id not in {one.id for one in list_possible_firsts(demand)}:
        raise Refused(_("That one waits for this one: neither would ever open."), "after_id")
    if rung is None:
        rung = Rung(demand_id=demand.id)
        db.session.add(rung)
    rung.after_id, rung.offered_at, rung.settled_at = after.id, None, None
    record(viewer, "ladder.set", rung, demand=demand.id, after=after.id)
    refresh_offers(after.id)


def refresh_offers(demand_id: int) -> None:
    """Offer what waits for a demand once it is won, and no more where it is won no more.

    What coordinators have settled stays settled. The caller holds the demands.
    """
    db.session.flush()
    waiting = select(Rung).where(Rung.after_id == demand_id, Rung.settled_at.is_(None))
    rungs = db.session.scalars(waiting, execution_options={"populate_existing": True}).all()
    won = bool(rungs) and bool(list_won([demand_id]))
    for rung in rungs:
        if won and rung.offered_at is None:
            rung.offered_at = clock.now()
        elif not won:
            rung.offered_at = None


def ask_endorsers(viewer: Viewer, coalition: Coalition, rung: Rung) -> int:
    """Ask who endorses the demand that was won to endorse the next, which is in force; how many were asked.

    They have as many days as the coalition's rules give. The offer is settled by it; once it is, nobody more
    is asked. Raises Refused where nothing is offered, and while the next demand has no words in force.
    """
    hold_demands()
    found = find_rung(rung.demand_id, fresh=True)
    if found is not None and found.settled_at is not None:
        return 0
    if found is None or found.offered_at is None:
        raise Refused(_("This is not offered any more: the demand that it waits for is not won."))
    version = version_in_force(found.demand)
    if version is None or found.demand.retired_at is not None:
        raise Refused(_("Adopt its words first: groups are asked about words that are in force."))
    closes_on = clock.today(coalition.zone) + timedelta(days=rules_of(coalition).answer_days)
    asked = ask_groups(viewer, version, list_groups_to_ask(found), AskKind.ENDORSE, closes_on)
    found.settled_at = clock.now()
    record(viewer, "ladder.ask", found, demand=found.demand_id, asked=asked)
    return asked


def settle(viewer: Viewer, rung: Rung) -> None:
    """Leave an offer alone: not now."""
    hold_demands()
    db.session.refresh(rung)
    if rung.offered_at is not None and rung.settled_at is None:
        rung.settled_at = clock.now()
        record(viewer, "ladder.settle", rung, demand=rung.demand_id)


def take_up(viewer: Viewer, rung: Rung) -> None:
    """Take up again an offer that was left alone; it is offered where the first demand is won still."""
    hold_demands()
    db.session.refresh(rung)
    if rung.settled_at is not None:
        rung.settled_at = None
        record(viewer, "ladder.take_up", rung, demand=rung.demand_id)
        refresh_offers(rung.after_id)
