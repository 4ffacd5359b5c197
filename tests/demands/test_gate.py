"""Standing: a member endorses every minimum demand, an ally some."""

from __future__ import annotations

import pytest

from crm.demands.models import DemandKind, Standing, StandState
from crm.demands.operations import retire_demand
from crm.demands.queries import list_standings, standing
from tests.counting import count_queries
from tests.demands.makers import PROGRAM, adopt_new_words, adopted_demand, draft_demand, endorse
from tests.makers import make_organization, make_organizations

S = StandState


@pytest.fixture
def union(coalition):
    return make_organization()


@pytest.fixture
def minimum(coalition):
    return [adopted_demand(sentence) for sentence in ("First.", "Second.")]


@pytest.fixture
def extended(coalition):
    return adopted_demand("Further.", DemandKind.EXTENDED)


def test_a_group_that_endorses_nothing_is_not_yet_there(union, minimum):
    assert standing(union.id) is Standing.NOT_YET


def test_a_group_that_endorses_some_is_an_ally(union, minimum):
    endorse(union, minimum[0])
    assert standing(union.id) is Standing.ALLY


def test_a_group_that_endorses_all_minimum_demands_is_a_member(union, minimum, extended):
    for demand in minimum:
        endorse(union, demand)
    assert standing(union.id) is Standing.MEMBER


def test_an_extended_demand_alone_makes_an_ally(union, minimum, extended):
    endorse(union, extended)
    assert standing(union.id) is Standing.ALLY


@pytest.mark.parametrize("state", [S.ASKED, S.BEFORE_BOARD, S.DECLINED])
def test_what_is_not_an_endorsement_counts_for_nothing(union, minimum, state):
    for demand in minimum:
        endorse(union, demand, state=state)
    assert standing(union.id) is Standing.NOT_YET


def test_a_draft_and_a_retired_demand_ask_nothing_of_members(union, minimum):
    endorse(union, minimum[0])
    draft_demand("A draft.")
    retire_demand(PROGRAM, minimum[1])
    assert standing(union.id) is Standing.MEMBER


def test_new_words_do_not_empty_the_coalition_overnight(union, minimum):
    for demand in minimum:
        endorse(union, demand)
    adopt_new_words(minimum[0], "Other words.")
    assert standing(union.id) is Standing.MEMBER


def test_without_a_minimum_demand_nobody_is_a_member(union, extended):
    assert standing(union.id) is Standing.NOT_YET
    endorse(union, extended)
    assert standing(union.id) is Standing.ALLY


def test_many_groups_cost_as_many_queries_as_one(minimum):
    ids = make_organizations(200)
    assert count_queries(lambda: list_standings(ids)) == count_queries(lambda: list_standings(ids[:1])) <= 4
