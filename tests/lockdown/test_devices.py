"""One member's devices, feed and links, ended by a coordinator: for a lost phone."""

from __future__ import annotations

import sqlalchemy as sa

from crm.access.operations import make_password_link
from crm.accounts.models import PasswordReset, UserSession
from crm.accounts.operations import open_session
from crm.audit.models import AuditEntry
from crm.calendars.models import PrivateFeed
from crm.calendars.operations import FeedChoices, give_address
from crm.calendars.queries import Owner
from crm.coalitions.models import Membership
from crm.core.db import db
from crm.core.permissions import Role
from crm.mail.models import OutgoingMail
from tests.counting import count_queries
from tests.people import PASSWORD


def membership(person):
    query = sa.select(Membership).where(Membership.user_id == person.user.id)
    return db.session.scalars(query).one()


def press(coordinator, page, what):
    """A button of the page, then the password once more; the page after it."""
    page = coordinator.browser.submit(page, "what", what=what)
    return (
        coordinator.browser.submit(page, "present", present=PASSWORD)
        if "present" in page.response.text
        else page
    )


def test_a_lost_phone_is_signed_out_and_the_rest_stays_until_it_is_ended(
    coalition, coordinator, organizer, observer, outsider, person_in, visitor
):
    second = person_in(coalition, Role.COORDINATOR, "Second Coordinator")
    open_session(organizer.user, own_device=False, label="Omar's phone")
    token = give_address(organizer.viewer, Owner(membership_id=membership(organizer).id), FeedChoices())
    link = make_password_link(organizer.user)
    db.session.commit()
    here = f"/harbor/organize/settings/members/{membership(organizer).id}/devices"
    page = coordinator.browser.page(here)
    for told in ("Omar's phone", "A device of their own", "private calendar feed", "link to a new password"):
        assert told in page.text
    assert token not in page.response.text and link.rsplit("/", 1)[1] not in page.response.text

    phone = db.session.scalars(sa.select(UserSession.id).where(~UserSession.own_device)).one()
    assert "Ended." in press(coordinator, page, phone).text
    assert organizer.browser.get("/harbor/organize/").status_code == 200
    assert visitor.get(f"/feeds/{token}.ics").status_code == 200
    mails = db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id)).all()
    assert {mail.recipient for mail in mails} == {organizer.user.email, second.user.email}
    assert "1 device is signed out" in mails[0].body and "calendar" not in mails[0].body
    assert "That has ended already" in press(coordinator, page, phone).text

    press(coordinator, here, "all")
    assert "signed in nowhere" in coordinator.browser.page(here).text
    assert organizer.browser.get("/harbor/organize/").status_code == 302
    assert visitor.get(f"/feeds/{token}.ics").status_code == 404
    assert db.session.scalars(sa.select(PasswordReset)).all() == []
    db.session.expire_all()
    assert db.session.scalars(sa.select(PrivateFeed)).one().is_open is False
    done = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "member.devices")).all()
    assert [one.detail for one in done] == [
        {"sessions": 1, "feeds": 0, "links": 0},
        {"sessions": 1, "feeds": 1, "links": 1},
    ]
    # Nobody else's session ends by a number that was made up, and it is a coordinator's alone.
    of_another = db.session.scalars(
        sa.select(UserSession.id).where(UserSession.user_id == observer.user.id)
    ).one()
    press(coordinator, page, of_another)
    assert observer.browser.get("/harbor/organize/").status_code == 200
    own = f"/harbor/organize/settings/members/{membership(coordinator).id}/devices"
    assert coordinator.browser.get(own).location.startswith("/account/")
    for person, status in ((observer, 403), (outsider, 404)):
        assert person.browser.get(here).status_code == status


def test_the_page_asks_as_often_whatever_the_devices_are(coordinator, organizer):
    here = f"/harbor/organize/settings/members/{membership(organizer).id}/devices"
    few = count_queries(lambda: coordinator.browser.page(here))
    for _device in range(20):
        open_session(organizer.user, own_device=True)
    assert count_queries(lambda: coordinator.browser.page(here)) == few
