"""People represented: a union and its locals are the same people, counted once (1-product.md)."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.core.db import db
from crm.demands.people import People, count_people
from crm.demands.queries import endorsers, list_public_endorsers, people_represented
from crm.organizations.models import OrganizationKind
from tests.counting import count_queries
from tests.demands.makers import adopted_demand, endorse, endorse_all
from tests.makers import make_organization


def test_groups_that_belong_to_nobody_are_added_up():
    assert count_people({1: 100, 2: 40}, {1: None, 2: None}) == People(140)


def test_a_parents_number_holds_that_of_its_affiliates():
    assert count_people({1: 1000, 2: 300, 3: 200}, {1: None, 2: 1, 3: 1}) == People(1000)


def test_affiliates_that_are_more_than_their_parent_says_count_as_they_are():
    assert count_people({1: 400, 2: 300, 3: 200}, {1: None, 2: 1, 3: 1}) == People(500)


def test_a_parent_that_does_not_endorse_lends_no_number():
    assert count_people({2: 300, 3: 200}, {1: None, 2: 1, 3: 1}) == People(500)


def test_the_rule_goes_down_the_tree_past_groups_that_do_not_endorse():
    parents = {1: None, 2: 1, 3: 2, 4: 2, 5: 1}
    assert count_people({1: 450, 3: 300, 4: 200, 5: 50}, parents) == People(550)
    assert count_people({1: 600, 3: 300, 4: 200, 5: 50}, parents) == People(600)


def test_groups_without_a_number_are_told():
    assert count_people({1: None, 2: 300, 3: None}, {1: None, 2: 1, 3: 1}) == People(300, 2)


def test_parents_that_go_round_in_a_circle_end():
    assert count_people({1: 10, 2: 20, 3: 5}, {1: 2, 2: 1, 3: 1}).total == 30


@st.composite
def forests(draw):
    parents: dict[int, int | None] = {1: None}
    for group in range(2, draw(st.integers(2, 12))):
        parents[group] = draw(st.one_of(st.none(), st.integers(1, group - 1)))
    endorsing = draw(st.sets(st.sampled_from(sorted(parents))))
    sizes = {group: draw(st.one_of(st.none(), st.integers(0, 900))) for group in endorsing}
    return sizes, parents


@settings(max_examples=40)
@given(forests())
def test_nobody_is_counted_twice_and_nobody_left_out(forest):
    sizes, parents = forest
    total = count_people(sizes, parents).total
    numbers = [size or 0 for size in sizes.values()]
    assert max(numbers, default=0) <= total <= sum(numbers)


@settings(max_examples=25)
@given(forests(), st.integers(0, 900))
def test_one_more_group_never_makes_it_less(forest, size):
    sizes, parents = forest
    more = {**sizes, 99: size}
    assert count_people(more, {**parents, 99: None}).total == count_people(sizes, parents).total + size


def family():
    council = make_organization("Labor Council", size=900, size_public=True)
    for number, size in ((1, 500), (2, 300)):
        make_organization(f"Local {number}", size=size, size_public=True, parent_id=council.id)
    return council


def test_the_database_finds_the_tree_in_one_query(coalition):
    council = family()
    locals_ = list(council.affiliates)
    assert people_represented([council, *locals_]) == People(900)
    assert people_represented(locals_) == People(800)
    many = [make_organization(f"Local {number}", parent_id=council.id) for number in range(3, 60)]
    db.session.flush()
    few = count_queries(lambda: people_represented(locals_))
    assert few == count_queries(lambda: people_represented([council, *locals_, *many])) == 1


def test_in_public_a_number_that_is_not_published_is_not_counted(coalition):
    shy = make_organization("Quiet Local", size=5000, size_public=False)
    open_ = make_organization("Open Local", size=200, size_public=True)
    demand = adopted_demand()
    endorse(shy, demand)
    endorse(open_, demand)
    assert list_public_endorsers().people == People(200, 1)
    assert people_represented([shy, open_], public=False) == People(5200)


@pytest.mark.parametrize("seed", range(2))
def test_the_database_adds_up_what_the_tree_rule_says(coalition, seed, monkeypatch):
    chance = random.Random(seed)
    demand = adopted_demand()
    groups = []
    for number in range(40):
        above = chance.choice([None, *groups]) if groups else None
        groups.append(
            make_organization(
                f"Group {number}",
                kind=chance.choice([OrganizationKind.UNION, OrganizationKind.CONGREGATION]),
                size=chance.choice([None, 20, 300, 4000]),
                size_public=chance.random() < 0.8,
                parent_id=above.id if above else None,
            )
        )
    # Two that are each other's parents.
    groups[0].parent_id, groups[1].parent_id = groups[1].id, groups[0].id
    endorsing = chance.sample(groups, 25)
    endorse_all([group.id for group in endorsing], demand)
    listed = list_public_endorsers()
    assert (listed.count, listed.people) == (25, people_represented(endorsing))
    for kind in listed.kinds:
        of_it = [group for group in endorsing if group.kind is kind.kind]
        assert (kind.count, kind.people) == (len(of_it), people_represented(of_it))
    first = [[one.name for one in kind.endorsers[:2]] for kind in listed.kinds]
    # Where not all fit: looked up among all that stand behind it, or (of many) along the alphabet.
    for many in (100, 0):
        monkeypatch.setattr(endorsers, "MANY", many)
        few = list_public_endorsers(most=1, each=2)
        assert [[one.name for one in kind.endorsers] for kind in few.kinds] == first
