"""A group answers on its own page whether it stands behind a demonstration."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from crm.core import clock
from crm.core.db import db
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.demonstrations.operations import ask_to_co_sponsor
from crm.events.models import EventKind, Visibility
from crm.events.operations import Plan, cancel_date, schedule_event
from crm.events.recurrence import Frequency, Rule, Weekday
from tests.groups.steps import HOME
from tests.makers import make_organization


@pytest.fixture
def asked(coalition, organizer, representative):
    """Ask a group to stand behind a demonstration: asked(visibility, group) → the request."""

    def make(visibility: Visibility = Visibility.PUBLIC, group=None) -> CoSponsorship:
        start = datetime.combine(clock.now().date() + timedelta(days=9), datetime.min.time()).replace(hour=12)
        plan = Plan(
            kind=EventKind.DEMONSTRATION,
            title="March on the Harbor",
            starts_local=start,
            duration=timedelta(hours=2),
            visibility=visibility,
        )
        event = schedule_event(organizer.viewer, coalition, plan)
        group = group or representative.contact.organization
        made = ask_to_co_sponsor(organizer.viewer, event, group)
        db.session.commit()
        return made

    return make


def answered_on(page) -> set[int]:
    """The requests that a page has buttons for."""
    actions = [form.get("action", "") for form in page.forms()]
    return {int(action.rpartition("/")[2]) for action in actions if "/co-sponsorships/" in action}


def test_a_group_accepts_and_withdraws(asked, representative):
    one = asked()
    page = representative.browser.page(HOME)
    assert "The coalition asks your group to stand behind it." in page.text
    page = representative.browser.submit(page, f"/co-sponsorships/{one.id}", answer="accept")
    db.session.refresh(one)
    assert one.state is CoSponsorState.ACCEPTED and "Your group stands behind it." in page.text
    assert "Your name leaves the event's page at once." in page.text
    representative.browser.submit(page, f"/co-sponsorships/{one.id}", answer="withdraw")
    db.session.refresh(one)
    assert one.state is CoSponsorState.WITHDRAWN


def test_what_is_no_answer_changes_nothing(asked, representative):
    one = asked()
    representative.browser.submit(HOME, f"/co-sponsorships/{one.id}", 422, answer="maybe")
    db.session.refresh(one)
    assert one.state is CoSponsorState.ASKED


def test_an_event_of_groups_is_shown_to_the_group_that_is_invited_and_a_closed_one_is_not(
    asked, representative
):
    told = asked(Visibility.GROUPS)
    assert "March on the Harbor" in representative.browser.page(HOME).text
    closed = asked(Visibility.CLOSED)
    page = representative.browser.page(HOME)
    assert answered_on(page) == {told.id}
    page.form("/co-sponsorships/").set("action", f"{HOME}co-sponsorships/{closed.id}")
    representative.browser.submit(page, "/co-sponsorships/", 404, answer="accept")


def test_a_daily_series_is_one_line_of_what_a_group_may_come_to(coalition, organizer, representative):
    start = datetime.combine(clock.now().date() + timedelta(days=2), datetime.min.time()).replace(hour=12)
    plan = Plan(EventKind.OTHER, "Vigil", start, timedelta(hours=1), Visibility.PUBLIC)
    daily = Rule(Frequency.WEEKLY, weekdays=frozenset(Weekday))
    event = schedule_event(organizer.viewer, coalition, replace(plan, rule=daily))
    schedule_event(organizer.viewer, coalition, replace(plan, title="Teach-in"))
    cancel_date(organizer.viewer, event, start.date(), "Storm")
    db.session.commit()
    text = representative.browser.page(HOME).text
    assert (text.count("Vigil"), text.count("The next date of a series"), text.count("Teach-in")) == (2, 1, 1)


def test_what_another_group_is_asked_is_not_there(asked, representative):
    own, others = asked(), asked(group=make_organization("Harbor Tenants Union"))
    page = representative.browser.page(HOME)
    assert answered_on(page) == {own.id}
    page.form(f"/co-sponsorships/{own.id}").set("action", f"{HOME}co-sponsorships/{others.id}")
    representative.browser.submit(page, "/co-sponsorships/", 404, answer="accept")
    db.session.refresh(others)
    assert others.state is CoSponsorState.ASKED
