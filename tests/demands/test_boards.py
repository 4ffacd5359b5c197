"""Before their board: the day of its decision, and the task that asks for it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from crm.accounts.operations import find_membership
from crm.core.db import db
from crm.core.errors import Refused
from crm.demands.models import StandState
from crm.demands.operations import set_stand
from crm.outreach.models import FollowUp
from tests.demands.makers import PROGRAM, adopted_demand, in_force, stand
from tests.makers import make_organization

S = StandState
BOARD = date(2026, 12, 3)


@pytest.fixture
def union(coalition):
    return make_organization()


def test_a_day_of_the_board_goes_with_before_their_board_only(union):
    with pytest.raises(Refused) as refusal:
        set_stand(PROGRAM, union, in_force(adopted_demand()), stand(S.ENDORSED, board_on=BOARD))
    assert refusal.value.field == "board_on"


def test_before_their_board_makes_one_follow_up_for_the_day_after(union, coordinator, organizer):
    union.assignee_id = organizer.user.id
    for sentence in ("First.", "Second."):
        set_stand(
            coordinator.viewer,
            union,
            in_force(adopted_demand(sentence)),
            stand(S.BEFORE_BOARD, board_on=BOARD),
        )
    (task,) = db.session.scalars(select(FollowUp))
    assert (task.due_on, task.owner_id) == (BOARD + timedelta(days=1), organizer.user.id)
    assert task.organization_id == union.id


def test_a_follow_up_goes_to_who_decides_when_the_group_is_nobodys(union, coordinator, organizer):
    union.assignee_id = organizer.user.id
    db.session.delete(find_membership(organizer.user.id))
    set_stand(coordinator.viewer, union, in_force(adopted_demand()), stand(S.BEFORE_BOARD, board_on=BOARD))
    assert db.session.scalars(select(FollowUp)).one().owner_id == coordinator.user.id


def test_a_board_whose_day_nobody_knows_is_asked_for_it(union, coordinator):
    set_stand(coordinator.viewer, union, in_force(adopted_demand()), stand(S.BEFORE_BOARD))
    assert db.session.scalars(select(FollowUp)).one().title == "Ask when their board decides"


def test_a_follow_up_moves_along_when_the_day_of_the_board_is_put_right(union, coordinator, organizer):
    def board(version, day):
        set_stand(coordinator.viewer, union, version, stand(S.BEFORE_BOARD, board_on=day))
        tasks = db.session.scalars(select(FollowUp).order_by(FollowUp.id)).all()
        return [(task.due_on, task.done_at is None) for task in tasks]

    first, second = in_force(adopted_demand()), in_force(adopted_demand())
    right, later, day = BOARD - timedelta(days=1), BOARD + timedelta(days=7), timedelta(days=1)
    assert board(first, None)[0][1]
    assert board(first, BOARD) == [(BOARD + day, True)]
    db.session.scalars(select(FollowUp)).one().owner_id = organizer.user.id
    assert board(first, right) == [(right + day, True)]
    assert board(second, right) == [(right + day, True)]
    # Another demand waits for that day: its task stays.
    assert board(first, later) == [(right + day, True), (later + day, True)]
    # And what is asked for on the other day already is not asked twice.
    assert board(first, right) == [(right + day, True), (later + day, False)]
    kept = db.session.scalars(select(FollowUp).order_by(FollowUp.id)).first()
    assert kept is not None and kept.owner_id == organizer.user.id
