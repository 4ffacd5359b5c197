"""Places: the last one goes to one, who waits moves up, hosts alone see who comes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from crm.audit.models import AuditEntry
from crm.core import tenancy
from crm.core.db import db
from crm.events.models import Event
from crm.rsvps.models import Rsvp, RsvpState
from crm.rsvps.operations import Coming, cancel_rsvp, say_coming, set_places
from crm.rsvps.queries import find_open_date, room_on
from tests.counting import count_queries
from tests.rsvps.conftest import form_of
from tests.rsvps.test_coming import mails, rsvps


def day_of(event: Event):
    return event.starts_local.date()


def page_of(event: Event) -> str:
    return f"/harbor/organize/events/{event.slug}/{day_of(event).isoformat()}/"


def say(coalition, event, key: str, people: int = 1, **more) -> Rsvp:
    one = find_open_date(event, day_of(event))
    return say_coming(coalition, event, one, key, Coming(people, **more))


def states() -> list[RsvpState]:
    return [rsvp.state for rsvp in rsvps()]


def test_who_waits_moves_up_and_is_mailed(coalition, organizer, meeting):
    set_places(organizer.viewer, coalition, meeting, day_of(meeting), 4)
    first = say(coalition, meeting, "a", 3)
    say(coalition, meeting, "b", 2, email="two@mail.example")
    say(coalition, meeting, "c", 1, email="one@mail.example")
    assert states() == [RsvpState.COMING, RsvpState.WAITING, RsvpState.COMING]
    waiting = say(coalition, meeting, "d", 4, email="four@mail.example")
    cancel_rsvp(coalition, first)
    assert states() == [RsvpState.CANCELLED, RsvpState.COMING, RsvpState.COMING, RsvpState.WAITING]
    told = [mail.recipient for mail in mails() if mail.subject == "There is a place for you"]
    assert told == ["two@mail.example"]
    set_places(organizer.viewer, coalition, meeting, day_of(meeting), 20)
    assert waiting.state is RsvpState.COMING
    assert "waiting list" in next(mail.body for mail in mails() if mail.recipient == "four@mail.example")
    room = room_on(meeting.id, day_of(meeting))
    assert (room.coming, room.waiting, room.left, room.answers) == (7, 0, 13, 3)


def test_of_two_at_once_one_gets_the_last_place(app, coalition, organizer, meeting):
    set_places(organizer.viewer, coalition, meeting, None, 1)
    db.session.commit()
    ids, barrier = (coalition.id, meeting.id), Barrier(4)
    db.session.remove()

    def run(key: str) -> None:
        with app.app_context(), tenancy.in_coalition(ids[0]):
            barrier.wait()
            event = db.session.get_one(Event, ids[1])
            say(db.session.get_one(type(coalition), ids[0]), event, key)
            db.session.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, ["a", "b", "c", "c"]))
    assert sorted(states()) == [RsvpState.COMING, RsvpState.WAITING, RsvpState.WAITING]


def test_the_public_is_told_what_is_left_and_can_wait(coalition, organizer, meeting, visitor):
    page = organizer.browser.submit(page_of(meeting) + "coming/places", "places", places="2")
    assert "of 2 places" in page.text
    assert "2 places are left." in visitor.page(f"/harbor/events/{meeting.slug}").text
    first = visitor.submit(form_of(meeting), "wants_next", people="2")
    assert "Put me on the waiting list" in visitor.page(f"/harbor/events/{meeting.slug}").response.text
    second = visitor.submit(form_of(meeting), "wants_next", people="1")
    assert "You are on the waiting list" in second.text
    visitor.submit(first, "/people", 422, people="3")
    visitor.submit(first, "/people", people="1")
    assert "You are coming" in visitor.page(second.url).text
    organizer.browser.submit(page_of(meeting) + "coming/places", "places", 422, places="0")


def test_a_number_of_its_own_goes_before_that_of_the_series(coalition, organizer, series):
    viewer = organizer.viewer
    set_places(viewer, coalition, series, None, 5)
    set_places(viewer, coalition, series, day_of(series), None)
    set_places(viewer, coalition, series, day_of(series), None)
    assert room_on(series.id, day_of(series)).places is None
    page = organizer.browser.submit(
        page_of(series) + "coming/places", "every_date", places="7", every_date="y"
    )
    assert "Saved." in page.text
    say(coalition, series, "a")
    db.session.commit()
    overview = organizer.browser.page(f"/harbor/organize/events/{series.slug}").text
    assert "1 0" in overview and "0 of 7" in overview


def test_hosts_alone_see_who_comes_and_it_is_noted(
    coalition, organizer, coordinator, observer, meeting, visitor
):
    visitor.submit(form_of(meeting), "wants_next", name="Ana Ruiz", email="ana@mail.example", people="2")
    for person in (organizer, coordinator, observer):
        page = person.browser.page(page_of(meeting))
        assert "People coming 2" in page.text and "Ana" not in page.text
    assert "Show who they are" not in coordinator.browser.page(page_of(meeting)).text
    shown = organizer.browser.submit(page_of(meeting), "coming/people")
    assert "Ana Ruiz" in shown.text and "ana@mail.example" in shown.text and "not confirmed" in shown.text
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "rsvp.reveal")).one()
    assert (entry.user_id, entry.record_id, entry.detail) == (organizer.user.id, meeting.id, {"contacts": 1})
    token = coordinator.browser.page(page_of(meeting)).form("coming/host")
    assert token is not None
    answer = coordinator.browser.submit(page_of(meeting), "coming/host")
    assert "Show who they are" in answer.text
    sheet = organizer.browser.submit(page_of(meeting), "coming/list.csv").response
    assert "Ana" not in sheet.text and "1,2,Comes" in sheet.text
    taken = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "coming.csv")).one()
    assert (taken.user_id, taken.record_id) == (organizer.user.id, meeting.id)
    seen = observer.browser.page(page_of(meeting)).forms()
    assert not [one for one in seen if "list.csv" in one.get("action", "")]


def test_an_organizer_who_does_not_host_is_refused(app, coalition, organizer, coordinator, meeting):
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        assert coordinator.browser.post(page_of(meeting) + "coming/people").status_code == 403
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def test_as_many_questions_with_three_answers_as_with_thirty(coalition, organizer, meeting):
    say(coalition, meeting, "a")
    few = count_queries(lambda: organizer.browser.get(page_of(meeting)))
    for number in range(30):
        say(coalition, meeting, f"b{number}", name="Ana")
    assert count_queries(lambda: organizer.browser.get(page_of(meeting))) == few
