"""Which group is next, for whom, and what becomes of it after a call."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm.audit.models import AuditEntry
from crm.core.db import db
from crm.core.errors import Refused
from crm.demands.models import OrganizationStanding, Standing
from crm.organizations.models import OrganizationKind, Stage
from crm.organizations.operations import edit_contact, remove_contact
from crm.outreach.models import FollowUp, Interaction, Outcome
from crm.queues.models import HOLD, MOST_TRIES, EntryState
from crm.queues.operations import NoCalls, close_queue, give_back, skip, take_back
from crm.queues.queries import Place, Why, count_places, find_reason
from tests.makers import make_organization
from tests.queues.conftest import NOW, called, make_callable, make_queue, next_for

CONGREGATION = OrganizationKind.CONGREGATION
pytestmark = pytest.mark.usefixtures("at")


def places(queue, now=NOW):
    """The places that hold any of the queue's groups, with how many."""
    return {place: count for place, count in count_places([queue.id], now)[queue.id].items() if count}


def test_a_group_is_held_for_its_caller_and_free_again_after_20_minutes_or_when_they_leave(
    organizer, coordinator, at
):
    make_callable("Harbor Pilots")
    queue = make_queue(coordinator)
    held = next_for(organizer, queue)
    assert next_for(organizer, queue) is held
    assert next_for(coordinator, queue) is None
    assert places(queue) == {Place.HELD: 1}
    at(NOW + HOLD - timedelta(seconds=1))
    assert next_for(coordinator, queue) is None
    at(NOW + HOLD + timedelta(seconds=1))
    assert next_for(coordinator, queue) is held
    give_back(organizer.viewer, held)
    assert held.held_by_id == coordinator.user.id
    give_back(coordinator.viewer, held)
    db.session.commit()
    assert next_for(organizer, queue) is held
    assert db.session.query(AuditEntry).filter_by(action="queue.hand_out").count() == 3


def test_what_the_coalition_lacks_goes_first_then_who_was_untouched_the_longest(organizer, coordinator):
    member = make_callable("Ballard Friends", kind=CONGREGATION, place="Ballard")
    db.session.add(OrganizationStanding(organization_id=member.id, standing=Standing.MEMBER, since=NOW))
    make_callable("Ballard Chapel", kind=CONGREGATION, place="Ballard")
    make_callable("Touched Long Ago", last_touch_at=NOW - timedelta(days=90))
    make_organization("Without Number", kind=CONGREGATION, place="Fremont")
    make_callable("Fremont Mosque", kind=CONGREGATION, place="Fremont", last_touch_at=NOW - timedelta(days=9))
    make_callable("The Only Union", kind=OrganizationKind.UNION, place="Ballard")
    queue = make_queue(coordinator)
    order = []
    while entry := next_for(organizer, queue):
        order.append((entry.organization.name, find_reason(entry).why))
        called(organizer, entry, Outcome.REACHED)
    assert order == [
        ("The Only Union", Why.ONLY),
        ("Fremont Mosque", Why.LACKING),
        ("Ballard Friends", Why.NEVER_TOUCHED),
        ("Ballard Chapel", Why.NEVER_TOUCHED),
        ("Touched Long Ago", Why.LONGEST_UNTOUCHED),
        ("Without Number", Why.LACKING),
    ]


def test_nobody_answers_the_next_of_their_people_is_tried_after_three_days_and_at_last_it_is_done(
    organizer, coordinator, at
):
    make_callable("Harbor Pilots", people=2)
    queue, tried, now = make_queue(coordinator), [], NOW
    for attempt in range(MOST_TRIES):
        entry = next_for(organizer, queue)
        tried.append(entry.contact.name)
        called(organizer, entry, Outcome.NO_ANSWER, for_next=f"try {attempt}")
        if attempt < MOST_TRIES - 1:
            assert places(queue, now) == {Place.LATER: 1}
            at(now + timedelta(days=2, hours=23))
            assert next_for(organizer, queue) is None
        now += timedelta(days=3, minutes=1)
        at(now)
    assert tried == [f"Person {number} of Harbor Pilots" for number in (0, 1, 0)]
    assert places(queue, now) == {Place.DONE: 1}
    assert entry.note == "try 2"


def test_who_asked_to_be_called_back_comes_first_at_their_hour_though_touched_today(
    organizer, coordinator, at
):
    pilots = make_callable("Harbor Pilots")
    make_callable("Aardvark Local", kind=OrganizationKind.UNION, place="Ballard")
    queue = make_queue(coordinator)
    called(organizer, next_for(organizer, queue), Outcome.REACHED)
    entry = next_for(organizer, queue)
    with pytest.raises(Refused):
        called(organizer, entry, Outcome.CALL_BACK, back_at=NOW - timedelta(minutes=1))
    db.session.rollback()
    called(organizer, entry, Outcome.CALL_BACK, back_at=NOW + timedelta(hours=3), flagged=True)
    assert (entry.organization_id, pilots.stage) == (pilots.id, Stage.IN_CONVERSATION)
    make_callable("Zebra Local")
    db.session.commit()
    at(NOW + timedelta(hours=2))
    assert next_for(coordinator, queue) is None
    at(NOW + timedelta(hours=3, minutes=1))
    assert find_reason(next_for(coordinator, queue)).why is Why.PROMISED
    [step] = db.session.query(FollowUp)
    called(coordinator, entry, Outcome.SAID_YES, deals_with=step)
    assert step.done_at and entry.state is EntryState.DONE and entry.flagged_at


def test_a_wrong_number_is_not_called_again_and_the_next_of_their_people_is_held_on(organizer, coordinator):
    group = make_callable("Harbor Pilots", people=2)
    queue = make_queue(coordinator)
    entry = next_for(organizer, queue)
    first = entry.contact
    called(organizer, entry, Outcome.WRONG_NUMBER, key="wrong")
    assert next_for(organizer, queue) is entry and entry.contact_id not in {None, first.id}
    called(organizer, entry, Outcome.WRONG_NUMBER, key="wrong too")
    assert places(queue) == {Place.NO_NUMBER: 1}
    assert next_for(organizer, queue).contact_id is None
    edit_contact(organizer.viewer, first, {"phone": "(406) 555-0199"})
    give_back(organizer.viewer, entry)
    db.session.commit()
    assert next_for(organizer, queue).contact_id == first.id
    remove_contact(organizer.viewer, first)
    assert group.last_touch_at == NOW


def test_who_asks_not_to_be_called_is_not_and_who_was_in_touch_lately_is_left_alone(
    organizer, coordinator, at
):
    for name, answer in (("Alone", NoCalls.GROUP), ("Besides", NoCalls.PERSON)):
        make_callable(name)
        queue = make_queue(coordinator, name=name)
        called(organizer, next_for(organizer, queue), Outcome.SAID_NO, no_calls=answer)
    queue = make_queue(coordinator)
    assert places(queue) == {Place.NO_CALLS: 1, Place.COOLING: 1}
    assert next_for(organizer, queue) is None
    later = NOW + timedelta(days=3, minutes=1)
    at(later)
    assert places(queue, later) == {Place.NO_CALLS: 1, Place.NO_NUMBER: 1}
    [besides] = [entry for entry in [next_for(organizer, queue)] if entry]
    assert (besides.organization.name, besides.contact_id) == ("Besides", None)


def test_a_call_is_logged_once_for_a_press_and_taken_back_whole(organizer, coordinator):
    group = make_callable("Harbor Pilots")
    queue = make_queue(coordinator)
    entry = next_for(organizer, queue)
    contact_id = entry.contact_id
    for _press in range(2):
        called(organizer, entry, Outcome.LEFT_MESSAGE, key="one press", contact_id=contact_id)
    [touch] = db.session.query(Interaction)
    assert (entry.tries, touch.contact_id, group.stage) == (1, contact_id, Stage.CONTACTED)
    take_back(organizer.viewer, entry, touch)
    db.session.commit()
    assert db.session.query(Interaction).count() == 0
    assert (entry.tries, group.stage, places(queue)) == (0, Stage.TO_CONTACT, {Place.READY: 1})


def test_a_group_is_taken_off_by_who_holds_it_and_a_closed_queue_hands_out_nothing(organizer, coordinator):
    make_callable("Harbor Pilots")
    queue = make_queue(coordinator)
    entry = next_for(organizer, queue)
    with pytest.raises(Refused):
        skip(coordinator.viewer, entry, note="")
    skip(organizer.viewer, entry, note="They closed in June.")
    assert (places(queue), entry.note) == ({Place.SKIPPED: 1}, "They closed in June.")
    close_queue(coordinator.viewer, queue)
    with pytest.raises(Refused):
        next_for(organizer, queue)
