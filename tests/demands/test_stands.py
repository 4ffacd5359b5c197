"""What a group says to a demand: each way from one stand to another, and who may list it."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from crm.core import clock, tenancy
from crm.core.db import db
from crm.core.errors import Refused
from crm.demands.models import NEVER_SAID, Endorsement, EndorsementChange, Source, StandState
from crm.demands.operations import retire_demand, set_stand
from crm.demands.queries import (
    count_new_endorsers_since,
    count_public_endorsers,
    list_endorsers_by_version,
    list_public_endorsers,
    list_stands,
)
from tests.demands.makers import (
    PROGRAM,
    adopt_new_words,
    adopted_demand,
    draft_demand,
    endorse,
    in_force,
    stand,
)
from tests.makers import make_organization

S = StandState
SAID = [state for state in S if state not in NEVER_SAID]
BOARD = date(2026, 12, 3)
DETAILS = {S.BEFORE_BOARD: {"board_on": BOARD}, S.RESERVATION: {"reservation": "Not the second clause."}}


@pytest.fixture
def union(coalition):
    return make_organization()


def set_to(union, version, state, **more):
    return set_stand(PROGRAM, union, version, stand(state, **DETAILS.get(state, {}), **more))


def history():
    return [change.state for change in db.session.scalars(select(EndorsementChange).order_by("id"))]


def history_of(group):
    query = select(EndorsementChange.state).where(EndorsementChange.organization_id == group.id)
    return list(db.session.scalars(query.order_by(EndorsementChange.id)))


def new_groups():
    """One group after the other, each without a stand."""
    for number in itertools.count(1):
        yield make_organization(f"Group {number}")


@pytest.mark.parametrize("state", [state for state in SAID if state is not S.WITHDRAWN])
def test_a_first_stand_is_written_with_its_history(union, state):
    demand = adopted_demand()
    live = set_to(union, in_force(demand), state)
    assert (live.state, live.version_id) == (state, in_force(demand).id)
    assert history() == [state]


def test_what_is_not_an_endorsement_gives_way_to_every_stand(coalition):
    version, groups = in_force(adopted_demand()), new_groups()
    for before in (S.ASKED, S.BEFORE_BOARD, S.DECLINED, S.WITHDRAWN):
        for after in (S.ASKED, S.BEFORE_BOARD, S.ENDORSED, S.RESERVATION, S.DECLINED):
            group, told = next(groups), f"{before} → {after}"
            set_to(group, version, before)
            assert set_to(group, version, after).state is after, told
            assert history_of(group) == ([before, after] if before is not after else [before]), told


def test_an_endorsement_is_left_only_by_an_answer(coalition):
    version, groups = in_force(adopted_demand()), new_groups()
    for before in (S.ENDORSED, S.RESERVATION):
        for after in SAID:
            group = next(groups)
            set_to(group, version, before)
            live = set_to(group, version, after)
            assert live.state is (before if after in (S.ASKED, S.BEFORE_BOARD) else after), (before, after)


def test_the_same_stand_again_changes_nothing_and_other_details_are_a_line_of_history(union):
    version = in_force(adopted_demand())
    since = set_to(union, version, S.ENDORSED).since
    set_to(union, version, S.ENDORSED)
    assert history() == [S.ENDORSED]
    live = set_to(union, version, S.ENDORSED, speaker="Rosa Lark", source=Source.MINUTES)
    assert (live.speaker, live.source) == ("Rosa Lark", Source.MINUTES)
    assert history() == [S.ENDORSED, S.ENDORSED]
    assert live.since == since


def test_an_endorsement_stays_bound_to_its_words_when_new_ones_are_adopted(union):
    demand = adopted_demand()
    endorse(union, demand)
    first = in_force(demand)
    adopt_new_words(demand, "Other words.")
    (said,) = list_stands(union.id)
    assert said.endorsement.version_id == first.id
    assert said.is_of_former_words


def test_an_answer_to_new_words_takes_the_place_of_the_one_before(union):
    demand = adopted_demand()
    endorse(union, demand)
    second = adopt_new_words(demand, "Other words.")
    assert set_to(union, second, S.ENDORSED).version_id == second.id
    assert history() == [S.ENDORSED, S.ENDORSED]


def test_an_old_paper_does_not_undo_a_newer_answer(union):
    demand = adopted_demand()
    first = in_force(demand)
    endorse(make_organization("Another Group"), demand)
    second = adopt_new_words(demand, "Other words.")
    set_to(union, second, S.ENDORSED)
    with pytest.raises(Refused, match="since answered to version 2"):
        set_to(union, first, S.DECLINED)


def test_a_paper_of_last_year_is_an_endorsement_of_last_years_words(union):
    demand = adopted_demand()
    first = in_force(demand)
    adopt_new_words(demand, "Other words.")
    set_to(union, first, S.ENDORSED)
    assert list(list_endorsers_by_version(demand.id)) == [first.id]


def test_a_withdrawal_is_from_the_words_that_were_endorsed(union):
    demand = adopted_demand()
    first = in_force(demand)
    endorse(union, demand)
    second = adopt_new_words(demand, "Other words.")
    assert set_to(union, second, S.WITHDRAWN).version_id == first.id
    assert count_public_endorsers() == 0


def test_a_draft_can_not_be_answered(union):
    with pytest.raises(Refused, match="draft"):
        set_to(union, draft_demand().versions[0], S.ENDORSED)


def test_a_retired_demand_can_not_be_answered(union):
    demand = adopted_demand()
    retire_demand(PROGRAM, demand)
    with pytest.raises(Refused, match="retired"):
        set_to(union, in_force(demand), S.ENDORSED)


def test_one_live_stand_of_a_group_and_demand_is_held_by_the_database(union):
    demand = adopted_demand()
    endorse(union, demand)
    db.session.commit()
    db.session.add(
        Endorsement(
            organization_id=union.id,
            demand_id=demand.id,
            version_id=in_force(demand).id,
            state=S.DECLINED,
            source=Source.CALL,
            since=clock.now(),
        )
    )
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_stand_on_one_demand_can_not_point_to_the_words_of_another(union):
    demand, other = adopted_demand(), adopted_demand("Another.")
    endorse(union, demand)
    db.session.commit()
    with pytest.raises(IntegrityError):
        db.session.execute(update(Endorsement).values(version_id=in_force(other).id))
    db.session.rollback()


def test_history_is_added_to_and_never_rewritten(union):
    endorse(union, adopted_demand())
    db.session.commit()
    with pytest.raises(IntegrityError):
        db.session.execute(update(EndorsementChange).values(state=S.DECLINED))
    db.session.rollback()


LISTED = (S.ENDORSED, S.RESERVATION)


def test_only_groups_that_endorse_are_public(coalition):
    version, groups, listed = in_force(adopted_demand()), new_groups(), 0
    for state in SAID:
        set_to(next(groups), version, state)
        listed += state in LISTED
        assert count_public_endorsers() == list_public_endorsers().count == listed, state


def test_a_group_that_wants_no_listing_is_not_listed(union):
    demand = adopted_demand()
    endorse(union, demand, public=False)
    assert count_public_endorsers() == 0
    assert list_endorsers_by_version(demand.id) == {}


def test_who_endorses_retired_demands_alone_is_not_listed(union):
    demand = adopted_demand()
    endorse(union, demand)
    retire_demand(PROGRAM, demand)
    assert count_public_endorsers() == 0


def test_an_archived_group_is_not_listed(union):
    endorse(union, adopted_demand())
    union.archived_at = clock.now()
    db.session.flush()
    assert count_public_endorsers() == 0


def test_a_group_is_new_once(union):
    demand = adopted_demand()
    endorse(union, demand)
    before = clock.now() - timedelta(minutes=1)
    assert count_new_endorsers_since(before) == 1
    assert count_new_endorsers_since(clock.now() + timedelta(minutes=1)) == 0
    with time_machine.travel(clock.now() + timedelta(days=9)):
        endorse(union, adopted_demand("Homes for all."))
        assert count_new_endorsers_since(clock.now() - timedelta(days=1)) == 0


def test_the_endorsers_of_one_coalition_are_not_those_of_another(union, other_coalition):
    endorse(union, adopted_demand())
    db.session.commit()
    with tenancy.in_coalition(other_coalition.id):
        assert count_public_endorsers() == 0
        assert list_public_endorsers().kinds == []
        assert list_stands(union.id) == []
