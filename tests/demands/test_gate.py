"""Standing: a member endorses what the coalition's rule asks for, an ally something; kept after every act."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from flask_migrate import downgrade, upgrade
from sqlalchemy import select

from crm.audit.models import AuditEntry
from crm.core import clock, jobs
from crm.core.db import db
from crm.demands.models import (
    DemandKind,
    Endorsement,
    Standing,
    StandingChange,
    StandState,
)
from crm.demands.operations import (
    Terms,
    adopt_version,
    ask_to_reconfirm,
    lapse,
    restore_demand,
    retire_demand,
    set_rules,
    standings_at_the_end,
)
from crm.demands.queries import find_standing, kept_standings, list_standings
from crm.demands.rules import Rules
from tests.counting import count_queries
from tests.demands.makers import PROGRAM, adopt_new_words, adopted_demand, draft_demand, endorse
from tests.makers import make_organization, make_organizations

S = StandState
TODAY = date(2026, 11, 21)
NOON = "2026-11-21T20:00:00+00:00"


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


def standing(organization_id):
    return find_standing(organization_id).standing


def live(organization, demand):
    return db.session.scalars(
        select(Endorsement).where(
            Endorsement.organization_id == organization.id, Endorsement.demand_id == demand.id
        )
    ).one()


def changes():
    rows = db.session.scalars(select(StandingChange).order_by(StandingChange.id))
    return [(row.before, row.after) for row in rows]


@pytest.fixture
def union(coalition):
    return make_organization()


@pytest.fixture
def minimum(coalition):
    return [adopted_demand(sentence) for sentence in ("First.", "Second.")]


@pytest.fixture
def extended(coalition):
    return adopted_demand("Further.", DemandKind.EXTENDED)


@pytest.fixture
def member(union, minimum):
    for demand in minimum:
        endorse(union, demand)
    return union


def coming_demand(counts_from):
    demand = draft_demand("Third.")
    adopt_version(PROGRAM, demand.versions[0], terms=Terms(counts_from=counts_from))
    return demand


def test_a_group_that_endorses_nothing_is_not_yet_there(union, minimum):
    assert standing(union.id) is Standing.NOT_YET


def test_a_group_that_endorses_some_is_an_ally(union, minimum):
    endorse(union, minimum[0])
    assert standing(union.id) is Standing.ALLY


def test_a_group_that_endorses_all_minimum_demands_is_a_member(member, extended):
    assert standing(member.id) is Standing.MEMBER
    assert not find_standing(member.id).asked


def test_an_extended_demand_alone_makes_an_ally(union, minimum, extended):
    endorse(union, extended)
    assert standing(union.id) is Standing.ALLY


@pytest.mark.parametrize("state", [S.ASKED, S.BEFORE_BOARD, S.DECLINED])
def test_what_is_not_an_endorsement_counts_for_nothing(union, minimum, state):
    for demand in minimum:
        endorse(union, demand, state=state)
    assert standing(union.id) is Standing.NOT_YET


def test_a_withdrawal_ends_membership(member, minimum):
    endorse(member, minimum[0], state=S.WITHDRAWN)
    assert standing(member.id) is Standing.ALLY
    endorse(member, minimum[1], state=S.WITHDRAWN)
    assert standing(member.id) is Standing.NOT_YET


def test_an_endorsement_that_lapses_ends_membership(member, minimum):
    lapse(PROGRAM, live(member, minimum[0]))
    assert standing(member.id) is Standing.ALLY


def test_a_draft_and_a_retired_demand_ask_nothing_of_members(union, minimum):
    endorse(union, minimum[0])
    draft_demand("A draft.")
    retire_demand(PROGRAM, minimum[1])
    assert standing(union.id) is Standing.MEMBER
    restore_demand(PROGRAM, minimum[1])
    assert standing(union.id) is Standing.ALLY


def test_new_words_do_not_empty_the_coalition_overnight(member, minimum):
    adopt_new_words(minimum[0], "Other words.")
    assert standing(member.id) is Standing.MEMBER


def test_without_a_minimum_demand_nobody_is_a_member(union, extended):
    assert standing(union.id) is Standing.NOT_YET
    endorse(union, extended)
    assert standing(union.id) is Standing.ALLY


def test_who_is_asked_to_reconfirm_stays_a_member_and_is_asked(member, minimum):
    ask_to_reconfirm(PROGRAM, [live(member, minimum[0])], TODAY + timedelta(days=30))
    kept = find_standing(member.id)
    assert (kept.standing, kept.asked) == (Standing.MEMBER, True)
    assert changes()[-1] == (Standing.ALLY, Standing.MEMBER), "being asked is no change of standing"


def test_a_demand_that_counts_from_a_day_to_come_asks_until_then(coalition, member):
    demand = coming_demand(date(2026, 12, 5))
    assert (standing(member.id), find_standing(member.id).asked) == (Standing.MEMBER, True)
    with time_machine.travel("2026-12-05T07:59:00+00:00", tick=False):
        count_days()
        assert standing(member.id) is Standing.MEMBER, "in Los Angeles it is still the 4th"
    with time_machine.travel("2026-12-05T08:01:00+00:00", tick=False):
        count_days()
        assert (standing(member.id), find_standing(member.id).asked) == (Standing.ALLY, False)
        endorse(member, demand)
        assert standing(member.id) is Standing.MEMBER


def test_who_endorses_a_coming_demand_before_its_day_is_asked_no_more(member):
    endorse(member, coming_demand(date(2026, 12, 5)))
    assert (standing(member.id), find_standing(member.id).asked) == (Standing.MEMBER, False)


def test_an_extended_demand_asks_nothing_of_a_member(member, extended):
    endorse(member, extended)
    ask_to_reconfirm(PROGRAM, [live(member, extended)], TODAY + timedelta(days=30))
    assert not find_standing(member.id).asked


def count_days():
    db.session.commit()
    jobs.enqueue_periodic()
    jobs.run_all()


def test_a_rule_may_ask_for_some_of_the_minimum_demands(union, minimum):
    endorse(union, minimum[0])
    assert set_rules(PROGRAM, Rules(gate_needed=1)) == 1
    assert standing(union.id) is Standing.MEMBER
    set_rules(PROGRAM, Rules(gate_needed=7))
    assert standing(union.id) is Standing.ALLY, "more than there are is all of them"


def test_a_rule_may_leave_reservations_out(union, minimum):
    endorse(union, minimum[0])
    endorse(union, minimum[1], state=S.RESERVATION, reservation="Not the second half.")
    assert standing(union.id) is Standing.MEMBER
    set_rules(PROGRAM, Rules(gate_reservations=False))
    assert standing(union.id) is Standing.ALLY


def test_the_same_rules_again_are_no_act(coordinator, member):
    before = db.session.query(AuditEntry).count()
    assert set_rules(coordinator.viewer, Rules()) == 0
    assert db.session.query(AuditEntry).count() == before


def test_a_change_of_standing_is_told_and_audited(coordinator, union, minimum):
    endorse(union, minimum[0])
    retire_demand(coordinator.viewer, minimum[1])
    assert changes() == [(Standing.NOT_YET, Standing.ALLY), (Standing.ALLY, Standing.MEMBER)]
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "organization.standing").order_by(AuditEntry.id.desc())
    ).first()
    assert (entry.record, entry.record_id, entry.user_id) == ("organization", union.id, coordinator.user.id)
    assert entry.detail == {"before": "ally", "after": "member"}


def test_acts_taken_together_are_one_change(union, minimum):
    with standings_at_the_end(PROGRAM):
        for demand in minimum:
            endorse(union, demand)
        assert standing(union.id) is Standing.NOT_YET
    assert changes() == [(Standing.NOT_YET, Standing.MEMBER)]


def test_another_coalition_has_a_gate_of_its_own(member, outsider):
    assert kept_standings() == {member.id: find_standing(member.id)}
    assert "ally" not in outsider.browser.page("/prairie/organize/").text


def test_groups_of_before_the_rule_was_kept_are_counted_on_the_way_up(member, minimum):
    ally = make_organization("An Ally")
    endorse(ally, minimum[0])
    make_organization("Not Yet")
    before = {number: one.standing for number, one in kept_standings().items()}
    db.session.commit()
    db.session.remove()
    downgrade(revision="0011")
    upgrade()
    assert {number: one.standing for number, one in kept_standings().items()} == before
    assert len(before) == 2


def test_many_groups_cost_as_many_queries_as_one(coalition, minimum):
    ids = make_organizations(60)
    assert count_queries(lambda: list_standings(ids)) == count_queries(lambda: list_standings(ids[:1])) == 1


def test_a_rule_that_changes_many_groups_costs_as_many_queries_as_for_one(coalition, minimum):
    def endorsing(count):
        for organization_id in make_organizations(count, name=f"Of {count}, number %d"):
            db.session.add(
                Endorsement(
                    organization_id=organization_id,
                    demand_id=minimum[0].id,
                    version_id=minimum[0].versions[0].id,
                    state=S.ENDORSED,
                    source="minutes",
                    since=clock.now(),
                )
            )

    endorsing(1)
    one = count_queries(lambda: set_rules(PROGRAM, Rules(gate_needed=1)))
    set_rules(PROGRAM, Rules())
    endorsing(150)
    assert count_queries(lambda: set_rules(PROGRAM, Rules(gate_needed=1))) <= one + 1
    assert {one.standing for one in kept_standings().values()} == {Standing.MEMBER}
