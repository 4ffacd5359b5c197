"""What silence and the calendar do, day by day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from crm.asks.jobs import DAY, FROM_HOUR, do_day
from crm.asks.models import AskKind, AskState
from crm.asks.operations import answer_board, answer_object, answer_withdraw, ask_groups
from crm.asks.operations.rounds import name_all, reminders_due
from crm.coalitions.operations import ask_for_mornings
from crm.core import clock, jobs
from crm.core.db import db
from crm.core.jobs import Job
from crm.demands.models import Change, EndorsementChange, Source, StandState
from crm.demands.operations import accept_record, record_stand, restore_demand, retire_demand
from crm.mail.models import OutgoingMail
from crm.outreach.models import FollowUp
from crm.outreach.operations import finish_follow_up
from crm.representatives.operations import let_speak
from tests.asks.makers import (
    START,
    ask_of,
    asks_of,
    change_words,
    on_day,
    speaker_of,
    speaking,
    stand_of_group,
)
from tests.counting import count_queries
from tests.demands.makers import PROGRAM, adopted_demand, endorse, in_force, stand
from tests.makers import make_contact, make_organization


@pytest.fixture(autouse=True)
def _groups_page(app):
    assert "groups.ask" in app.view_functions


def mails() -> list[str]:
    return [mail.body for mail in db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))]


def days_pass(*days: int) -> None:
    """The work of these days, each done twice: the second time must change nothing."""
    db.session.commit()
    for day in days:
        with on_day(day):
            do_day()
            before = snapshot()
            do_day()
            assert snapshot() == before


def snapshot() -> tuple[object, ...]:
    tables = (EndorsementChange, FollowUp, OutgoingMail)
    return tuple(db.session.scalar(select(func.count()).select_from(table)) for table in tables)


def test_silence_after_an_editorial_change_carries_over_and_says_so(coalition, demand, group, rosa):
    version = change_words(coalition, demand, Change.EDITORIAL)
    days_pass(0, 1, 14)
    assert ask_of(group).state is AskState.OPEN
    days_pass(15)
    live = stand_of_group(group, demand)
    assert (live.version_id, live.state, live.source) == (version.id, StandState.ENDORSED, Source.SILENCE)
    assert ask_of(group).state is AskState.CARRIED
    change = db.session.scalars(select(EndorsementChange).order_by(EndorsementChange.id.desc())).first()
    assert (change.version_id, change.source) == (version.id, Source.SILENCE)


def test_silence_after_a_change_of_substance_lapses(coalition, demand, group, rosa):
    first = in_force(demand)
    change_words(coalition, demand)
    days_pass(0, 30)
    assert stand_of_group(group, demand).state is StandState.ENDORSED
    days_pass(31)
    live = stand_of_group(group, demand)
    assert (live.version_id, live.state, live.source) == (first.id, StandState.LAPSED, Source.DEADLINE)
    assert (live.reconfirm_by, ask_of(group).state) == (None, AskState.LAPSED)


def test_who_objected_is_neither_carried_over_nor_asked_again(coalition, demand, group, rosa):
    first = in_force(demand)
    change_words(coalition, demand, Change.EDITORIAL)
    answer_object(speaking(rosa), ask_of(group), "No.")
    days_pass(0, 20, 60)
    assert stand_of_group(group, demand).version_id == first.id
    assert [ask.state for ask in asks_of(group)] == [AskState.OBJECTED]


def test_a_group_that_nobody_reached_is_not_carried_over_until_somebody_called(coalition, demand, group):
    first = in_force(demand)
    version = change_words(coalition, demand, Change.EDITORIAL)
    days_pass(0, 20)
    assert (stand_of_group(group, demand).version_id, ask_of(group).state) == (first.id, AskState.OPEN)
    call = db.session.scalars(select(FollowUp)).one()
    assert call.organization_id == group.id
    with on_day(21):
        finish_follow_up(PROGRAM, call)
    days_pass(30)
    assert stand_of_group(group, demand).version_id == first.id
    days_pass(50)
    assert stand_of_group(group, demand).version_id == version.id


def test_a_board_that_decides_later_is_waited_for(coalition, demand, group, rosa):
    change_words(coalition, demand)
    with on_day(0) as today:
        answer_board(speaking(rosa), ask_of(group), today + timedelta(days=60))
    days_pass(0, 31, 67)
    assert stand_of_group(group, demand).state is StandState.ENDORSED
    days_pass(68)
    assert stand_of_group(group, demand).state is StandState.LAPSED


def test_other_questions_close_and_silence_means_nothing(coalition, demand, group, rosa):
    with on_day(0) as today:
        ask_groups(PROGRAM, in_force(demand), [group.id], AskKind.CONFIRM, today + timedelta(days=10))
    days_pass(0, 11)
    assert ask_of(group).state is AskState.CLOSED
    assert stand_of_group(group, demand).state is StandState.ENDORSED


def test_the_mail_tells_both_wordings_the_difference_and_what_silence_does(coalition, demand, group, rosa):
    change_words(coalition, demand, Change.EDITORIAL)
    days_pass(0)
    (mail,) = mails()
    assert "No city help for raids and deportations." in mail
    assert "No city help for any raid or deportation." in mail
    assert "[-raids and deportations-]{+any raid or deportation+}" in mail.replace("-] {+", "-]{+")
    assert "December 5, 2026" in mail
    assert f"/{coalition.slug}/group/ask/" in mail
    assert "It was unclear." in mail


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_kind_of_question_has_its_mail_in_the_coalitions_language(coalition, group, rosa, language):
    coalition.languages = [language]
    first = adopted_demand("First words.")
    endorse(group, first)
    change_words(coalition, first, sentence="Second words.")
    with on_day(0) as today:
        last = today + timedelta(days=20)
        ask_groups(PROGRAM, in_force(adopted_demand("Third.")), [group.id], AskKind.ENDORSE, last)
        fourth = adopted_demand("Fourth.")
        endorse(group, fourth, until=last)
        ask_groups(PROGRAM, in_force(fourth), [group.id], AskKind.CONFIRM, last)
    days_pass(0)
    assert len(mails()) == 4
    for mail in mails():
        assert ("grupo" in mail) == (language == "es")


def test_every_representative_gets_the_mail_and_reminders_on_their_days(coalition, demand, group, rosa):
    speaker_of(group, "Sol Vega")
    change_words(coalition, demand)
    # A reminder whose day was missed is made up for: one on any other day would be seen on the next of these.
    days, sent = (0, 15, 16, 17, 22, 23, 24, 28, 29, 30, 31), []
    for day in days:
        days_pass(day)
        sent.append(len(mails()))
    told = [day for day, before, now in zip(days[1:], sent, sent[1:], strict=False) if now != before]
    assert (sent[0], told, sent[-1]) == (2, [16, 23, 29], 8)


def test_a_reminder_whose_day_was_missed_is_made_up_for_once(coalition, demand, group, rosa):
    change_words(coalition, demand)
    days_pass(0, 25, 26, 28)
    assert len(mails()) == 2


def test_of_the_reminders_that_are_due_the_newest_counts():
    with on_day(0) as today:
        last = today + timedelta(days=5)
        assert reminders_due([last], (14, 7, 1), today) == [(last, last - timedelta(days=7))]
        assert reminders_due([last], (3,), today) == []


def test_all_that_a_group_is_asked_on_a_day_is_one_call(coalition, demand, group):
    first, second, third = (adopted_demand(sentence) for sentence in ("Buses run.", "Rents fall.", "x" * 200))
    with on_day(0) as today:
        last = today + timedelta(days=20)
        for asked in (first, second):
            ask_groups(PROGRAM, in_force(asked), [group.id], AskKind.ENDORSE, last)
    days_pass(0)
    call = db.session.scalars(select(FollowUp)).one()
    assert "“Buses run.”, “Rents fall.”: nobody" in call.title
    with on_day(0):
        ask_groups(PROGRAM, in_force(third), [group.id], AskKind.ENDORSE, today + timedelta(days=2))
        jobs.run_all()
    db.session.refresh(call)
    assert "“Rents fall.”, “xxx" in call.title and len(call.title) < 300
    assert (call.due_on, {ask.call_id for ask in asks_of(group)}) == (today + timedelta(days=2), {call.id})
    with on_day(0):
        finish_follow_up(PROGRAM, call)
        change_words(coalition, demand)
        jobs.run_all()
    assert len(db.session.scalars(select(FollowUp)).all()) == 2


def test_what_a_call_is_about_is_named_as_long_as_there_is_room():
    names = name_all([f"Demand {number} " + "w" * 90 for number in range(1, 13)])
    assert len(names) < 220 and names.count("“") == 9 and names.endswith("” and 3 more")


def test_a_representative_who_comes_later_is_told_at_once(coalition, demand, group):
    change_words(coalition, demand, Change.EDITORIAL)
    days_pass(0)
    assert mails() == []
    with on_day(5) as today:
        rosa = make_contact(group, "Rosa Lark", email="rosa@dock.example")
        let_speak(PROGRAM, rosa)
        jobs.run_all()
    assert len(mails()) == 1
    days_pass(5)
    assert len(mails()) == 1
    assert ask_of(group).closes_on == today + timedelta(days=14)


def test_who_came_late_under_older_words_is_asked_at_once_with_the_whole_time(coalition, demand, group):
    first, late, later = in_force(demand), make_organization("Late"), make_organization("Later")
    change_words(coalition, demand, Change.EDITORIAL)
    days_pass(0)
    jobs.run_all()
    with on_day(10) as today:
        for group in (late, later):
            accept_record(PROGRAM, record_stand(PROGRAM, group, first, stand()))
        assert jobs.run_all() == 1 + 1  # asking both, and the mails of that
    days_pass(10)
    assert ask_of(later).kind is AskKind.EDITORIAL
    assert (ask_of(late).kind, ask_of(late).closes_on) == (AskKind.EDITORIAL, today + timedelta(days=14))


def test_who_withdrew_and_came_back_under_older_words_is_asked_anew(coalition, demand, group, rosa):
    first = in_force(demand)
    change_words(coalition, demand, Change.EDITORIAL)
    with on_day(13) as today:
        answer_withdraw(speaking(rosa), ask_of(group))
        accept_record(PROGRAM, record_stand(PROGRAM, group, first, stand()))
    days_pass(13)
    assert ask_of(group).closes_on == today + timedelta(days=14)
    days_pass(15, 27)
    assert stand_of_group(group, demand).version_id == first.id


def test_a_term_ends_and_is_told_of_before(coalition, demand, rosa, group):
    with on_day(0) as today:
        endorse(group, demand, until=today + timedelta(days=40))
    days_pass(0, 9)
    assert mails() == []
    days_pass(10, 11, 40)
    assert len(mails()) == 1
    assert len(db.session.scalars(select(FollowUp)).all()) == 1
    assert stand_of_group(group, demand).state is StandState.ENDORSED
    days_pass(41)
    assert stand_of_group(group, demand).state is StandState.LAPSED


def test_a_retired_demand_asks_nothing_and_asks_anew_once_it_is_back(coalition, demand, group, rosa):
    first = in_force(demand)
    change_words(coalition, demand, Change.EDITORIAL)
    days_pass(0)
    with on_day(1):
        retire_demand(PROGRAM, demand)
    days_pass(2, 20)
    assert (ask_of(group).state, stand_of_group(group, demand).version_id) == (AskState.CLOSED, first.id)
    with on_day(21) as today:
        restore_demand(PROGRAM, demand)
    days_pass(21)
    assert ask_of(group).closes_on == today + timedelta(days=14)


def test_each_coalition_has_its_day_in_its_own_morning(coalition, other_coalition):
    kinds = select(Job.period).where(Job.kind == DAY)
    # Six in the morning in Los Angeles, eight in Chicago.
    with clock.standing_at(START.replace(hour=14)):
        ask_for_mornings(DAY, FROM_HOUR)
        ask_for_mornings(DAY, FROM_HOUR)
    assert db.session.scalars(kinds).all() == [f"{other_coalition.id}:2026-11-21"]
    with clock.standing_at(START.replace(hour=15)):
        ask_for_mornings(DAY, FROM_HOUR)
    assert len(db.session.scalars(kinds).all()) == 2


def test_adopting_orders_the_mails_and_the_worker_sends_them(coalition, demand, group, rosa):
    change_words(coalition, demand)
    jobs.run_all()
    assert len(mails()) == 1
    assert ask_of(group).mailed_at is not None


def test_the_work_of_a_day_without_anything_to_do_takes_few_statements(coalition, demand, group):
    assert count_queries(do_day) < 40
