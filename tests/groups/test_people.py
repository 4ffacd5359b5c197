"""Who speaks for a group: invited, confirmed by the mailed link, removed; by the group, by a coordinator."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from crm.core import clock
from crm.core.db import db
from crm.organizations.models import Contact
from crm.representatives.queries import list_representatives
from tests.groups.steps import ENTER, HOME, last_link, mails
from tests.makers import make_contact, make_organization

PEOPLE = f"{HOME}people"
LEE = {"name": "Lee Park", "email": "lee@groups.example"}


def speaking(representative) -> list[str]:
    return [one.name for one in list_representatives(representative.contact.organization_id)]


def newest() -> Contact:
    return db.session.query(Contact).order_by(Contact.id.desc()).limit(1).one()


def remove(browser, page: str, contact: Contact, status: int = 200):
    return browser.submit(page, f"/{contact.id}/remove", status)


@pytest.fixture
def lee(app, representative) -> Contact:
    representative.browser.submit(PEOPLE, "email", **LEE)
    app.test_client().submit(last_link(), "csrf_token")
    return newest()


def test_who_is_invited_speaks_once_they_press_the_button(app, representative):
    page = representative.browser.submit(PEOPLE, "email", **LEE)
    assert "invited, not confirmed yet" in page.text and speaking(representative) == ["Rosa Lark"]
    link, browser = last_link(), app.test_client()
    for _time in range(2):
        shown = browser.page(link)
        assert "Dockworkers" not in shown.text
    assert speaking(representative) == ["Rosa Lark"]
    assert browser.submit(shown, "csrf_token").url == HOME
    assert speaking(representative) == ["Rosa Lark", "Lee Park"]
    assert [mail.recipient for mail in mails()] == ["lee@groups.example", "rosa.lark@groups.example"]
    assert "This invitation is over" in browser.submit(shown, "csrf_token").text
    assert "This invitation is over" in app.test_client().page(link).text


def test_an_invitation_holds_seven_days(app, representative):
    representative.browser.submit(PEOPLE, "email", **LEE)
    link = last_link()
    with time_machine.travel(clock.now() + timedelta(days=7)):
        assert "This invitation is over" in app.test_client().page(link).text
    assert speaking(representative) == ["Rosa Lark"]


def test_invited_again_the_newest_link_holds(app, representative):
    for _time in range(2):
        representative.browser.submit(PEOPLE, "email", **LEE)
    assert len(mails()) == 1 and db.session.query(Contact).count() == 2
    app.test_client().submit(last_link(), "csrf_token")
    assert "speaks for the group already" in representative.browser.submit(PEOPLE, "email", 422, **LEE).text


def test_who_is_known_to_the_group_is_not_entered_twice(representative):
    make_contact(
        representative.contact.organization, "Lee P.", email="lee@groups.example", phone="(406) 555-0123"
    )
    representative.browser.submit(PEOPLE, "email", **LEE)
    assert db.session.query(Contact).count() == 2


def test_no_more_than_a_few(representative):
    for number in range(5):
        representative.browser.submit(PEOPLE, "email", name="N", email=f"n{number}@groups.example")
    assert representative.browser.submit(PEOPLE, "email", 422, **LEE).errors()


def test_the_last_one_stays(representative):
    assert representative.browser.page(PEOPLE).text.count("Yes, remove") == 0
    answer = representative.browser.submit(PEOPLE, "email", **LEE)
    answer.form("/remove").set("action", f"{PEOPLE}/{representative.contact.id}/remove")
    shown = representative.browser.submit(answer, "/remove")
    assert "Somebody has to speak for the group" in shown.text
    assert speaking(representative) == ["Rosa Lark"]


def test_who_is_removed_is_out_at_once_and_told(representative, lee):
    remove(representative.browser, PEOPLE, lee)
    assert speaking(representative) == ["Rosa Lark"]
    assert mails()[-1].recipient == "lee@groups.example" and "do not act" in (mails()[-1].body or "")
    assert lee.name == "Lee Park", "they stay among the group's people"


def test_who_removes_themselves_is_out(representative, lee):
    page = remove(representative.browser, PEOPLE, representative.contact)
    assert page.url == ENTER and speaking(representative) == ["Lee Park"]


def test_an_invitation_taken_back_leaves_nobody(app, representative):
    representative.browser.submit(PEOPLE, "email", **LEE)
    link = last_link()
    remove(representative.browser, PEOPLE, newest())
    assert app.test_client().get(link).status_code == 404 and mails() == []
    assert db.session.query(Contact).filter(Contact.email_index.is_not(None)).count() == 1


def test_others_of_the_groups_people_are_not_shown_and_not_touched(representative, representative_of):
    hidden = make_contact(representative.contact.organization, "Quiet Person", email="quiet@groups.example")
    other = representative_of(make_organization("Harbor Tenants Union"), "Lee Park")
    page = representative.browser.submit(PEOPLE, "email", name="New", email="new@groups.example")
    assert "Quiet" not in page.text
    for contact in (hidden, other.contact):
        page.form("/remove").set("action", f"{PEOPLE}/{contact.id}/remove")
        representative.browser.submit(page, "/remove", 404)
    assert other.contact.speaks_since is not None


def test_a_coordinator_replaces_who_left(app, coalition, representative, coordinator):
    group = representative.contact.organization
    shown = coordinator.browser.page(f"/harbor/organize/organizations/{group.id}")
    assert "Who speaks for it" in shown.text
    page = f"/harbor/organize/organizations/{group.id}/speakers"
    assert "groups.example" not in coordinator.browser.page(page).text, "addresses are masked for organizers"
    coordinator.browser.submit(page, "email", **LEE)
    app.test_client().submit(last_link(), "csrf_token")
    remove(coordinator.browser, page, representative.contact)
    assert speaking(representative) == ["Lee Park"]
    assert representative.browser.page(HOME).url == ENTER
    assert mails()[-1].recipient == "rosa.lark@groups.example"
    remove(coordinator.browser, page, newest())
    assert speaking(representative) == [], "a coordinator may remove the last one"


def test_whose_address_is_changed_does_not_speak_any_more(coalition, representative, organizer):
    """Else an organizer could come to a group's page with an address of their own."""
    group, contact = representative.contact.organization_id, representative.contact
    shown = organizer.browser.page(f"/harbor/organize/organizations/{group}")
    page = organizer.browser.submit(shown, f"/contacts/{contact.id}/open")
    organizer.browser.submit(page, "email", email="mine@organizers.example")
    assert speaking(representative) == []
    assert representative.browser.page(HOME).url == ENTER
