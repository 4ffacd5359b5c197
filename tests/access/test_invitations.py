"""The mailed invitation: opening changes nothing, joining happens once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from crm.access import joining
from crm.accounts.models import Invitation, User
from crm.accounts.queries import find_user
from crm.coalitions.models import Membership
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Role
from crm.mail.models import OutgoingMail
from tests.people import PASSWORD

NEW = "new@people.example"


@pytest.fixture
def link(coordinator, coalition):
    return invite(coordinator, coalition, NEW)


def invite(coordinator, coalition, email, role=Role.ORGANIZER):
    invitation = joining.invite(coordinator.viewer, coalition, email, "New Person", role)
    db.session.commit()
    mail = db.session.scalars(
        select(OutgoingMail).where(OutgoingMail.about == joining.about(invitation))
    ).one()
    assert mail.link in mail.body
    assert "\n" not in mail.subject
    return mail.link.removeprefix("http://localhost")


def roles_of(email):
    user = find_user(email)
    return [m.role for m in db.session.scalars(select(Membership).where(Membership.user_id == user.id))]


def test_opening_the_link_says_who_invites_to_what_and_changes_nothing(visitor, link):
    for _time in range(3):
        page = visitor.page(link)
    assert "Cora Dinator" in page.text
    assert "Harbor City Coalition" in page.text
    assert "Organizer" in page.text
    assert find_user(NEW) is None
    assert db.session.scalars(select(Invitation)).one().accepted_at is None
    assert page.response.headers["Cache-Control"] == "no-store"


def test_choosing_a_name_and_a_password_joins_and_signs_in(visitor, link):
    page = visitor.submit(link, "password", name="Nadia New", password=PASSWORD)
    assert "Welcome to Harbor City Coalition" in page.text
    assert roles_of(NEW) == [Role.ORGANIZER]
    assert "Nadia New" in visitor.page("/account/").response.text
    assert db.session.scalars(select(OutgoingMail)).all() == []  # the link that waited is of no use any more


def test_two_tabs_join_once(app, visitor, link):
    other = app.test_client()
    first, second = visitor.page(link), other.page(link)
    visitor.submit(first, "password", name="Nadia", password=PASSWORD)
    page = other.submit(second, "password", name="Somebody else", password="a password of their own")
    assert "Accepted already" in page.text
    assert len(db.session.scalars(select(User)).all()) == 2  # and the coordinator


def test_the_back_button_after_joining_says_that_it_is_done(visitor, link):
    page = visitor.page(link)
    visitor.submit(page, "password", name="Nadia", password=PASSWORD)
    again = visitor.submit(page, "password", name="Nadia", password=PASSWORD)
    assert "Accepted already" in again.text
    assert roles_of(NEW) == [Role.ORGANIZER]


def test_a_weak_password_is_refused_beside_its_field_and_the_name_is_kept(visitor, link):
    for weak in ("short", "password1234", "x" * 201):
        page = visitor.submit(link, "password", 422, name="Nadia", password=weak)
        assert page.errors()
        assert page.form("password").find(".//input[@name='name']").get("value") == "Nadia"
    assert find_user(NEW) is None


def test_with_an_account_one_signs_in_and_accepts(coordinator, coalition, outsider, visitor):
    link = invite(coordinator, coalition, outsider.user.email, Role.OBSERVER)
    page = visitor.page(link)
    assert not [form for form in page.forms() if "join" in form.get("action", "")]
    page = visitor.submit(page.links()["Sign in"], "password", email=outsider.user.email, password=PASSWORD)
    assert page.url == link
    before = visitor.submit(page, "accept")
    assert "Welcome" in before.text
    assert roles_of(outsider.user.email) == [Role.OBSERVER]
    assert "Accepted already" in visitor.submit(page, "accept").text


def test_somebody_else_who_is_signed_in_cannot_take_it(organizer, link):
    page = organizer.browser.page(link)
    assert "for another address" in page.text
    token = page.form("logout").find(".//input[@name='csrf_token']").get("value")
    organizer.browser.post(f"{link}/accept", data={"csrf_token": token})
    assert db.session.scalars(select(Invitation)).one().accepted_at is None


def test_an_expired_invitation_says_whom_to_ask_and_a_new_one_can_be_sent(
    visitor, coordinator, coalition, link
):
    invitation = db.session.scalars(select(Invitation)).one()
    page = visitor.page(link)
    invitation.expires_at = clock.now() - timedelta(seconds=1)
    assert "has expired" in visitor.page(link).text
    assert "Cora Dinator" in visitor.page(link).text
    visitor.submit(page, "password", name="Nadia", password=PASSWORD)
    assert find_user(NEW) is None
    assert visitor.page(invite(coordinator, coalition, NEW)).form("password") is not None


@pytest.mark.parametrize("token", ["x", "%00", "a" * 500, "%F0%9F%8C%8A"])
def test_a_wrong_token_is_not_known(visitor, coordinator, token):
    assert visitor.get(f"/invitation/{token}").status_code == 404
