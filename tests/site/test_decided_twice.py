"""A decision, an undo or a removal that arrives twice is answered as the first time, and done once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from crm.audit.models import AuditEntry
from crm.core import clock
from crm.core.db import db
from crm.demands.queries import find_demand
from crm.events.models import EventKind
from crm.events.recurrence import Frequency
from crm.organizations.models import Organization
from crm.outreach.models import Channel, Interaction, Outcome
from crm.outreach.operations import Touch, log_touch
from tests.demands.makers import adopted_demand, draft_demand
from tests.makers import make_contact, make_organization
from tests.sign_ons.steps import QUEUE, adopt_demands, mails, waiting

DEMANDS = "/harbor/organize/demands/"


def acts(*actions: str) -> int:
    query = select(func.count()).select_from(AuditEntry).where(AuditEntry.action.in_(actions))
    return db.session.scalar(query) or 0


@pytest.fixture
def sign_on(visitor, coalition):
    adopt_demands()
    return waiting(visitor, coalition)


def test_a_sign_on_is_declined_and_mailed_once(sign_on, coordinator):
    page, before = coordinator.browser.page(f"{QUEUE}{sign_on.id}"), len(mails())
    for _press in range(2):
        answer = coordinator.browser.submit(page, "decline", reason="No such local.", tell="y")
        assert "Declined." in answer.text
    assert len(mails()) == before + 1 and acts("sign_on.decline") == 1
    other = coordinator.browser.submit(page, "decline", status=409, reason="Another reason.")
    assert "decided on this sign-on before you" in other.text


def test_a_sign_on_is_joined_to_its_group_once_and_to_no_other_after_it(sign_on, coordinator):
    group, other = make_organization("Local 19 of the Dockworkers"), make_organization("Weavers Circle")
    page = coordinator.browser.page(f"{QUEUE}{sign_on.id}?with={group.id}")
    for _press in range(2):
        assert "is on board" in coordinator.browser.submit(page, "/merge").text
    assert acts("sign_on.merge") == 1
    told = coordinator.browser.submit(page, "/merge", 409, organization_id=str(other.id))
    assert "decided on this sign-on before you" in told.text


def test_another_decision_by_the_same_person_is_told_of(sign_on, coordinator):
    page = coordinator.browser.page(f"{QUEUE}{sign_on.id}")
    coordinator.browser.submit(page, "accept")
    told = coordinator.browser.submit(page, "decline", status=409, reason="No such local.")
    assert "before you" in told.text
    assert db.session.scalars(select(Organization)).one().archived_at is None


def test_a_touch_is_taken_back_once_and_the_page_stays(organizer, coalition):
    group = make_organization()
    page = organizer.browser.page(f"/harbor/organize/organizations/{group.id}")
    page = organizer.browser.submit(page, "outcome", outcome="reached")
    first = organizer.browser.submit(page, "/delete")
    again = organizer.browser.submit(page, "/delete")
    assert first.url == again.url == f"/harbor/organize/organizations/{group.id}"
    assert "Already taken back." in again.text and "Already taken back." not in first.text
    assert db.session.scalars(select(Interaction)).all() == []


def test_a_touch_deleted_on_its_own_page_leads_to_outreach_the_second_time(organizer, coalition):
    group = make_organization()
    told = Touch(Channel.CALL, Outcome.REACHED, clock.now())
    touch = log_touch(organizer.viewer, group, told).interaction
    db.session.flush()
    page = organizer.browser.page(f"/harbor/organize/outreach/touches/{touch.id}")
    organizer.browser.submit(page, "/delete")
    assert "Already taken back." in organizer.browser.submit(page, "/delete").text


def test_a_contact_is_removed_once(organizer, coalition):
    group = make_organization()
    contact = make_contact(group)
    page = organizer.browser.page(f"/harbor/organize/organizations/{group.id}")
    page = organizer.browser.submit(page, f"/contacts/{contact.id}/open")
    for _press in range(2):
        assert "Removed the contact" in organizer.browser.submit(page, "/remove").text
    assert acts("contact.remove") == 1


def test_a_draft_is_adopted_once(coordinator, coalition):
    draft_demand("Homes.")
    page = coordinator.browser.submit(f"{DEMANDS}homes/adopt", "edition")
    for _press in range(2):
        assert "Version 1 is in force and public." in coordinator.browser.submit(page, "step").text
    assert acts("demand.adopt") == 1


def test_a_draft_is_thrown_away_once(coordinator, coalition):
    draft_demand("Homes.")
    page = coordinator.browser.page(f"{DEMANDS}homes")
    for _press in range(2):
        assert "The draft is thrown away." in coordinator.browser.submit(page, "/discard").text
    assert find_demand("homes") is None


def test_a_demand_in_force_has_no_draft_to_throw_away_and_stays(coordinator, coalition):
    adopted_demand("Homes.")
    coordinator.browser.submit(f"{DEMANDS}homes", "/versions")
    page = coordinator.browser.page(f"{DEMANDS}homes")
    answers = [coordinator.browser.submit(page, "/discard").url for _press in range(2)]
    assert answers == [f"{DEMANDS}homes"] * 2


@pytest.fixture
def series(organizer, coalition):
    typed = {
        "title": "Potluck", "starts_on": "2031-05-03", "starts_at": "12:00", "ends_at": "13:00",
        "kind": EventKind.NEIGHBORHOOD.value, "repeats": Frequency.WEEKLY.value,
    }  # fmt: skip
    page = organizer.browser.submit("/harbor/organize/events/new", "starts_on", **typed)
    return organizer.browser.submit(page, "starts_on").url


def test_a_date_is_cancelled_and_restored_once(series, organizer):
    page = organizer.browser.page(f"{series}/2031-05-10/cancel")
    for _press in range(2):
        cancelled = organizer.browser.submit(page, "reason", reason="Rain.")
    for _press in range(2):
        assert "takes place after all" in organizer.browser.submit(cancelled, "restore").text
    assert acts("event.cancel_date") == acts("event.restore_date") == 1


def test_a_date_is_added_once(series, organizer):
    page = organizer.browser.page(f"{series}/add")
    for _press in range(2):
        answer = organizer.browser.submit(page, "starts_on", starts_on="2031-05-06", starts_at="18:00")
        assert "Added " in answer.text
    assert acts("event.add_date") == 1
    organizer.browser.submit(page, "starts_on", status=422, starts_on="2031-05-06", starts_at="19:00")


def test_the_second_undo_of_a_follow_up_says_the_same(organizer, coalition):
    page = organizer.browser.page("/harbor/organize/outreach/follow-ups/new")
    day = clock.today(coalition.zone).isoformat()
    page = organizer.browser.submit(page, "due_on", title="Call back", due_on=day)
    done = [organizer.browser.submit(page, "/done") for _press in range(2)]
    assert all("Done: Call back" in one.text for one in done)
    undone = [organizer.browser.submit(done[0], "/reopen") for _press in range(2)]
    assert all("Open again: Call back" in one.text for one in undone)
    assert acts("follow_up.done") == acts("follow_up.reopen") == 1
