"""A button pressed twice makes one thing, and answers as the first time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from crm.core import tenancy
from crm.core.db import db
from crm.core.once import find_made, make_once
from crm.demands.models import Demand
from crm.organizations.models import Assignment, Contact, Organization
from crm.organizations.operations import create_organization
from tests.makers import PROGRAM, make_contact, make_organization

GROUPS = "/harbor/organize/organizations/"
KEY = "a" * 64


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_contact_is_added_once(organizer, coalition):
    group = make_organization()
    page = organizer.browser.page(f"{GROUPS}{group.id}/contacts/new")
    for _press in range(2):
        answer = organizer.browser.submit(page, "is_primary", name="Rosa Lark", role="delegate")
        assert "Added the contact." in answer.text
    assert count(Contact) == 1


def test_who_goes_back_to_the_form_and_types_another_name_adds_another(organizer, coalition):
    group = make_organization()
    page = organizer.browser.page(f"{GROUPS}{group.id}/contacts/new")
    for name in ("Rosa Lark", "Ana Ruiz"):
        organizer.browser.submit(page, "is_primary", name=name)
    assert count(Contact) == 2


def test_a_contact_is_still_edited_without_a_key(organizer, coalition):
    group = make_organization()
    contact = make_contact(group)
    page = organizer.browser.page(f"{GROUPS}{group.id}")
    page = organizer.browser.submit(page, f"/contacts/{contact.id}/open")
    answer = organizer.browser.submit(page, "is_primary", name="Rosa Wren")
    assert "Saved the contact." in answer.text


def test_a_group_is_added_once(organizer, coalition):
    page = organizer.browser.page(f"{GROUPS}new")
    for _press in range(2):
        answer = organizer.browser.submit(page, "local_number", name="Harbor Bakers")
        assert "Added “Harbor Bakers”." in answer.text
    assert count(Organization) == 1


def test_a_demand_is_written_once(coordinator, coalition):
    page = coordinator.browser.page("/harbor/organize/demands/new")
    for _press in range(2):
        answer = coordinator.browser.submit(page, "sentence_en", kind="minimum", sentence_en="Homes for all.")
        assert "The draft is saved." in answer.text
    assert count(Demand) == 1


def test_groups_are_given_once_and_the_second_answer_can_be_undone_as_the_first(organizer, coalition):
    group = make_organization()
    asked = f"{GROUPS}assign?id={group.id}&assignee_id={organizer.user.id}"
    page = organizer.browser.page(asked)
    for _press in range(2):
        answer = organizer.browser.submit(page, "assignee_id", id=[str(group.id)])
        assert "Gave 1 group to Omar Ganizer." in answer.text
    assert count(Assignment) == 1


def test_an_event_is_scheduled_once(organizer, coalition):
    typed = {
        "title": "Potluck", "starts_on": "2031-05-03", "starts_at": "12:00", "ends_at": "13:00",
        "kind": "neighborhood",
    }  # fmt: skip
    page = organizer.browser.submit("/harbor/organize/events/new", "starts_on", **typed)
    answers = [organizer.browser.submit(page, "starts_on").url for _press in range(2)]
    assert answers[0] == answers[1] == "/harbor/organize/events/potluck"


def test_the_key_of_another_coalition_is_no_key_here(coalition, other_coalition):
    make_once(Organization, KEY, lambda: create_organization(PROGRAM, {"name": "Harbor Bakers"}))
    with tenancy.in_coalition(other_coalition.id):
        assert find_made(Organization, KEY) is None


def test_what_the_database_refuses_for_another_reason_is_not_hidden(coalition):
    def faulty() -> Contact:
        contact = Contact(organization_id=None)
        db.session.add(contact)
        db.session.flush()
        return contact

    with pytest.raises(IntegrityError):
        make_once(Contact, KEY, faulty)


def test_a_press_that_arrives_six_times_at_once_makes_one(app, coalition):
    barrier, coalition_id = Barrier(6), coalition.id
    db.session.remove()

    def press(_number: int) -> int:
        with app.app_context(), tenancy.in_coalition(coalition_id):
            barrier.wait()
            made = make_once(
                Organization, KEY, lambda: create_organization(PROGRAM, {"name": "Harbor Bakers"})
            )
            return made.id

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(press, range(6)))) == 1
    assert count(Organization) == 1
