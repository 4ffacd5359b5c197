"""Same next week: a series goes on or is filled, a one-off becomes another event; pressed twice, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from crm.core.db import db
from crm.demonstrations.models import CoSponsorState
from crm.demonstrations.operations import answer_co_sponsorship, ask_to_co_sponsor
from crm.demonstrations.queries import list_co_sponsorships
from crm.events.models import Event, EventKind, Visibility
from crm.events.operations import Plan, extend_series, schedule_event
from crm.events.queries import find_date
from crm.roles.models import RoleKind
from crm.roles.operations import RoleNeed, Taker, add_role, take_role
from crm.roles.queries import list_roles
from crm.turnout.models import Method
from crm.turnout.operations import Counted, How, add_count, call_off_next_week, repeat_next_week, set_goal
from crm.turnout.queries import find_turnout_date
from tests.makers import make_organization
from tests.turnout.conftest import WEEK


def again(coalition, organizer, event, day):
    one = find_date(event, organizer.viewer, day)
    return repeat_next_week(organizer.viewer, coalition, event, one)


def test_a_series_that_ends_goes_on_for_a_week(coalition, march, organizer, first):
    last = first + 3 * WEEK
    extend_series(organizer.viewer, march, last)
    set_goal(organizer.viewer, march, last, 500)
    add_role(organizer.viewer, march, RoleNeed(RoleKind.SPEAKERS, 2, on_date=last))
    uid = march.uid
    made = again(coalition, organizer, march, last)
    assert (made.how, made.on_date, made.roles, march.uid) == (How.EXTENDED, last + WEEK, 1, uid)
    assert find_turnout_date(march.id, last + WEEK).goal == 500
    assert find_date(march, organizer.viewer, last + 2 * WEEK) is None
    assert again(coalition, organizer, march, last).how is How.THERE
    call_off_next_week(organizer.viewer, march, last + WEEK)
    assert find_date(march, organizer.viewer, last + WEEK).cancelled


def test_where_next_week_is_there_goal_roles_and_groups_of_the_date_are_carried(
    coalition, march, organizer, first
):
    group = make_organization("Dockworkers Local 19")
    asked = ask_to_co_sponsor(organizer.viewer, march, group, first)
    answer_co_sponsorship(organizer.viewer, asked, CoSponsorState.ACCEPTED)
    set_goal(organizer.viewer, march, first, 400)
    set_goal(organizer.viewer, march, first + WEEK, 450)
    made = again(coalition, organizer, march, first)
    assert (made.how, made.event.id, made.groups) == (How.THERE, march.id, 1)
    assert find_turnout_date(march.id, first + WEEK).goal == 450
    states = {(one.on_date, one.state) for one in list_co_sponsorships(march.id)}
    assert states == {(first, CoSponsorState.ACCEPTED), (first + WEEK, CoSponsorState.ASKED)}
    assert again(coalition, organizer, march, first).groups == 0


def test_a_one_off_becomes_another_event_once(coalition, march, organizer, first):
    plan = Plan(
        kind=EventKind.DEMONSTRATION,
        title="May Day",
        starts_local=datetime.combine(first, datetime.min.time()).replace(hour=12),
        duration=timedelta(hours=2),
        visibility=Visibility.AREA,
        address="1 Harbor Way",
        area="Downtown",
        step_free=replace(find_date(march, organizer.viewer, first).venue).step_free,
    )
    event = schedule_event(organizer.viewer, coalition, plan)
    role = add_role(organizer.viewer, event, RoleNeed(RoleKind.MARSHALS, 6))
    group = make_organization("Dockworkers Local 19")
    take_role(organizer.viewer, role, first, Taker(group), 4)
    answer_co_sponsorship(
        organizer.viewer, ask_to_co_sponsor(organizer.viewer, event, group), CoSponsorState.ACCEPTED
    )
    add_count(organizer.viewer, event, first, Counted(Method.ENTRY, 300, counted_by="Two marshals"))
    db.session.commit()
    page = organizer.browser.submit(f"/harbor/organize/turnout/{event.slug}/{first}", "/next-week")
    assert "as an event of its own. 1 role to fill anew. 1 group noted as asked." in page.text
    later = db.session.scalars(db.select(Event).where(Event.title == "May Day", Event.id != event.id)).one()
    assert later.uid != event.uid and later.visibility is Visibility.AREA and later.address == "1 Harbor Way"
    assert later.starts_local == event.starts_local + WEEK and later.published_at is not None
    assert [one.open for one in list_roles(later.id, first + WEEK)] == [6]
    assert [one.state for one in list_co_sponsorships(later.id)] == [CoSponsorState.ASKED]
    page = organizer.browser.submit(page, "/next-week/undo")
    assert "It is cancelled" in page.text
    made = again(coalition, organizer, event, first)
    assert made.event.id == later.id and later.cancelled_at is None and (made.roles, made.groups) == (0, 0)
