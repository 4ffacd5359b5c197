"""Anybody offers to host a meeting; a coordinator takes it up or declines; both are told once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from crm.audit.models import AuditEntry
from crm.core import clock, jobs
from crm.core.db import db
from crm.core.permissions import Role
from crm.events.models import Event, EventKind, Visibility
from crm.hosting.models import MeetingOffer, OfferState
from crm.hosting.operations import forget_hosts, forget_offers
from crm.mail.models import OutgoingMail
from crm.meetings.queries import list_agenda
from tests.counting import count_queries

HOST, QUEUE = "/harbor/host", "/harbor/organize/events/offers"


def typed(coalition, **more):
    day = clock.today(coalition.zone) + timedelta(days=12)
    return {
        "kind": "neighborhood",
        "title": "Old Mill neighbors",
        "starts_on": day.isoformat(),
        "starts_at": "19:00",
        "place_name": "Library",
        "address": "310 Weaver Street",
        "area": "Old Mill",
        "host_name": "Ana Ruiz",
        "host_email": "ana@mail.example",
        **more,
    }


def offers() -> list[MeetingOffer]:
    return list(db.session.scalars(select(MeetingOffer).order_by(MeetingOffer.id)))


def mails(*, told: bool = False) -> list[OutgoingMail]:
    """What is owed to hosts; `told`: to coordinators."""
    found = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
    return [one for one in found if (one.about == "meeting_offers") is told]


@pytest.fixture
def offer(coalition, visitor) -> MeetingOffer:
    visitor.submit(HOST, "agenda", **typed(coalition))
    return offers()[0]


def test_what_is_offered_waits_and_is_nowhere_public(coalition, visitor, coordinator, organizer):
    page = visitor.page(HOST)
    assert "10 minutes: Who we are" in page.text
    other = visitor.submit(page, "agenda", **{**typed(coalition, title="Kept"), "ready": "workplace"})
    assert "from which shift" in other.text and "Kept" in other.response.text and offers() == []
    for _press in range(2):
        sent = visitor.submit(page, "agenda", **typed(coalition, host_phone="(406) 555-0123"))
    assert "Thank you for hosting" in sent.text
    [offer] = offers()
    assert (offer.state, offer.minutes, offer.host_phone) == (OfferState.WAITING, 90, "+14065550123")
    assert db.session.scalars(select(Event)).all() == [] and mails() == []
    today = coordinator.browser.page("/harbor/organize/")
    assert "1 offered meeting waits" in today.text
    assert "offered meeting" not in organizer.browser.page("/harbor/organize/").text
    assert organizer.browser.get(QUEUE).status_code == 403
    assert "Old Mill neighbors" in coordinator.browser.page(QUEUE).text


def test_coordinators_are_mailed_once_for_a_burst_and_neither_place_nor_person_is_named(
    coalition, coordinator, organizer, visitor
):
    def offer_at(minutes: int) -> int:
        """How many mails there are once an offer was made so many minutes after the first."""
        with time_machine.travel(began + timedelta(minutes=minutes), tick=False):
            visitor.submit(HOST, "agenda", **typed(coalition, title=f"Neighbors {minutes}"))
            jobs.run_all()
        return len(mails(told=True))

    began = clock.now()
    assert [offer_at(minutes) for minutes in (0, 5, 20)] == [1, 1, 1]
    with time_machine.travel(began + timedelta(minutes=61), tick=False):
        jobs.run_all()
    assert len(mails(told=True)) == 2, "of what came after the first mail"
    with time_machine.travel(began + timedelta(minutes=122), tick=False):
        jobs.run_all()
    assert len(mails(told=True)) == 2, "nothing new"
    assert offer_at(150) == 3
    for mail in mails(told=True):
        assert mail.recipient == coordinator.user.email and f"http://localhost{QUEUE}" in mail.body
        for word in ("Neighbors", "Ana", "Weaver", "Library", "Old Mill", "neighborhood"):
            assert word not in mail.subject + mail.body


def test_taken_up_it_is_an_event_and_the_host_is_told(offer, coordinator, visitor):
    page = coordinator.browser.page(f"{QUEUE}/{offer.id}")
    assert "310 Weaver Street" in page.text and "Ana" not in page.text
    for _press in range(2):
        made = coordinator.browser.submit(page, "visibility", title="Old Mill meets")
    assert made.url == "/harbor/organize/events/old-mill-meets"
    event = db.session.scalars(select(Event)).one()
    assert (event.visibility, event.kind) == (Visibility.PUBLIC, EventKind.NEIGHBORHOOD)
    assert event.published_at is not None and event.description == ""
    agenda = list_agenda(event.id, event.first_on)
    assert [one.minutes for one in agenda] == [10, 15, 25, 20, 10]
    [mail] = mails()
    assert mail.recipient == "ana@mail.example" and "/harbor/events/old-mill-meets" in mail.body
    assert "Library" in visitor.page("/harbor/events/old-mill-meets").text
    assert (offers()[0].address, offers()[0].host_name) == (None, "Ana Ruiz")


@pytest.mark.parametrize(
    ("more", "visibility"),
    [
        ({"kind": "workplace", "title": "Night shift"}, Visibility.CLOSED),
        ({"is_home": "y"}, Visibility.AREA),
        ({"kind": "campus"}, Visibility.PUBLIC),
    ],
)
def test_who_may_know_of_it_begins_by_its_kind_and_place(coalition, visitor, coordinator, more, visibility):
    visitor.submit(HOST, "agenda", **typed(coalition, **more))
    coordinator.browser.submit(f"{QUEUE}/{offers()[0].id}", "visibility")
    event = db.session.scalars(select(Event)).one()
    assert event.visibility is visibility
    public = visitor.get(f"/harbor/events/{event.slug}")
    assert (public.status_code == 404) is (visibility is Visibility.CLOSED)
    assert ("Weaver" in public.text) is (visibility is Visibility.PUBLIC)
    told = mails()[0].body
    assert (event.title in told) is (visibility is not Visibility.CLOSED) and "Weaver" not in told


def test_a_meeting_made_closed_is_told_by_its_offer_to_nobody_who_may_not_know_it(
    coalition, visitor, coordinator, person_in
):
    colleague = person_in(coalition, Role.COORDINATOR, "Noor").browser
    visitor.submit(HOST, "agenda", **typed(coalition, kind="workplace", title="Night shift"))
    address = f"{QUEUE}/{offers()[0].id}"
    theirs = colleague.page(address)
    coordinator.browser.submit(address, "visibility")
    assert "Night shift" in coordinator.browser.page(QUEUE).text
    assert "See the event" in coordinator.browser.page(address).text
    assert "Night shift" not in colleague.page(QUEUE).text and colleague.get(address).status_code == 404
    for marker, more in (("visibility", {}), ("reason", {"reason": "No."})):
        told = colleague.submit(theirs, marker, **more)
        assert told.url == QUEUE and "Somebody decided on this offer before you." in told.text
        assert "Night shift" not in told.text
    assert offers()[0].state is OfferState.ACCEPTED


def test_a_home_is_never_told_to_everybody(coalition, visitor, coordinator):
    visitor.submit(HOST, "agenda", **typed(coalition, is_home="y"))
    page = coordinator.browser.page(f"{QUEUE}/{offers()[0].id}")
    assert 'value="public"' not in page.response.text
    coordinator.browser.submit(page, "visibility", 422, visibility="public")
    assert db.session.scalars(select(Event)).all() == [] and mails() == []


def test_declined_with_a_reason_that_is_mailed_once(offer, coordinator, coalition):
    page = coordinator.browser.page(f"{QUEUE}/{offer.id}")
    coordinator.browser.submit(page, "reason", 422, reason="")
    for _press in range(2):
        coordinator.browser.submit(page, "reason", reason="The library is closed that day.")
    [mail] = mails()
    assert "The library is closed that day." in mail.body and "/harbor/host" in mail.body
    taken = coordinator.browser.submit(page, "visibility", 409)
    assert "before you" in taken.text
    assert "The library is closed" in coordinator.browser.page(f"{QUEUE}/{offer.id}").text


def test_how_the_host_is_reached_is_shown_on_a_press_and_noted(offer, coordinator):
    shown = coordinator.browser.submit(f"{QUEUE}/{offer.id}", f"/offers/{offer.id}")
    assert "Ana Ruiz" in shown.text and "ana@mail.example" in shown.text
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "meeting_offer.reveal")).one()
    assert entry.record_id == offer.id


def test_a_group_offers_from_its_own_page_with_its_name(coalition, representative, coordinator):
    page = representative.browser.page("/harbor/group/host")
    assert 'value="Rosa Lark"' in page.response.text and "Dockworkers Local 19" in page.text
    data = typed(coalition, host_name="Rosa Lark", host_email="rosa@dockers.example")
    representative.browser.submit(page, "agenda", **data)
    coordinator.browser.submit(f"{QUEUE}/{offers()[0].id}", "visibility")
    event = db.session.scalars(select(Event)).one()
    assert event.organization_id == offers()[0].organization_id == representative.viewer.organization_id


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"kind": None}, "Choose who meets."),
        ({"kind": "demonstration"}, "offered here"),
        ({"title": ""}, "Give it a name."),
        ({"starts_on": ""}, "Give the day."),
        ({"starts_on": "2020-01-01"}, "This time is over."),
        ({"starts_on": "2099-01-01"}, "too far ahead"),
        ({"starts_at": "soon"}, "time"),
        ({"area": ""}, "Give the neighborhood"),
        ({"host_name": ""}, "Give your name."),
        ({"host_email": ""}, "Give a mail address or a phone number"),
        ({"host_phone": "12"}, "Check this number"),
        ({"agenda": "Call 123-45-6789"}, "identity number"),
        ({"subject": "buy"}, "Leave this field empty"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(coalition, visitor, more, said):
    page = visitor.submit(HOST, "agenda", 422, **typed(coalition, **more))
    assert any(said in error for error in page.errors()), page.errors()
    assert offers() == []


def test_offers_and_hosts_are_forgotten(coalition, visitor, coordinator, offer):
    for title in ("Declined", "Waits on"):
        visitor.submit(HOST, "agenda", **typed(coalition, title=title))
    taken, declined, _waits = offers()
    coordinator.browser.submit(f"{QUEUE}/{taken.id}", "visibility")
    coordinator.browser.submit(f"{QUEUE}/{declined.id}", "reason", reason="No.")
    for days, left, host in ((25, 3, True), (28, 3, False), (31, 2, False), (44, 1, False)):
        with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
            forget_offers(clock.now())
            forget_hosts(clock.now())
            db.session.flush()
        db.session.expire_all()
        assert (len(offers()), bool(offers()[0].host_name)) == (left, host), days


def test_as_many_questions_with_three_offers_as_with_thirty(coalition, coordinator, offer):
    def add(count: int) -> None:
        for number in range(count):
            db.session.add(
                MeetingOffer(
                    form_key=f"key {count} {number}",
                    kind=EventKind.CAMPUS,
                    title="Teach-in",
                    starts_local=datetime(2030, 5, 1, 12),
                    minutes=60,
                    area="North",
                    language="en",
                    created_at=clock.now(),
                )
            )

    few = count_queries(lambda: coordinator.browser.get(QUEUE))
    add(30)
    assert count_queries(lambda: coordinator.browser.get(QUEUE)) == few
