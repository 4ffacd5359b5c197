"""What groups answer, and what becomes of their stand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from crm.asks.models import AskKind, AskState
from crm.asks.operations import (
    Told,
    answer_board,
    answer_decline,
    answer_endorse,
    answer_not_right,
    answer_object,
    answer_with_reservation,
    answer_withdraw,
    ask_groups,
)
from crm.core.db import db
from crm.core.errors import Refused
from crm.demands.models import Change, DecidedHow, EndorsementChange, Source, StandState
from crm.demands.operations import accept_record, record_stand
from crm.outreach.models import FollowUp
from tests.asks.makers import ask_of, change_words, on_day, speaker_of, speaking, stand_of_group
from tests.demands.makers import PROGRAM, endorse, in_force, stand
from tests.makers import make_organization

CHANGES = pytest.mark.parametrize("change", list(Change))


@CHANGES
def test_a_group_reconfirms_in_its_own_name(coalition, demand, group, rosa, change):
    version = change_words(coalition, demand, change)
    answer_endorse(speaking(rosa), ask_of(group), Told(DecidedHow.BOARD))
    live = stand_of_group(group, demand)
    assert (live.version_id, live.state, live.source) == (version.id, StandState.ENDORSED, Source.GROUP)
    assert (live.reconfirm_by, live.decided_how, live.speaker) == (None, DecidedHow.BOARD, "Rosa Lark")
    assert ask_of(group).state is AskState.ANSWERED
    last = db.session.scalars(select(EndorsementChange).order_by(EndorsementChange.id.desc())).first()
    assert last.contact_id == rosa.id


@CHANGES
def test_a_group_reconfirms_with_a_reservation(coalition, demand, group, rosa, change):
    version = change_words(coalition, demand, change)
    with pytest.raises(Refused) as refused:
        answer_with_reservation(speaking(rosa), ask_of(group), "  ")
    assert refused.value.field == "reservation"
    answer_with_reservation(speaking(rosa), ask_of(group), "Not the airport.")
    live = stand_of_group(group, demand)
    assert (live.version_id, live.state, live.reservation) == (
        version.id, StandState.RESERVATION, "Not the airport.")  # fmt: skip


@CHANGES
def test_a_group_withdraws_from_the_words_that_it_had_accepted(coalition, demand, group, rosa, change):
    first = in_force(demand)
    change_words(coalition, demand, change)
    answer_withdraw(speaking(rosa), ask_of(group))
    live = stand_of_group(group, demand)
    assert (live.version_id, live.state, live.reconfirm_by) == (first.id, StandState.WITHDRAWN, None)
    assert ask_of(group).state is AskState.ANSWERED


def test_a_group_objects_and_stays_under_its_own_words(coalition, demand, group, rosa):
    first = in_force(demand)
    change_words(coalition, demand, Change.EDITORIAL)
    answer_object(speaking(rosa), ask_of(group), "This is another meaning.")
    answer_object(speaking(rosa), ask_of(group), "This is another meaning.")
    assert ask_of(group).state is AskState.OBJECTED
    assert stand_of_group(group, demand).version_id == first.id
    task = db.session.scalars(select(FollowUp)).one()
    assert task.organization_id == group.id
    with pytest.raises(Refused):
        answer_endorse(speaking(rosa), ask_of(group))


def test_nobody_objects_to_a_change_of_substance(coalition, demand, group, rosa):
    change_words(coalition, demand)
    with pytest.raises(Refused):
        answer_object(speaking(rosa), ask_of(group), "No.")
    assert ask_of(group).state is AskState.OPEN


@CHANGES
def test_a_board_that_decides_later_keeps_the_question_open(coalition, demand, group, rosa, change):
    change_words(coalition, demand, change)
    with on_day(0) as today:
        board = today + timedelta(days=60)
        for _again in range(2):
            answer_board(speaking(rosa), ask_of(group), board)
        ask, live = ask_of(group), stand_of_group(group, demand)
        assert (ask.state, ask.board_on, ask.closes_on) == (AskState.OPEN, board, board + timedelta(days=7))
        if change is Change.SUBSTANCE:
            assert live.reconfirm_by == ask.closes_on
        assert len(db.session.scalars(select(FollowUp)).all()) == 1
        usual = ask.usual_end
        for day, closes_on in ((150, today + timedelta(days=157)), (3, usual)):
            answer_board(speaking(rosa), ask, today + timedelta(days=day))
            assert ask.closes_on == closes_on
            asked = db.session.scalars(select(FollowUp)).one()
            assert asked.due_on == today + timedelta(days=day + 1)
            if change is Change.SUBSTANCE:
                assert stand_of_group(group, demand).reconfirm_by == closes_on
        for day in (today - timedelta(days=1), today + timedelta(days=200)):
            with pytest.raises(Refused) as refused:
                answer_board(speaking(rosa), ask, day)
            assert refused.value.field == "board_on"


def _asked_to_endorse(demand, name="Riders Union"):
    group = make_organization(name)
    with on_day(0) as today:
        ask_groups(PROGRAM, in_force(demand), [group.id], AskKind.ENDORSE, today + timedelta(days=30))
    return group, speaking(speaker_of(group, "Ann Rider"))


def test_a_group_that_is_asked_endorses_declines_or_takes_it_to_its_board(coalition, demand):
    yes, ann = _asked_to_endorse(demand)
    answer_endorse(ann, ask_of(yes))
    assert stand_of_group(yes, demand).state is StandState.ENDORSED
    no, bo = _asked_to_endorse(demand, "Bakers")
    answer_decline(bo, ask_of(no), "We are divided.")
    assert (stand_of_group(no, demand).state, ask_of(no).state) == (StandState.DECLINED, AskState.ANSWERED)
    board, cy = _asked_to_endorse(demand, "Cooks")
    with on_day(0) as today:
        answer_board(cy, ask_of(board), today + timedelta(days=10))
    live = stand_of_group(board, demand)
    assert (live.state, live.board_on) == (StandState.BEFORE_BOARD, today + timedelta(days=10))
    assert ask_of(board).state is AskState.OPEN
    answer_endorse(cy, ask_of(board))
    assert (stand_of_group(board, demand).state, ask_of(board).state) == (
        StandState.ENDORSED, AskState.ANSWERED)  # fmt: skip


def test_a_record_is_confirmed_as_it_was_recorded(coalition, demand):
    group = make_organization("Riders Union")
    endorse(group, demand, state=StandState.RESERVATION, reservation="Not all.", decided_how=DecidedHow.BOARD)
    with on_day(0) as today:
        ask_groups(PROGRAM, in_force(demand), [group.id], AskKind.CONFIRM, today + timedelta(days=30))
    answer_endorse(speaking(speaker_of(group)), ask_of(group))
    live = stand_of_group(group, demand)
    assert (live.state, live.reservation, live.source) == (StandState.RESERVATION, "Not all.", Source.GROUP)
    assert live.decided_how is DecidedHow.BOARD
    assert ask_of(group).state is AskState.ANSWERED


def test_a_record_that_is_not_right_is_told_to_the_organizers(coalition, demand, group, rosa):
    with on_day(0) as today:
        ask_groups(PROGRAM, in_force(demand), [group.id], AskKind.CONFIRM, today + timedelta(days=30))
    with pytest.raises(Refused) as refused:
        answer_not_right(speaking(rosa), ask_of(group), "")
    assert refused.value.field == "objection"
    answer_not_right(speaking(rosa), ask_of(group), "We never voted.")
    assert (ask_of(group).state, ask_of(group).objection) == (AskState.OBJECTED, "We never voted.")
    assert db.session.scalars(select(FollowUp)).one().organization_id == group.id


@CHANGES
def test_answering_twice_is_answering_once_and_another_answer_is_refused(
    coalition, demand, group, rosa, change
):
    change_words(coalition, demand, change)
    for _again in range(2):
        answer_endorse(speaking(rosa), ask_of(group))
    second = speaker_of(group, "Sol Vega")
    with pytest.raises(Refused):
        answer_withdraw(speaking(second), ask_of(group))
    assert stand_of_group(group, demand).state is StandState.ENDORSED
    lines = select(EndorsementChange).where(EndorsementChange.source == Source.GROUP)
    assert len(db.session.scalars(lines).all()) == 1


@CHANGES
def test_an_answer_after_the_last_day_is_refused_and_says_so(coalition, demand, group, rosa, change):
    version = change_words(coalition, demand, change)
    ask = ask_of(group)
    with on_day((version.answers_by - on_start()).days):
        answer_board(speaking(rosa), ask, version.answers_by)
    with on_day(100), pytest.raises(Refused) as refused:
        answer_endorse(speaking(rosa), ask)
    assert "over" in str(refused.value)
    assert stand_of_group(group, demand).version_id != version.id


def on_start():
    with on_day(0) as today:
        return today


def test_nobody_answers_for_another_group(coalition, demand, group, rosa):
    stranger = speaker_of(make_organization("Strangers"))
    change_words(coalition, demand)
    with pytest.raises(Refused):
        answer_withdraw(speaking(stranger), ask_of(group))
    assert stand_of_group(group, demand).state is StandState.ENDORSED


def test_what_an_organizer_records_answers_the_question_as_well(coalition, demand, group):
    version = change_words(coalition, demand)
    accept_record(PROGRAM, record_stand(PROGRAM, group, version, stand()))
    assert ask_of(group).state is AskState.ANSWERED
    assert stand_of_group(group, demand).reconfirm_by is None


def test_an_answer_to_the_older_words_leaves_the_question_open(coalition, demand, group):
    first = in_force(demand)
    change_words(coalition, demand)
    accept_record(
        PROGRAM, record_stand(PROGRAM, group, first, stand(StandState.RESERVATION, reservation="No."))
    )
    assert ask_of(group).state is AskState.OPEN
    assert stand_of_group(group, demand).shown_state is StandState.TO_BE_RECONFIRMED
