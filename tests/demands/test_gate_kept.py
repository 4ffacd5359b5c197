"""Whatever happens, what is kept of a group's standing is what the rule says of its endorsements."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crm.core.db import db
from crm.demands.models import ACCEPTING, DemandKind, Endorsement, Standing, StandState
from crm.demands.operations import ask_to_reconfirm, lapse, restore_demand, retire_demand, set_rules
from crm.demands.queries import find_standing
from crm.demands.rules import Rules
from tests.demands.makers import PROGRAM, adopted_demand, endorse
from tests.makers import make_organization

S = StandState
TODAY = date(2026, 11, 21)
GROUPS, DEMANDS = 3, 4
acts = st.lists(
    st.tuples(
        st.sampled_from(["stand", "stand", "stand", "ask", "retire", "restore", "rules", "lapse"]),
        st.integers(0, GROUPS - 1),
        st.integers(0, DEMANDS - 1),
        st.sampled_from([S.ENDORSED, S.RESERVATION, S.DECLINED, S.WITHDRAWN, S.ASKED]),
    ),
    max_size=12,
)


@given(acts)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_kept_is_what_the_rule_says_whatever_happened(coalition, acts):
    savepoint = db.session.begin_nested()
    groups = [make_organization(f"Group {number}") for number in range(GROUPS)]
    kinds = [DemandKind.MINIMUM, DemandKind.MINIMUM, DemandKind.MINIMUM, DemandKind.EXTENDED]
    demands = [adopted_demand(f"Demand {number}.", kind) for number, kind in enumerate(kinds)]
    rules = Rules()
    set_rules(PROGRAM, rules)
    for act, group, demand, state in acts:
        rules = happen(act, groups[group], demands[demand], state, rules)
    for group in groups:
        kept = find_standing(group.id)
        assert (kept.standing, kept.asked) == expected(group, demands, rules)
    savepoint.rollback()
    # The next example's rows have the same ids: none of these is taken for one of them.
    db.session.expunge_all()


def happen(act, group, demand, state, rules):
    found = db.session.scalars(
        select(Endorsement).where(Endorsement.organization_id == group.id, Endorsement.demand_id == demand.id)
    ).one_or_none()
    if act == "stand" and demand.retired_at is None:
        endorse(group, demand, state=state)
    elif act == "ask" and found:
        ask_to_reconfirm(PROGRAM, [found], TODAY + timedelta(days=30))
    elif act == "lapse" and found:
        lapse(PROGRAM, found)
    elif act == "retire":
        retire_demand(PROGRAM, demand)
    elif act == "restore":
        restore_demand(PROGRAM, demand)
    elif act == "rules":
        rules = Rules(gate_needed=None if state is S.ENDORSED else 2, gate_reservations=state is not S.ASKED)
        set_rules(PROGRAM, rules)
    return rules


def expected(group, demands, rules):
    """The rule once more, in the plainest words: what the program computes in the database."""
    stands = {
        one.demand_id: one
        for one in db.session.scalars(select(Endorsement).where(Endorsement.organization_id == group.id))
        if one.state in ACCEPTING
    }
    in_force = [demand for demand in demands if demand.retired_at is None]
    minimum = [demand for demand in in_force if demand.kind is DemandKind.MINIMUM]
    counting = [
        demand
        for demand in minimum
        if demand.id in stands and (rules.gate_reservations or stands[demand.id].state is not S.RESERVATION)
    ]
    if minimum and len(counting) >= min(rules.gate_needed or len(minimum), len(minimum)):
        asked = any(demand.id in stands and stands[demand.id].reconfirm_by for demand in minimum)
        return Standing.MEMBER, asked
    some = any(demand.id in stands for demand in in_force)
    return (Standing.ALLY if some else Standing.NOT_YET), False
