"""A stand that was given on paper waits until a coordinator accepts it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.demands.models import DecidedHow, Decision, Endorsement, Source, StandState
from crm.demands.operations import (
    StandRow,
    accept_record,
    decline_record,
    record_stand,
    record_stands,
    retire_demand,
)
from crm.demands.queries import (
    count_public_endorsers,
    count_waiting_records,
    list_stands,
    list_waiting_records,
)
from tests.demands.makers import adopted_demand, draft_demand, endorse, in_force, stand
from tests.makers import make_organization

S = StandState
BOARD = date(2026, 12, 3)


@pytest.fixture
def union(coalition):
    return make_organization()


@pytest.fixture
def words(coalition):
    return in_force(adopted_demand())


def test_a_record_waits_and_is_not_public(union, words, organizer):
    entry = record_stand(organizer.viewer, union, words, stand(speaker="Rosa Lark"))
    assert entry.decision is Decision.WAITING
    assert entry.entered_by_id == organizer.user.id
    assert count_public_endorsers() == 0
    assert list_stands(union.id)[0].waiting is entry


def test_accepted_it_is_the_groups_stand_with_all_that_was_told(union, words, organizer, coordinator):
    told = stand(
        S.RESERVATION,
        source=Source.MINUTES,
        decided_how=DecidedHow.BOARD,
        decided_on=date(2026, 1, 7),
        speaker="Rosa Lark",
        reservation="Not the second clause.",
    )
    accept_record(coordinator.viewer, record_stand(organizer.viewer, union, words, told))
    live = db.session.scalars(select(Endorsement)).one()
    assert (live.state, live.source, live.decided_how) == (told.state, told.source, told.decided_how)
    assert (live.decided_on, live.speaker, live.reservation) == (
        told.decided_on,
        told.speaker,
        told.reservation,
    )
    assert count_waiting_records() == 0


def test_not_for_the_list_it_is_accepted_and_not_listed(union, words, organizer, coordinator):
    accept_record(coordinator.viewer, record_stand(organizer.viewer, union, words, stand(public=False)))
    assert count_public_endorsers() == 0
    assert list_stands(union.id)[0].state is S.ENDORSED


def test_declined_it_changes_nothing_and_says_why(union, words, organizer, coordinator):
    entry = record_stand(organizer.viewer, union, words, stand())
    decline_record(coordinator.viewer, entry, "The paper is of another local.")
    assert (entry.decision, entry.reason) == (Decision.DECLINED, "The paper is of another local.")
    assert list_stands(union.id)[0].state is None


def test_decided_twice_the_same_way_is_decided_once(union, words, organizer, coordinator):
    entry = record_stand(organizer.viewer, union, words, stand())
    accept_record(coordinator.viewer, entry)
    accept_record(coordinator.viewer, entry)
    assert len(db.session.scalars(select(Endorsement)).all()) == 1


def test_two_coordinators_who_decide_differently(union, words, organizer, coordinator):
    entry = record_stand(organizer.viewer, union, words, stand())
    accept_record(coordinator.viewer, entry)
    with pytest.raises(Refused, match="in the meantime"):
        decline_record(coordinator.viewer, entry)


def test_recorded_twice_it_waits_once(union, words, organizer):
    first = record_stand(organizer.viewer, union, words, stand())
    assert record_stand(organizer.viewer, union, words, stand()) is first


def test_a_corrected_record_takes_the_place_of_the_one_that_waits(union, words, organizer, coordinator):
    wrong = record_stand(organizer.viewer, union, words, stand())
    right = record_stand(organizer.viewer, union, words, stand(S.DECLINED))
    assert [entry.id for entry in list_waiting_records()] == [right.id]
    with pytest.raises(Refused, match="replaced"):
        accept_record(coordinator.viewer, wrong)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (stand(S.BEFORE_BOARD), "board_on"),
        (stand(S.RESERVATION), "reservation"),
        (stand(S.DECLINED, board_on=BOARD), "board_on"),
        (stand(decided_on=clock.now().date() + timedelta(days=3)), "decided_on"),
        (stand(S.WITHDRAWN), "state"),
    ],
)
def test_what_can_not_be_is_refused_beside_its_field(union, words, organizer, told, field):
    with pytest.raises(Refused) as refusal:
        record_stand(organizer.viewer, union, words, told)
    assert refusal.value.field == field
    assert count_waiting_records() == 0


def test_a_group_that_endorses_is_not_asked_again(union, words, organizer):
    endorse(union, words.demand)
    with pytest.raises(Refused) as refusal:
        record_stand(organizer.viewer, union, words, stand(S.ASKED))
    assert refusal.value.field == "state"


def test_a_withdrawal_by_phone_waits_like_any_record(union, words, organizer, coordinator):
    endorse(union, words.demand)
    entry = record_stand(organizer.viewer, union, words, stand(S.WITHDRAWN, source=Source.CALL))
    assert count_public_endorsers() == 1
    accept_record(coordinator.viewer, entry)
    assert count_public_endorsers() == 0


def test_a_draft_and_a_retired_demand_are_not_answered(union, words, organizer, coordinator):
    entry = record_stand(organizer.viewer, union, words, stand())
    retire_demand(coordinator.viewer, words.demand)
    for version in (words, draft_demand("A draft.").versions[0]):
        with pytest.raises(Refused, match="in force"):
            record_stand(organizer.viewer, union, version, stand())
    with pytest.raises(Refused, match="retired"):
        accept_record(coordinator.viewer, entry)


@pytest.fixture
def sheet(union, words):
    other = make_organization("Harbor Tenants")
    return [
        StandRow(union.id, words.id, stand(source=Source.IMPORT)),
        StandRow(other.id, words.id, stand(S.BEFORE_BOARD, source=Source.IMPORT, board_on=BOARD)),
    ]


def test_a_sheets_answers_all_wait(sheet, organizer):
    result = record_stands(organizer.viewer, sheet, import_id=1)
    assert (result.created, result.unchanged, result.refused) == (2, 0, [])
    assert count_waiting_records() == 2
    assert count_public_endorsers() == 0


@pytest.mark.parametrize("decide", [None, accept_record, decline_record])
def test_a_sheet_imported_again_adds_nothing_whatever_was_decided(sheet, organizer, coordinator, decide):
    record_stands(organizer.viewer, sheet, import_id=1)
    for entry in list_waiting_records() if decide else ():
        decide(coordinator.viewer, entry)
    result = record_stands(organizer.viewer, sheet, import_id=2)
    assert (result.created, result.unchanged) == (0, 2)


def test_a_sheet_tells_what_is_new(sheet, words, organizer, coordinator):
    record_stands(organizer.viewer, sheet, import_id=1)
    for entry in list_waiting_records():
        accept_record(coordinator.viewer, entry)
    answer = StandRow(sheet[1].organization_id, words.id, stand(source=Source.IMPORT))
    asked = StandRow(sheet[0].organization_id, words.id, stand(S.ASKED, source=Source.IMPORT))
    result = record_stands(organizer.viewer, [answer, asked], import_id=2)
    assert (result.created, result.unchanged) == (1, 1), "asked says nothing new of a group that endorses"


def test_a_sheets_bad_answers_are_named_and_the_others_kept(sheet, organizer):
    draft = draft_demand("A draft.").versions[0]
    db.session.flush()
    bad = StandRow(sheet[0].organization_id, draft.id, stand(source=Source.IMPORT))
    twice = StandRow(sheet[0].organization_id, sheet[0].version_id, stand(S.DECLINED, source=Source.IMPORT))
    result = record_stands(organizer.viewer, [*sheet, bad, twice], import_id=1)
    assert (result.created, result.unchanged) == (2, 1)
    assert [place for place, _why in result.refused] == [2]
