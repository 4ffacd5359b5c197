"""Same next week: a series goes on or is filled, a one-off becomes another event; pressed twice, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from crm.core import clock, jobs
from crm.core.db import db
from crm.core.errors import Refused
from crm.demonstrations.models import CoSponsorState
from crm.demonstrations.operations import answer_co_sponsorship, ask_to_co_sponsor
from crm.demonstrations.queries import list_co_sponsorships
from crm.events.models import Event, EventKind, Visibility
from crm.events.operations import Plan, extend_series, schedule_event
from crm.events.queries import find_date
from crm.mail.models import OutgoingMail
from crm.roles.models import RoleKind
from crm.roles.operations import RoleNeed, Taker, add_role, take_role
from crm.roles.queries import list_roles
from crm.turnout.models import Method
from crm.turnout.operations import (
    Counted,
    Done,
    How,
    add_count,
    call_off_next_week,
    repeat_next_week,
    set_goal,
)
from crm.turnout.queries import find_turnout_date
from tests.makers import make_organization
from tests.turnout.conftest import WEEK


def again(coalition, organizer, event, day):
    one = find_date(event, organizer.viewer, day)
    return repeat_next_week(organizer.viewer, coalition, event, one)


def take_back(organizer, made):
    done = Done(made.how is not How.THERE, made.goal, made.role_ids, made.asked.ids)
    call_off_next_week(organizer.viewer, made.event, made.on_date, done)
    db.session.commit()


def standing(event):
    return {(one.on_date, one.state) for one in list_co_sponsorships(event.id)}


def mailed() -> list[str]:
    """The subjects of all mail, some minutes later."""
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=False):
        jobs.run_all()
    return [mail.subject for mail in db.session.scalars(select(OutgoingMail))]


def test_a_series_that_ends_goes_on_for_a_week(coalition, march, organizer, first):
    last = first + 3 * WEEK
    extend_series(organizer.viewer, march, last)
    set_goal(organizer.viewer, march, last, 500)
    add_role(organizer.viewer, march, RoleNeed(RoleKind.SPEAKERS, 2, on_date=last))
    uid = march.uid
    made = again(coalition, organizer, march, last)
    assert (made.how, made.on_date, len(made.role_ids), march.uid) == (How.EXTENDED, last + WEEK, 1, uid)
    assert find_turnout_date(march.id, last + WEEK).goal == 500
    assert find_date(march, organizer.viewer, last + 2 * WEEK) is None
    assert again(coalition, organizer, march, last).how is How.THERE
    take_back(organizer, made)
    assert find_date(march, organizer.viewer, last + WEEK).cancelled
    assert find_turnout_date(march.id, last + WEEK).goal is None and not list_roles(march.id, last + WEEK)


def test_where_next_week_is_there_it_is_filled_and_all_of_it_can_be_taken_back(
    coalition, march, organizer, first, representative
):
    day, group = first + 10 * WEEK, representative.contact.organization
    asked = ask_to_co_sponsor(organizer.viewer, march, group, day)
    answer_co_sponsorship(organizer.viewer, asked, CoSponsorState.ACCEPTED)
    set_goal(organizer.viewer, march, day, 400)
    add_role(organizer.viewer, march, RoleNeed(RoleKind.SPEAKERS, 2, on_date=day))
    before = len(mailed())
    made = again(coalition, organizer, march, day)
    assert (made.how, made.goal, len(made.role_ids), len(made.asked.ids)) == (How.THERE, True, 1, 1)
    assert standing(march) == {(day, CoSponsorState.ACCEPTED), (day + WEEK, CoSponsorState.ASKED)}
    assert not again(coalition, organizer, march, day).did_anything
    # Taken back within the pause: nobody was told, and it was never asked.
    take_back(organizer, made)
    assert standing(march) == {(day, CoSponsorState.ACCEPTED)} and len(mailed()) == before
    assert find_turnout_date(march.id, day + WEEK).goal is None
    assert not list_roles(march.id, day + WEEK)
    assert not find_date(march, organizer.viewer, day + WEEK).cancelled
    # Told by now: the row stays, its link ends, and a further press asks again.
    made = again(coalition, organizer, march, day)
    assert made.asked.until is not None and len(mailed()) == before + 1
    take_back(organizer, made)
    assert standing(march) == {(day, CoSponsorState.ACCEPTED), (day + WEEK, CoSponsorState.TURNED_DOWN)}
    made = again(coalition, organizer, march, day)
    assert len(made.asked.ids) == 1 and len(mailed()) == before + 2
    # Answered: all of it stays.
    (again_asked,) = [one for one in list_co_sponsorships(march.id) if one.on_date == day + WEEK]
    answer_co_sponsorship(organizer.viewer, again_asked, CoSponsorState.DECLINED)
    with pytest.raises(Refused):
        take_back(organizer, made)
    assert find_turnout_date(march.id, day + WEEK).goal == 400 and list_roles(march.id, day + WEEK)


def test_nobody_is_asked_for_what_is_over_and_a_draft_is_told_to_nobody(
    coalition, march, organizer, first, representative
):
    for day in (first, first + 10 * WEEK):
        asked = ask_to_co_sponsor(organizer.viewer, march, representative.contact.organization, day)
        answer_co_sponsorship(organizer.viewer, asked, CoSponsorState.ACCEPTED)
    assert not again(coalition, organizer, march, first).asked.ids
    march.published_at, before = None, len(mailed())
    asked = again(coalition, organizer, march, first + 10 * WEEK).asked
    assert len(asked.ids) == 1 and asked.until is None and len(mailed()) == before


def test_a_one_off_becomes_another_event_once(coalition, march, organizer, first):
    day = first + 10 * WEEK
    plan = Plan(
        kind=EventKind.DEMONSTRATION,
        title="May Day",
        starts_local=datetime.combine(day, datetime.min.time()).replace(hour=12),
        duration=timedelta(hours=2),
        visibility=Visibility.AREA,
        address="1 Harbor Way",
        area="Downtown",
        step_free=replace(find_date(march, organizer.viewer, day).venue).step_free,
    )
    event = schedule_event(organizer.viewer, coalition, plan)
    role = add_role(organizer.viewer, event, RoleNeed(RoleKind.MARSHALS, 6))
    group = make_organization("Dockworkers Local 19")
    take_role(organizer.viewer, role, day, Taker(group), 4)
    answer_co_sponsorship(
        organizer.viewer, ask_to_co_sponsor(organizer.viewer, event, group), CoSponsorState.ACCEPTED
    )
    add_count(organizer.viewer, event, day, Counted(Method.ENTRY, 300, counted_by="Two marshals"))
    db.session.commit()
    page = organizer.browser.submit(f"/harbor/organize/turnout/{event.slug}/{day}", "/next-week")
    assert "as an event of its own. 1 role to fill anew. 1 group is asked" in page.text
    later = db.session.scalars(db.select(Event).where(Event.title == "May Day", Event.id != event.id)).one()
    assert later.uid != event.uid and later.visibility is Visibility.AREA and later.address == "1 Harbor Way"
    assert later.starts_local == event.starts_local + WEEK and later.published_at is not None
    assert [one.open for one in list_roles(later.id, day + WEEK)] == [6]
    assert [one.state for one in list_co_sponsorships(later.id)] == [CoSponsorState.ASKED]
    page = organizer.browser.submit(page, "/next-week/undo")
    assert "It is cancelled" in page.text
    made = again(coalition, organizer, event, day)
    assert made.event.id == later.id and later.cancelled_at is None
    assert (len(made.role_ids), len(made.asked.ids)) == (1, 1)
