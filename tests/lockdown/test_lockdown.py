"""The lockdown: everybody out at once, nothing taken out, the public served, and back part by part."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import current_app

from crm.access.joining import invite
from crm.accounts.models import Invitation, UserSession
from crm.audit.models import AuditEntry
from crm.calendars.models import PrivateFeed
from crm.coalitions.models import Membership
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Role
from crm.exchange.models import Export, ExportState
from crm.exchange.operations.exports import order_export
from crm.lockdown.parts import STOPS, TITLES, Part
from crm.mail.models import OutgoingMail
from crm.representatives.models import GroupSession
from tests.people import PASSWORD

HERE = "/harbor/organize/settings/lockdown"
TODAY = "/harbor/organize/"


@pytest.fixture
def feed(coalition, organizer):
    member = db.session.scalars(sa.select(Membership).where(Membership.user_id == organizer.user.id)).one()
    made = PrivateFeed(membership_id=member.id, uid="x", token_hash=b"t" * 32, created_at=clock.now())
    db.session.add(made)
    db.session.commit()
    return made


def press(person, marker, **fields):
    """A button of the page, then the password once more."""
    page = person.browser.submit(HERE, marker, **fields)
    return person.browser.submit(page, "present", present=PASSWORD)


def test_one_button_ends_stops_and_tells_and_each_part_comes_back_by_itself(
    app, coalition, coordinator, organizer, outsider, person_in, representative, feed, visitor
):
    second = person_in(coalition, Role.COORDINATOR, "Second Coordinator")
    invite(coordinator.viewer, coalition, "new@people.example", "New", Role.OBSERVER)
    order_export(coordinator.viewer)
    db.session.execute(sa.delete(OutgoingMail))
    db.session.commit()
    # Nothing happens before the password was said once more.
    asked = coordinator.browser.submit(HERE, "start")
    assert "signed out at once" in asked.text
    coordinator.browser.submit(asked, "present", status=422, present="wrong words")
    assert organizer.browser.get(TODAY).status_code == 200
    page = press(coordinator, "start")
    assert "Locked down." in page.text

    assert organizer.browser.get(TODAY).status_code == 302
    assert representative.browser.get("/harbor/group/").status_code == 403
    assert outsider.browser.get("/prairie/organize/").status_code == 200
    assert visitor.get("/harbor/").status_code == 200
    assert visitor.get("/harbor/calendar.ics").status_code == 200
    left = db.session.scalars(sa.select(UserSession.user_id)).all()
    assert set(left) == {coordinator.user.id, outsider.user.id}
    db.session.expire_all()
    assert (feed.token_hash, db.session.scalar(sa.select(sa.func.count(GroupSession.id)))) == (None, 0)
    assert db.session.scalars(sa.select(Invitation)).one().withdrawn_at is not None
    assert db.session.scalars(sa.select(Export)).one().state is ExportState.GONE
    (mail,) = db.session.scalars(sa.select(OutgoingMail))
    assert (mail.recipient, "ock" in mail.subject.replace("look", "")) == (second.user.email, False)

    # Who signs in again gets no further than the notice; a coordinator does, and takes nothing out.
    organizer.browser.sign_in(organizer.user)
    second.browser.sign_in(second.user)
    held = organizer.browser.get(TODAY)
    assert (held.status_code, "stopped this for now" in held.text) == (403, True)
    assert "Lockdown:" in second.browser.page(TODAY).text
    assert second.browser.get("/harbor/organize/export/").status_code == 403
    for path in (f"{TODAY}settings/members", f"{TODAY}calendar-feeds/", f"{TODAY}organizations/groups.csv"):
        assert second.browser.post(path).status_code == 403, path

    assert "Switched on again" in press(second, "lift", part="members").text
    assert organizer.browser.get(TODAY).status_code == 200
    assert second.browser.get("/harbor/organize/export/").status_code == 403
    assert representative.browser.get("/harbor/group/").status_code == 403
    for part in Part:
        second.browser.post(f"{HERE}/lift", data={"part": part.value})
    assert second.browser.get("/harbor/organize/export/").status_code == 403
    for part in (Part.EXPORTS, Part.GROUPS, Part.INVITATIONS, Part.FEEDS):
        press(second, "lift", part=part.value)
    assert second.browser.get("/harbor/organize/export/").status_code == 200
    assert "Lockdown:" not in second.browser.page(TODAY).text
    acts = sa.select(AuditEntry.action).where(AuditEntry.action.like("lockdown.%"))
    assert sorted(db.session.scalars(acts)) == ["lockdown.lift"] * 5 + ["lockdown.start"]
    assert feed.token_hash is None


def test_it_is_for_coordinators_and_what_it_stops_is_there(coalition, organizer, observer, outsider, visitor):
    for person, status in ((organizer, 403), (observer, 403), (outsider, 404)):
        assert person.browser.get(HERE).status_code == status
    views = current_app.view_functions
    methods = {rule.endpoint: rule.methods for rule in current_app.url_map.iter_rules()}
    assert all(endpoint in views and method in methods[endpoint] for method, endpoint in STOPS)
    assert set(TITLES) == set(Part)
