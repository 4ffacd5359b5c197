"""Organizers name and fill roles; a group takes one on its own page; the public sees counts and no names."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm.core.db import db
from crm.events.models import Visibility
from crm.roles.models import EventRole, RoleKind
from crm.roles.operations import RoleNeed, Taker, add_role, take_role
from crm.roles.queries import list_roles
from tests.counting import count_queries
from tests.makers import make_organization


@pytest.fixture
def day(saturday) -> str:
    return saturday.isoformat()


def test_usual_roles_with_one_click_then_filled_and_given_back(march, organizer, saturday, day):
    make_organization("Dockworkers Local 19")
    make_organization("Dockworkers Retirees")
    browser, page_of = organizer.browser, f"/harbor/organize/events/{march.slug}/{day}/"
    page = browser.submit(page_of, "roles/usual")
    assert "Marshals" in page.text and "0 of 6" in page.text
    marshals = next(one for one in list_roles(march.id, saturday) if one.role.kind is RoleKind.MARSHALS)
    fill = f"/harbor/organize/events/{march.slug}/{day}/roles/{marshals.role.id}"
    page = browser.submit(fill, "person", 422, organization="Dockworkers", person="Rosa Lark")
    assert page.errors() == ["Name one of the three: a group, an organizer, or somebody else."]
    page = browser.submit(fill, "person", organization="Dockworkers", count="4")
    assert "Several groups fit" in page.text
    page = browser.submit(page, "organization_id")
    assert "4 of 6" in page.text
    page = browser.submit(fill, "person", 422, person="Rosa Lark", count="3")
    assert "Only 2 people are missing." in page.errors()[0]
    page = browser.submit(fill, "person", person="Rosa Lark", count="2")
    assert "6 of 6" in page.text and "Rosa Lark" in page.text
    page = browser.submit(page, "/release")
    assert "open again" in page.text
    page = browser.submit(page, "/retake")
    assert "6 of 6" in page.text


def test_a_role_of_one_date_is_named_changed_removed_and_brought_back(march, organizer, day):
    browser = organizer.browser
    new = f"/harbor/organize/events/{march.slug}/roles/new?on={day}"
    page = browser.submit(new, "needed", 422, kind="other", label="", needed="2")
    assert page.errors() == ["Say what it is called."]
    page = browser.submit(
        new, "needed", kind="other", label="Banner carriers", needed="2", from_time="11:30", where="one"
    )
    assert "Banner carriers" in page.text and "this date alone" in page.text
    role = db.session.scalars(db.select(EventRole)).one()
    edit = f"/harbor/organize/events/{march.slug}/roles/{role.id}/edit?on={day}"
    assert "0 of 3" in browser.submit(edit, "needed", needed="3").text
    page = browser.submit(page, "/remove")
    assert "Nothing is asked for yet" in page.text
    assert "0 of 3" in browser.submit(page, "/restore").text


def test_the_public_sees_what_is_open_and_no_name(march, organizer, visitor, saturday, day):
    role = add_role(organizer.viewer, march, RoleNeed(RoleKind.MEDICS, 3, note="Bring water"))
    full = add_role(organizer.viewer, march, RoleNeed(RoleKind.SOUND))
    take_role(organizer.viewer, role, saturday, Taker(name="Rosa Lark"), 1)
    take_role(organizer.viewer, full, saturday, Taker(make_organization("Loud Folk")))
    for address in (f"/harbor/events/{march.slug}", f"/harbor/events/{march.slug}/{day}"):
        text = visitor.page(address).text
        assert "Medics 2 people are missing · Bring water" in text
        assert "Rosa" not in text and "Loud Folk" not in text and "Sound" not in text


def test_a_group_takes_a_role_changes_the_number_and_gives_it_back(
    march, organizer, representative, saturday, day
):
    role = add_role(organizer.viewer, march, RoleNeed(RoleKind.MARSHALS, 6))
    take_role(organizer.viewer, role, saturday, Taker(name="Ben Tern"), 2)
    browser, here = representative.browser, f"/harbor/group/roles/{march.slug}/{day}"
    assert "Roles to fill" in browser.page("/harbor/group/").text
    page = browser.submit(here, f"/{role.id}", 422, **{f"role{role.id}-count": "5"})
    assert "Only 4 people are missing." in page.errors()[0]
    page = browser.submit(here, f"/{role.id}", **{f"role{role.id}-count": "3"})
    assert "Your group does it: 3 people" in page.text and "Ben" not in page.text
    assert "3 of you" in browser.page("/harbor/group/").text
    page = browser.submit(page, "/release")
    assert "It is open to others again" in page.text
    assert [one.who for one in list_roles(march.id, saturday)[0].takings] == ["Ben Tern"]


def test_what_may_not_be_known_is_not_there(march, organizer, representative, outsider, observer, day):
    role = add_role(organizer.viewer, march, RoleNeed(RoleKind.MARSHALS, 6))
    march.visibility = Visibility.CLOSED
    db.session.commit()
    fill = f"/harbor/organize/events/{march.slug}/{day}/roles/{role.id}"
    assert representative.browser.get(f"/harbor/group/roles/{march.slug}/{day}").status_code == 404
    assert outsider.browser.get(fill).status_code == 404
    assert observer.browser.get(fill).status_code == 403
    assert organizer.browser.get(fill).status_code == 404
    march.visibility = Visibility.PUBLIC
    past = f"/harbor/group/roles/{march.slug}/2020-01-04"
    assert representative.browser.get(past).status_code == 404


def test_the_date_page_asks_the_database_as_often_with_30_roles_as_with_3(march, organizer, saturday, day):
    page_of = f"/harbor/organize/events/{march.slug}/{day}/"

    def add(count: int) -> None:
        for number in range(count):
            role = add_role(organizer.viewer, march, RoleNeed(RoleKind.OTHER, 5, f"Shift {count}.{number}"))
            group = make_organization(f"Group {count}.{number}")
            take_role(organizer.viewer, role, saturday + timedelta(), Taker(group), 2)
        db.session.commit()

    add(3)
    organizer.browser.page(page_of)
    few = count_queries(lambda: organizer.browser.get(page_of))
    add(27)
    assert count_queries(lambda: organizer.browser.get(page_of)) == few
