"""The stage moves by itself where an outcome implies it, forwards alone, and can be put back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.organizations.models import Stage
from crm.outreach.models import Outcome, StageChange
from crm.outreach.operations import (
    NextStep,
    delete_interaction,
    edit_interaction,
    move_stage,
    undo_stage_change,
)
from tests.makers import told_of
from tests.outreach.conftest import make_group, stage_of, touch


def step_of(person):
    return NextStep("Call back", clock.now().date() + timedelta(days=3), person.user.id)


@pytest.mark.parametrize(
    ("outcome", "stage"),
    [
        (Outcome.REACHED, Stage.IN_CONVERSATION),
        (Outcome.LEFT_MESSAGE, Stage.CONTACTED),
        (Outcome.NO_ANSWER, Stage.TO_CONTACT),
        (Outcome.WRONG_NUMBER, Stage.TO_CONTACT),
        (Outcome.CALL_BACK, Stage.IN_CONVERSATION),
        (Outcome.MEETING_SET, Stage.IN_CONVERSATION),
        (Outcome.ASKS_BOARD, Stage.IN_CONVERSATION),
    ],
)
def test_a_first_touch_takes_a_group_to(outcome, stage, organizer, group):
    touch(organizer, group, outcome, step=step_of(organizer))
    assert stage_of(group) is stage


@pytest.mark.parametrize("answer", [Outcome.SAID_YES, Outcome.SAID_NO])
def test_what_a_group_says_to_a_demand_is_no_stage_only_a_conversation(answer, organizer, group):
    touch(organizer, group, answer)
    assert stage_of(group) is Stage.IN_CONVERSATION


@pytest.mark.parametrize("stage", [Stage.IN_CONVERSATION, Stage.ACTIVE])
def test_a_touch_never_moves_a_group_backwards(stage, organizer, coalition):
    group = make_group(stage=stage)
    for outcome in Outcome:
        touch(organizer, group, outcome, step=step_of(organizer))
    assert stage_of(group) is stage
    assert db.session.query(StageChange).count() == 0


def test_a_dormant_group_wakes_when_somebody_answers_not_by_a_message(organizer, coalition):
    group = make_group(stage=Stage.DORMANT)
    touch(organizer, group, Outcome.LEFT_MESSAGE)
    assert stage_of(group) is Stage.DORMANT
    touch(organizer, group, Outcome.REACHED)
    assert stage_of(group) is Stage.IN_CONVERSATION


def test_a_move_is_kept_with_the_touch_that_caused_it(organizer, group):
    logged = touch(organizer, group, Outcome.REACHED)
    change = db.session.query(StageChange).one()
    assert (change.before, change.after) == (Stage.TO_CONTACT, Stage.IN_CONVERSATION)
    assert change.interaction_id == logged.interaction.id
    assert change.user_id == organizer.user.id


def test_undoing_puts_the_stage_and_its_day_back(organizer, group):
    since = group.stage_since
    change = touch(organizer, group, Outcome.REACHED).moved
    undo_stage_change(organizer.viewer, change)
    db.session.commit()
    assert stage_of(group) is Stage.TO_CONTACT
    assert group.stage_since == since
    undo_stage_change(organizer.viewer, change)
    assert stage_of(group) is Stage.TO_CONTACT


def test_undoing_after_something_else_moved_it_changes_nothing(organizer, coordinator, group):
    change = touch(organizer, group, Outcome.LEFT_MESSAGE).moved
    touch(coordinator, group, Outcome.REACHED)
    with pytest.raises(Refused, match="moved since"):
        undo_stage_change(organizer.viewer, change)
    db.session.rollback()
    assert stage_of(group) is Stage.IN_CONVERSATION


def test_a_move_there_and_back_by_hand_is_no_reason_to_undo_an_earlier_one(organizer, group):
    change = touch(organizer, group, Outcome.LEFT_MESSAGE).moved
    move_stage(organizer.viewer, group, Stage.ACTIVE)
    move_stage(organizer.viewer, group, Stage.CONTACTED)
    with pytest.raises(Refused):
        undo_stage_change(organizer.viewer, change)
    assert stage_of(group) is Stage.CONTACTED


def test_by_hand_a_group_moves_backwards_too(organizer, coalition):
    group = make_group(stage=Stage.ACTIVE)
    move_stage(organizer.viewer, group, Stage.DORMANT)
    db.session.commit()
    assert stage_of(group) is Stage.DORMANT
    assert move_stage(organizer.viewer, group, Stage.DORMANT) is None


def test_an_outcome_put_right_moves_the_stage_on(organizer, group):
    logged = touch(organizer, group, Outcome.NO_ANSWER)
    edit_interaction(organizer.viewer, logged.interaction, outcome=Outcome.REACHED, note="")
    db.session.commit()
    assert stage_of(group) is Stage.IN_CONVERSATION


def test_taking_a_touch_back_takes_its_move_and_its_open_next_step_along(organizer, group):
    step = NextStep("Call back", date(2026, 12, 1), organizer.user.id)
    logged = touch(organizer, group, Outcome.CALL_BACK, step=step)
    delete_interaction(organizer.viewer, logged.interaction)
    db.session.commit()
    assert stage_of(group) is Stage.TO_CONTACT
    assert group.last_touch_at is None
    assert db.session.get(type(logged.follow_up), logged.follow_up.id) is None


def test_taking_a_touch_back_leaves_a_stage_that_moved_on_since(organizer, coordinator, group):
    first = touch(organizer, group, Outcome.LEFT_MESSAGE)
    second = touch(coordinator, group, Outcome.REACHED)
    delete_interaction(organizer.viewer, first.interaction)
    db.session.commit()
    assert stage_of(group) is Stage.IN_CONVERSATION
    assert group.last_touch_at == second.interaction.at


def test_a_move_by_hand_stands_on_the_timeline_until_it_is_put_back(organizer, group):
    move = move_stage(organizer.viewer, group, Stage.ACTIVE)
    db.session.commit()
    told = [str(entry.title) for entry in told_of(organizer.viewer, group)]
    assert told == ["Stage: Active"]
    undo_stage_change(organizer.viewer, move)
    db.session.commit()
    assert told_of(organizer.viewer, group) == []


def test_a_move_by_a_touch_is_told_by_the_touch(organizer, observer, group):
    touch(organizer, group, Outcome.REACHED)
    assert [str(entry.title) for entry in told_of(observer.viewer, group)] == ["Call: Reached"]
