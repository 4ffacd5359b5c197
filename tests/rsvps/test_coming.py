"""Saying that one comes: without an account, once, with as little told as one likes."""

from __future__ import annotations

import re
from datetime import timedelta

import icalendar
import pytest
import time_machine
from sqlalchemy import select

from crm.core import clock, jobs, tenancy
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.events.models import Visibility
from crm.events.operations import cancel_event, change_date
from crm.events.operations.dates import Change
from crm.mail.models import OutgoingMail
from crm.outreach.models import FollowUp
from crm.rsvps.models import Rsvp, RsvpState
from crm.rsvps.operations import forget_contacts
from tests.makers import make_organization
from tests.rsvps.conftest import at_noon, form_of, schedule


def rsvps() -> list[Rsvp]:
    return list(db.session.scalars(select(Rsvp).order_by(Rsvp.id)))


def mails() -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def link(mail: OutgoingMail) -> str:
    return re.sub(r"^https?://[^/]+", "", mail.link or "")


def test_without_an_account_a_name_or_an_address(meeting, visitor):
    page = visitor.page(f"/harbor/events/{meeting.slug}")
    assert "Are you coming?" in page.text
    assert "Set-Cookie" not in page.response.headers
    page = visitor.submit(page, "people", people="3")
    done = visitor.submit(page, "wants_next")
    assert "You are coming" in done.text and "310 Weaver Street" in done.text
    [rsvp] = rsvps()
    assert (rsvp.people, rsvp.name, rsvp.email, rsvp.state) == (3, None, None, RsvpState.COMING)
    assert not rsvp.wants_next and mails() == []
    # It survives being loaded again, and the same press is the same answer.
    again = visitor.submit(page, "wants_next")
    assert again.url == done.url and visitor.page(done.url).text == again.text
    assert len(rsvps()) == 1


def test_at_somebodys_home_the_address_is_told_to_who_comes_alone(at_home, visitor):
    day = at_home.starts_local.date().isoformat()
    page = f"/harbor/events/{at_home.slug}"
    public_ics = f"{page}/{day}.ics"
    for address in (page, form_of(at_home), public_ics):
        assert "Alder" not in visitor.get(address).text
    done = visitor.submit(form_of(at_home), "wants_next")
    assert "12 Alder Court, East Hill" in done.text
    answer = visitor.get(done.links()["Add to my calendar"])
    assert answer.headers["Cache-Control"] == "private, no-store"
    [entry] = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
    assert "12 Alder Court" in entry["LOCATION"]
    [public] = icalendar.Calendar.from_ical(visitor.get(public_ics).data).walk("VEVENT")
    assert entry["UID"] == public["UID"]


def test_with_an_address_the_mailed_link_tells_the_place_once_it_is_confirmed(at_home, visitor):
    sent = visitor.submit(form_of(at_home), "wants_next", email="ana@mail.example", name="Ana")
    assert "Look into your mail" in sent.text and "Alder" not in sent.text
    [mail] = mails()
    assert mail.recipient == "ana@mail.example"
    assert "Alder" not in mail.body and "Kitchen" not in mail.body
    before = visitor.page(link(mail))
    assert "Alder" not in before.text and rsvps()[0].confirmed_at is None
    ics = link(mail) + "/date.ics"
    assert "Alder" not in visitor.get(ics).text
    after = visitor.submit(before, "/confirm")
    assert "12 Alder Court" in after.text and "Alder" in visitor.get(ics).text
    assert "12 Alder Court" in visitor.submit(before, "/confirm").text


def test_a_public_date_is_told_whole_in_the_mail(meeting, visitor):
    visitor.submit(form_of(meeting), "wants_next", email="ana@mail.example")
    [mail] = mails()
    assert "Old Mill meeting" in mail.body and "310 Weaver Street" in mail.body
    assert "Old Mill" not in mail.subject


def test_nobody_learns_whether_an_address_is_known(meeting, visitor, app):
    first = visitor.submit(form_of(meeting), "wants_next", email="ana@mail.example", people="2")
    other = app.test_client()
    second = other.submit(form_of(meeting), "wants_next", email="ANA@mail.example", people="9")
    assert (first.text, first.url) == (second.text, second.url)
    assert [rsvp.people for rsvp in rsvps()] == [2]
    assert mails()[-1].link and len({mail.link for mail in mails()}) == 1


def test_what_is_corrected_takes_the_place_of_what_was_sent(meeting, visitor):
    page = visitor.page(form_of(meeting))
    visitor.submit(page, "wants_next", people="2", email="anna@mial.example")
    visitor.submit(page, "wants_next", people="2", email="anna@mail.example")
    assert [rsvp.state for rsvp in rsvps()] == [RsvpState.CANCELLED, RsvpState.COMING]
    assert (rsvps()[0].email, rsvps()[0].email_index) == (None, None)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"people": "0"}, "Give a number from 1 to 20."),
        ({"people": "21"}, "Give a number from 1 to 20."),
        ({"people": "many"}, "Give a whole number"),
        ({"people": ""}, "Give a number from 1 to 20."),
        ({"email": "nobody"}, "Check this address"),
        ({"wants_next": "y"}, "Give the mail address to which we write about the next one."),
        ({"may_join": "y"}, "Give the name of the group that may join."),
        ({"group": "Tenants"}, "Tick this if the group may join"),
        ({"subject": "buy"}, "Leave this field empty"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(meeting, visitor, typed, said):
    page = visitor.submit(form_of(meeting), "wants_next", 422, **{"name": "Ana", **typed})
    assert any(said in error for error in page.errors()), page.errors()
    assert rsvps() == []


def test_a_group_that_may_join_is_a_task_of_who_made_the_event(meeting, visitor, organizer, coalition):
    listed = make_organization("Harbor Tenants Union", place="Harbor")
    db.session.commit()
    for group in ("HARBOR TENANTS UNION", "Friends of the Pier"):
        visitor.submit(form_of(meeting), "wants_next", may_join="y", group=group)
    first, second = db.session.scalars(select(FollowUp).order_by(FollowUp.id)).all()
    assert (first.organization_id, second.organization_id) == (listed.id, None)
    assert first.owner_id == organizer.user.id
    assert "“Friends of the Pier” may join" in second.title and "Old Mill meeting" in second.title


def test_more_fewer_and_not_at_all(meeting, visitor):
    page = visitor.submit(form_of(meeting), "wants_next", people="2", name="Ana")
    page = visitor.submit(page, "/people", people="5")
    assert rsvps()[0].people == 5
    visitor.submit(page, "/people", 422, people="99")
    gone = visitor.submit(page, "/cancel")
    assert "You are not coming" in gone.text
    assert (rsvps()[0].state, rsvps()[0].name) == (RsvpState.CANCELLED, None)
    assert "You are not coming" in visitor.submit(page, "/cancel").text
    visitor.submit(page, "/people", 422, people="3")


def test_dates_that_are_cancelled_over_or_not_public_take_nobody(coalition, organizer, visitor, meeting):
    form = visitor.page(form_of(meeting))
    db.session.refresh(meeting)
    cancel_event(organizer.viewer, meeting, "Storm")
    refused = visitor.submit(form, "wants_next", 409)
    assert "This date is cancelled." in refused.text and "Storm" in refused.text
    assert "Are you coming?" not in visitor.page(f"/harbor/events/{meeting.slug}").text
    past = schedule(coalition, organizer.viewer, "Long ago", -3)
    assert "This date is over." in visitor.page(form_of(past)).text
    for visibility in (Visibility.GROUPS, Visibility.CLOSED):
        hidden = schedule(coalition, organizer.viewer, f"Only {visibility}", visibility=visibility)
        assert visitor.get(form_of(hidden)).status_code == 404
    assert visitor.get(form_of(meeting, days=1)).status_code == 404
    assert rsvps() == []


def test_a_date_that_stops_being_public_tells_nothing_more(at_home, visitor):
    done = visitor.submit(form_of(at_home), "wants_next")
    db.session.get(type(at_home), at_home.id).visibility = Visibility.CLOSED
    page = visitor.page(done.url)
    assert "not public any more" in page.text
    assert "Alder" not in page.text and "Kitchen" not in page.text
    assert visitor.get(f"{done.url}/date.ics").status_code == 404


def test_a_program_is_told_to_wait_and_nothing_is_lost(meeting, visitor, app):
    app.config["LIMITS"] = True
    try:
        page = visitor.submit(form_of(meeting), "wants_next", 422, name="Ana")
        assert "That was very quick." in page.text and 'value="Ana"' in page.response.text
        with time_machine.travel(clock.now() + timedelta(minutes=1), tick=True):
            for number in range(7):
                visitor.submit(page, "wants_next", 429 if number > 5 else 200, email="ana@mail.example")
    finally:
        app.config["LIMITS"] = False
    assert len(rsvps()) == 1


def test_names_and_addresses_go_a_week_after_wherever_the_date_was_moved(
    coalition, organizer, series, visitor
):
    first, second = form_of(series), form_of(series, 7)
    for address in (first, second):
        visitor.submit(address, "wants_next", name="Ana", email="ana@mail.example")
    later = Change(at_noon(coalition, 60))
    change_date(organizer.viewer, db.session.get(type(series), series.id), series.starts_local.date(), later)
    db.session.commit()
    for days, kept in ((23, [True, True]), (26, [True, False]), (68, [False, False])):
        with time_machine.travel(clock.now() + timedelta(days=days), tick=False), tenancy.across_coalitions():
            forget_contacts(clock.now())
            db.session.commit()
        db.session.expire_all()
        assert [bool(rsvp.name and rsvp.email and rsvp.email_index) for rsvp in rsvps()] == kept, days
    assert [rsvp.people for rsvp in rsvps()] == [1, 1]


def test_a_link_that_is_none_of_ours(coalition, visitor):
    page = visitor.page("/harbor/rsvp/nothing", 404)
    assert "not one of ours" in page.text
    assert jobs.run_all() == 0 and Viewer().role is None
