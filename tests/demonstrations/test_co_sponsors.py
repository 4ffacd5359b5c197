"""Groups stand behind a demonstration: asked, answered, listed, taken back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from crm.core import clock, tenancy
from crm.core.db import db
from crm.core.errors import Refused
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.demonstrations.operations import answer_co_sponsorship, ask_to_co_sponsor
from crm.demonstrations.queries import count_co_sponsors, list_public_co_sponsors
from crm.events.models import EventKind, Visibility
from crm.events.operations import Plan, schedule_event
from crm.events.recurrence import Frequency, Rule, Weekday
from tests.makers import make_organization


def plan(kind: EventKind = EventKind.DEMONSTRATION, visibility: Visibility = Visibility.PUBLIC) -> Plan:
    saturday = clock.now().date() + timedelta(days=(5 - clock.now().weekday()) % 7 + 7)
    return Plan(
        kind=kind,
        title="March on the Harbor",
        starts_local=datetime.combine(saturday, datetime.min.time()).replace(hour=12),
        duration=timedelta(hours=2),
        visibility=visibility,
        rule=Rule(Frequency.WEEKLY, weekdays=frozenset({Weekday.SATURDAY})),
    )


@pytest.fixture
def march(coalition, organizer):
    event = schedule_event(organizer.viewer, coalition, plan())
    db.session.commit()
    return event


def page_of(event) -> str:
    return f"/harbor/organize/events/{event.slug}/co-sponsors/"


def test_a_group_is_asked_says_yes_and_is_listed(march, organizer):
    group = make_organization("Harbor Tenants Union")
    page = organizer.browser.submit(page_of(march), "ask", organization="Harbor Tenants")
    assert "Noted that Harbor Tenants Union was asked." in page.text
    assert list_public_co_sponsors(march.id) == []
    page = organizer.browser.submit(page, "answer", state="accepted")
    assert "co-sponsors, and is listed in public" in page.text
    assert [one.id for one in list_public_co_sponsors(march.id)] == [group.id]
    assert count_co_sponsors([march.id]) == {march.id: (1, 0)}


def test_asked_twice_is_asked_once(march, organizer):
    make_organization("Harbor Tenants Union")
    for _press in range(2):
        organizer.browser.submit(page_of(march), "ask", organization="Harbor Tenants Union")
    assert db.session.query(CoSponsorship).count() == 1


def test_an_answer_can_be_taken_back(march, organizer):
    make_organization("Harbor Tenants Union")
    page = organizer.browser.submit(page_of(march), "ask", organization="Harbor Tenants Union")
    page = organizer.browser.submit(page, "answer", state="accepted")
    organizer.browser.submit(page, "answer", state="")
    assert db.session.query(CoSponsorship).one().state is CoSponsorState.ASKED


def test_a_name_that_fits_several_leads_to_a_choice(march, organizer):
    make_organization("Teamsters Local 117")
    second = make_organization("Teamsters Local 174")
    page = organizer.browser.submit(page_of(march), "ask", organization="Teamsters")
    assert "Which of these?" in page.text
    organizer.browser.submit(page, "ask", organization_id=str(second.id))
    assert db.session.query(CoSponsorship).one().organization_id == second.id


def test_an_unknown_name_gets_an_error_beside_it_and_is_kept(march, organizer):
    page = organizer.browser.submit(page_of(march), "ask", 422, organization="Nobody Knows Them")
    assert any("No group of this name" in error for error in page.errors())
    assert "Nobody Knows Them" in page.response.text


def test_one_date_and_the_series_are_asked_for_apart(march, organizer):
    group = make_organization("Harbor Tenants Union")
    one = ask_to_co_sponsor(organizer.viewer, march, group, march.first_on)
    answer_co_sponsorship(organizer.viewer, one, CoSponsorState.ACCEPTED)
    db.session.commit()
    assert list_public_co_sponsors(march.id, march.first_on) == [group]
    assert list_public_co_sponsors(march.id, march.first_on + timedelta(days=7)) == []


def test_only_demonstrations_have_co_sponsors(coalition, organizer):
    meeting = schedule_event(organizer.viewer, coalition, plan(EventKind.NEIGHBORHOOD))
    with pytest.raises(Refused):
        ask_to_co_sponsor(organizer.viewer, meeting, make_organization())
    db.session.commit()
    assert organizer.browser.get(page_of(meeting)).status_code == 404


def test_a_closed_demonstration_is_not_told_on_the_groups_page(coalition, organizer, coordinator):
    closed = schedule_event(organizer.viewer, coalition, plan(visibility=Visibility.CLOSED))
    group = make_organization("Harbor Tenants Union")
    ask_to_co_sponsor(organizer.viewer, closed, group)
    db.session.commit()
    page = f"/harbor/organize/organizations/{group.id}"
    assert closed.title in organizer.browser.page(page).text
    assert closed.title not in coordinator.browser.page(page).text
    assert coordinator.browser.get(page_of(closed)).status_code == 404


def test_an_observer_reads_and_an_outsider_finds_nothing(march, observer, outsider, other_coalition):
    assert "No group was asked yet" in observer.browser.page(page_of(march)).text
    assert observer.browser.get(page_of(march)).status_code == 200
    assert outsider.browser.get(page_of(march)).status_code == 404
    number = march.id
    with tenancy.in_coalition(other_coalition.id):
        assert list_public_co_sponsors(number, date(2026, 1, 1)) == []
