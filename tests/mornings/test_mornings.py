"""The morning mail: asked for, once a day, what is to do and what was handed over, ended at one press."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from crm.coalitions.models import Membership
from crm.coalitions.operations import ask_for_mornings
from crm.core import clock, jobs, tenancy
from crm.core.db import db
from crm.core.errors import Refused
from crm.mail.models import OutgoingMail
from crm.mornings.jobs import DAY, FROM_HOUR
from crm.mornings.models import MorningMail
from crm.mornings.operations import MOST_LISTED, send_mornings, want_mornings
from crm.organizations.operations import assign
from crm.outreach.operations import add_follow_up
from crm.outreach.operations.handing import hand_over, undo_handover
from tests.counting import count_queries
from tests.makers import make_organization

# Wednesday; half past seven in the morning in Los Angeles is half past three in the afternoon in UTC.
pytestmark = pytest.mark.usefixtures("at")
MORNING = datetime(2026, 11, 25, 15, 30, tzinfo=UTC)
TODAY = date(2026, 11, 25)


@pytest.fixture
def at(app: Flask) -> Iterator[Callable[[datetime], None]]:
    def set_to(instant: datetime) -> None:
        app.config["FIXED_CLOCK"] = instant.isoformat()

    set_to(MORNING - timedelta(days=1))
    yield set_to
    app.config["FIXED_CLOCK"] = None


def mails() -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def add(person, title, days=0, group=None):
    return add_follow_up(
        person.viewer,
        title=title,
        due_on=TODAY + timedelta(days=days),
        owner_id=person.user.id,
        organization_id=group.id if group else None,
    )


def work_through(at, instant: datetime) -> None:
    at(instant)
    with tenancy.across_coalitions():
        ask_for_mornings(DAY, FROM_HOUR)
    jobs.run_all()


def test_the_day_is_mailed_once_to_those_who_want_it(organizer, coordinator, coalition, at):
    group = make_organization("Dockworkers Local 12")
    for title, days in (("Call back", 0), ("Ask their board", -2), ("Next week", 6)):
        add(organizer, title, days, group)
    add(coordinator, "Not mailed", 0)
    for minutes in (-60, -59):
        at(MORNING - timedelta(days=1, minutes=minutes))
        want_mornings(organizer.viewer)
    at(MORNING - timedelta(hours=5))
    handed = [add(coordinator, "Print leaflets", 3), add(coordinator, "Book the hall", 3)]
    hand_over(coordinator.viewer, organizer.user.id, [one.id for one in handed], [group.id])
    taken_back = hand_over(coordinator.viewer, organizer.user.id, [add(coordinator, "Back", 3).id])
    undo_handover(coordinator.viewer, taken_back)
    assign(organizer.viewer, [make_organization("Own choice").id], organizer.user.id)
    work_through(at, MORNING - timedelta(minutes=40))
    assert not mails()
    for minutes in (0, 50):
        work_through(at, MORNING + timedelta(minutes=minutes))
    send_mornings(coalition, TODAY)
    (mail,) = mails()
    assert (mail.recipient, mail.subject) == (organizer.user.email, "Your work today")
    assert mail.body.split("Open your day")[0].split("\n\n") == [
        "Good morning, Omar Ganizer. For Harbor City Coalition:",
        "Overdue\n- Dockworkers Local 12: Ask their board (Mon, Nov 23)",
        "Today\n- Dockworkers Local 12: Call back",
        "Handed to you\n- 2 follow-ups, by Cora Dinator\n- 1 group to look after",
        "",
    ]
    assert "/harbor/organize/" in mail.link
    # The next day: what was handed over was told; who left is told nothing.
    work_through(at, MORNING + timedelta(days=1))
    assert len(mails()) == 2
    assert "Handed to you" not in mails()[1].body
    db.session.execute(delete(Membership).where(Membership.user_id == organizer.user.id))
    work_through(at, MORNING + timedelta(days=2))
    assert len(mails()) == 2
    assert db.session.query(MorningMail).count() == 0


def test_a_day_with_nothing_to_tell_is_quiet(organizer, coalition, at):
    want_mornings(organizer.viewer)
    add(organizer, "Next week", 6)
    work_through(at, MORNING)
    assert not mails()
    assert db.session.scalars(select(MorningMail)).one().told_on == TODAY


def test_one_chooses_it_in_the_account_and_ends_it_from_the_mail(
    organizer, observer, outsider, coalition, at
):
    page = organizer.browser.page("/account/")
    page = organizer.browser.submit(page, "mornings/want")
    assert "the mail comes" in page.text
    add(organizer, "Call back")
    work_through(at, MORNING)
    link = mails()[0].unsubscribe
    # A stranger's program opens the link: nothing happens before somebody presses.
    stranger = outsider.browser.page(link)
    assert db.session.query(MorningMail).count() == 1
    for _press in range(2):
        answer = outsider.browser.submit(stranger, "leave")
        assert "You get no more morning mail." in answer.text
    assert db.session.query(MorningMail).count() == 0
    organizer.browser.sign_in(organizer.user)
    page = organizer.browser.submit("/account/", "mornings/want")
    page = organizer.browser.submit(page, "mornings/stop")
    assert "no mail" in page.text
    outsider.browser.sign_in(outsider.user)
    observer.browser.sign_in(observer.user)
    assert outsider.browser.page("/account/").text.count("Harbor") == 0
    assert "Morning mail" not in observer.browser.page("/account/").text
    with pytest.raises(Refused):
        want_mornings(observer.viewer)


def test_many_tasks_are_counted_and_cost_the_same(organizer, coordinator, coalition, at):
    for person in (organizer, coordinator):
        want_mornings(person.viewer)
        add(person, "First")
    db.session.commit()
    few = count_queries(lambda: send_mornings(coalition, TODAY))
    db.session.rollback()
    for person in (organizer, coordinator):
        for number in range(30):
            add(person, f"Task {number}", -1)
    db.session.refresh(coalition)
    assert count_queries(lambda: send_mornings(coalition, TODAY)) == few
    assert f"And {31 - MOST_LISTED} more." in mails()[0].body
    assert clock.now() < MORNING
