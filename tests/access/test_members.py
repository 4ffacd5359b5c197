"""Who belongs to the coalition, and who may change that."""

from __future__ import annotations

import pyotp
import pytest
from sqlalchemy import func, select

from crm.access import joining
from crm.accounts.models import Invitation, UserSession
from crm.accounts.operations.codes import keep_app
from crm.accounts.operations.factors import note_factors
from crm.accounts.queries import find_code_app, list_open_invitations
from crm.audit.models import AuditEntry
from crm.coalitions.models import Membership
from crm.core import tenancy
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Role
from crm.mail.models import OutgoingMail
from tests.counting import count_queries
from tests.people import PASSWORD

MEMBERS = "/harbor/organize/settings/members"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def membership(person):
    return db.session.scalars(select(Membership).where(Membership.user_id == person.user.id)).one_or_none()


def actions():
    return [entry.action for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


def invite(coordinator):
    typed = {"email": "new@people.example", "name": "New", "role": "organizer"}
    return coordinator.browser.submit(MEMBERS, "email", **typed)


def change(browser, member_id, role):
    page = browser.submit(browser.page(MEMBERS), f"members/{member_id}/role", role=role)
    assert not page.errors(), "asked for the first time"
    assert browser.submit(page, "present", 422, present="not the password").errors()
    return browser.submit(page, "present", present=PASSWORD)


def test_only_coordinators_see_the_people(coordinator, organizer, observer, outsider, visitor):
    assert "omar.ganizer@people.example" in coordinator.browser.page(MEMBERS).text
    for person, status in ((organizer, 403), (observer, 403), (outsider, 404)):
        assert person.browser.get(MEMBERS).status_code == status
    assert visitor.get(MEMBERS).status_code == 302


def test_a_coordinator_changes_a_role_and_the_others_are_told(
    coordinator, organizer, observer, person_in, coalition
):
    third = person_in(coalition, Role.COORDINATOR, "Third Coordinator")
    change(coordinator.browser, membership(organizer).id, "observer")
    assert membership(organizer).role is Role.OBSERVER
    assert "member.role" in actions()
    told = {mail.recipient for mail in db.session.scalars(select(OutgoingMail))}
    assert told == {third.user.email, organizer.user.email}


def test_nobody_changes_or_removes_themselves(coordinator):
    page = coordinator.browser.page(MEMBERS)
    assert not [form for form in page.forms() if "/role" in form.get("action", "")]
    own = membership(coordinator)
    token = page.form("email").find(".//input[@name='csrf_token']").get("value")
    typed = {"csrf_token": token, "form_key": "k" * 20, "present": PASSWORD}
    for path, data in ((f"{own.id}/role", {"role": "observer"}), (f"{own.id}/remove", {})):
        answer = coordinator.browser.post(f"{MEMBERS}/{path}", data={**typed, **data})
        assert answer.status_code == 303
    assert membership(coordinator).role is Role.COORDINATOR


def test_of_two_coordinators_who_remove_each_other_one_stays(coordinator, person_in, coalition):
    second = person_in(coalition, Role.COORDINATOR, "Second Coordinator")
    joining.remove_member(coordinator.viewer, membership(second))
    with pytest.raises(Refused):
        joining.remove_member(second.viewer, membership(coordinator))


def test_removing_signs_out_everywhere_and_takes_their_invitations_back(coordinator, person_in, coalition):
    leaver = person_in(coalition, Role.COORDINATOR, "Leaving Coordinator")
    page = leaver.browser.submit(
        MEMBERS, "email", email="friend@people.example", name="Friend", role="coordinator"
    )
    assert list_open_invitations() == [], "who decides on everything is invited with the password once more"
    leaver.browser.submit(page, "present", present=PASSWORD)
    assert len(list_open_invitations()) == 1
    told = list(db.session.scalars(select(OutgoingMail.recipient).order_by(OutgoingMail.id)))
    assert told == ["friend@people.example", coordinator.user.email]
    member_id = membership(leaver).id
    page = coordinator.browser.submit(MEMBERS, f"members/{member_id}/remove")
    assert "signed out everywhere" in page.text and membership(leaver)
    coordinator.browser.submit(page, "present", present=PASSWORD)
    assert membership(leaver) is None
    assert leaver.browser.get(MEMBERS).status_code == 302
    assert list_open_invitations() == []
    assert (
        db.session.scalar(
            select(func.count()).select_from(UserSession).where(UserSession.user_id == leaver.user.id)
        )
        == 0
    )
    assert "Removed" in coordinator.browser.submit(page, "present", present=PASSWORD).text


def test_who_lost_their_device_gets_a_link_that_takes_it_away(
    app, coordinator, organizer, person_in, coalition, visitor
):
    third = person_in(coalition, Role.COORDINATOR, "Third Coordinator")
    keep_app(organizer.user, SECRET, pyotp.TOTP(SECRET).now())
    note_factors(organizer.user)
    path = f"members/{membership(organizer).id}/recover"
    page = coordinator.browser.submit(MEMBERS, path)
    assert "Mail is not set up" in coordinator.browser.submit(page, "present", present=PASSWORD).text
    app.config["MAIL_URL"] = "smtp://localhost:1"
    try:
        coordinator.browser.submit(page, "present", present=PASSWORD)
    finally:
        app.config["MAIL_URL"] = None
    mails = {mail.recipient: mail for mail in db.session.scalars(select(OutgoingMail))}
    assert set(mails) == {organizer.user.email, third.user.email}
    link = mails[organizer.user.email].link.removeprefix("http://localhost")
    assert link not in mails[third.user.email].body and link not in page.response.text
    page = visitor.page(link)
    assert "taken away" in page.text and organizer.user.factor_since
    refused = visitor.submit(page, "password", 422, password="omar.ganizer-2026")
    assert "guessed first" in refused.errors()[0]
    visitor.submit(page, "password", password="kettle orbit lantern moss")
    assert organizer.user.factor_since is None and find_code_app(organizer.user.id) is None
    assert organizer.browser.get("/account/").status_code == 302
    assert actions() == ["factor.link", "password.reset", "factor.drop"]


def test_a_member_of_another_coalition_is_not_known_of(coordinator, outsider, other_coalition):
    page = coordinator.browser.page(MEMBERS)
    token = page.form("email").find(".//input[@name='csrf_token']").get("value")
    foreign = membership_elsewhere(outsider, other_coalition)
    for path in ("role", "recover"):
        answer = coordinator.browser.post(
            f"{MEMBERS}/{foreign}/{path}", data={"csrf_token": token, "role": "observer"}
        )
        assert answer.status_code == 404


def membership_elsewhere(person, coalition):
    with tenancy.in_coalition(coalition.id):
        return membership(person).id


def test_inviting_the_same_address_twice_is_one_invitation_and_one_mail(coordinator):
    page = coordinator.browser.page(MEMBERS)
    for _press in range(2):
        coordinator.browser.submit(page, "email", email="New@people.example", name="New", role="organizer")
    assert len(list_open_invitations()) == 1
    assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == 1
    refused = coordinator.browser.submit(
        page, "email", 422, email="new@people.example", name="N", role="observer"
    )
    assert "in another role" in refused.errors()[0]


def test_a_member_is_not_invited_again(coordinator, organizer):
    page = coordinator.browser.submit(
        MEMBERS, "email", 422, email=organizer.user.email, name="Omar", role="organizer"
    )
    assert "in the coalition already" in page.errors()[0]
    assert page.form("email").find(".//input[@name='email']").get("value") == organizer.user.email


def test_without_a_mail_server_the_link_can_be_copied_and_with_one_it_is_not_shown(app, coordinator):
    page = coordinator.browser.submit(
        MEMBERS, "email", email="new@people.example", name="New", role="organizer"
    )
    assert "Mail is not set up" in page.text
    link = next(e.get("value") for e in page.tree.iter("input") if "/invitation/" in (e.get("value") or ""))
    assert link.startswith("http://localhost/invitation/")
    app.config["MAIL_URL"] = "smtp://localhost:1"
    try:
        page = coordinator.browser.page(MEMBERS)
    finally:
        app.config["MAIL_URL"] = None
    assert "Mail is not set up" not in page.text
    assert link not in page.response.text


def test_a_new_link_ends_the_former_one(coordinator, visitor):
    page = coordinator.browser.submit(
        MEMBERS, "email", email="new@people.example", name="New", role="organizer"
    )
    former = link_on(page)
    page = coordinator.browser.submit(page, "resend")
    assert link_on(page) != former
    assert visitor.get(former).status_code == 404
    assert visitor.get(link_on(page)).status_code == 200


def test_a_withdrawn_invitation_says_whom_to_ask(coordinator, visitor):
    page = coordinator.browser.submit(
        MEMBERS, "email", email="new@people.example", name="New", role="organizer"
    )
    link = link_on(page)
    coordinator.browser.submit(page, "withdraw")
    assert "Cora Dinator" in visitor.page(link).text
    assert "taken back" in visitor.page(link).text


def link_on(page):
    links = [e.get("value") for e in page.tree.iter("input") if "/invitation/" in (e.get("value") or "")]
    return links[0].removeprefix("http://localhost")


def test_the_list_asks_the_database_as_often_for_ten_people_as_for_two_hundred(coordinator, coalition):
    def add(count, start):
        for number in range(start, start + count):
            invitation = Invitation(
                email=f"p{number}@people.example",
                email_index=number.to_bytes(32, "big"),
                name=f"P {number}",
                role=Role.OBSERVER,
                token_hash=number.to_bytes(32, "little"),
                created_at=coalition.created_at,
                expires_at=coalition.created_at,
            )
            db.session.add(invitation)

    add(10, 1)
    few = count_queries(lambda: coordinator.browser.page(MEMBERS))
    add(190, 100)
    assert count_queries(lambda: coordinator.browser.page(MEMBERS)) == few
