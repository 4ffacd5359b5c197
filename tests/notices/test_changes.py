"""What changed is told once, to who comes, who co-sponsors and who asked; never more than they may know."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from crm.core import clock, jobs
from crm.core.db import db
from crm.demonstrations.models import CoSponsorState
from crm.demonstrations.operations import answer_co_sponsorship, ask_to_co_sponsor
from crm.events.models import EventKind, Visibility
from crm.events.operations import (
    Change,
    Plan,
    add_date,
    cancel_date,
    cancel_event,
    change_date,
    restore_date,
    split_series,
)
from crm.events.recurrence import Frequency, Rule
from crm.mail.models import OutgoingMail
from crm.notices.models import EventSnapshot
from crm.notices.operations import confirm, subscribe
from crm.notices.operations.telling import tell_changes
from crm.notices.queries import confirm_token
from crm.rsvps.operations import Coming, cancel_rsvp, confirm_rsvp, say_coming
from crm.rsvps.queries import find_open_date
from tests.makers import PROGRAM, make_contact, make_organization
from tests.notices.steps import newest_subscription, subscribed, told
from tests.rsvps.conftest import at_noon, schedule

NOW = clock.now().replace(hour=18, minute=0, second=0, microsecond=0)


@pytest.fixture
def at():
    """It is ten in the morning or so, until a test moves the clock."""
    with time_machine.travel(NOW, tick=False) as moving:
        yield moving


@pytest.fixture
def weekly(at, coalition, organizer):
    """A weekly demonstration that has been told of."""
    event = schedule(
        coalition,
        organizer.viewer,
        "March",
        kind=EventKind.DEMONSTRATION,
        rule=Rule(Frequency.DAILY, every=7, count=6),
    )
    tell_all(at)
    return event


def tell_all(at) -> list[OutgoingMail]:
    """Let it be quiet, tell, and give what was mailed since the last time."""
    at.shift(timedelta(minutes=6))
    before = set(db.session.scalars(select(OutgoingMail.id)))
    jobs.run_all()
    assert db.session.scalars(select(EventSnapshot)).all() == []
    return [mail for mail in db.session.scalars(select(OutgoingMail)) if mail.id not in before]


def on(event, weeks: int):
    return event.starts_local.date() + timedelta(days=7 * weeks)


def comes(coalition, event, weeks: int, email: str, **more):
    one = find_open_date(event, on(event, weeks))
    rsvp = say_coming(coalition, event, one, f"{email} {weeks}", Coming(1, email=email, **more))
    db.session.commit()
    return rsvp


def test_a_burst_of_edits_is_told_once_with_all_that_changed(at, coalition, weekly):
    comes(coalition, weekly, 0, "ana@mail.example")
    comes(coalition, weekly, 1, "ana@mail.example")
    comes(coalition, weekly, 2, "ben@mail.example")
    comes(coalition, weekly, 4, "eve@mail.example")
    gone = comes(coalition, weekly, 0, "gone@mail.example")
    cancel_rsvp(coalition, gone)
    change_date(PROGRAM, weekly, on(weekly, 0), Change(at_noon(coalition, 11)))
    db.session.commit()
    at.shift(timedelta(minutes=3))
    change_date(PROGRAM, weekly, on(weekly, 0), Change(at_noon(coalition, 12), None, "City Hall", "1 Main"))
    cancel_date(PROGRAM, weekly, on(weekly, 1), "Storm")
    cancel_date(PROGRAM, weekly, on(weekly, 2), "Storm")
    restore_date(PROGRAM, weekly, on(weekly, 2))
    db.session.commit()
    at.shift(timedelta(minutes=3))
    assert jobs.run_all() == 1 and told() == []
    [mail] = tell_all(at)
    assert (mail.recipient, mail.subject) == ("ana@mail.example", "Dates that changed")
    assert mail.body.count("moved to") == 1 and "City Hall, 1 Main" in mail.body
    assert "cancelled. Storm" in mail.body and "/rsvp/" in mail.body
    # What comes back to what was told is nothing new.
    assert tell_all(at) == []


def test_cancelled_restored_and_taken_out(at, coalition, weekly):
    comes(coalition, weekly, 1, "ana@mail.example")
    cancel_event(PROGRAM, weekly, "Permit withdrawn")
    assert "cancelled. Permit withdrawn" in tell_all(at)[0].body
    weekly.cancelled_at, weekly.cancel_reason = None, ""
    cancel_date(PROGRAM, weekly, on(weekly, 1), "Storm")
    tell_all(at)
    restore_date(PROGRAM, weekly, on(weekly, 1))
    assert "it takes place after all" in tell_all(at)[0].body


@pytest.mark.parametrize("visibility", [Visibility.AREA, Visibility.GROUPS, Visibility.CLOSED])
def test_of_what_is_not_public_a_mail_holds_the_link_alone(at, coalition, weekly, organizer, visibility):
    group = make_organization("Dockworkers Local 19")
    make_contact(group, "Rosa Lark", email="rosa@dockers.example").speaks_since = clock.now()
    comes(coalition, weekly, 0, "ana@mail.example")
    asked = ask_to_co_sponsor(organizer.viewer, weekly, group)
    answer_co_sponsorship(organizer.viewer, asked, CoSponsorState.ACCEPTED)
    subscribed(coalition, "sub@mail.example")
    weekly.visibility = visibility
    db.session.commit()
    change_date(PROGRAM, weekly, on(weekly, 0), Change(at_noon(coalition, 12), None, "Secret Hall", "1 Main"))
    mails = tell_all(at)
    public = visibility is Visibility.AREA
    expected = ["ana@mail.example", "rosa@dockers.example", *(["sub@mail.example"] if public else [])]
    assert sorted(mail.recipient for mail in mails) == sorted(expected)
    for mail in mails:
        assert "There is an update" in mail.body and "http" in mail.body
        assert not any(word in mail.body for word in ("Secret", "March ", "Main", "moved", "12:00"))


def test_groups_that_co_sponsor_are_told_of_their_dates(at, coalition, weekly, organizer):
    for name, weeks in (("Dockworkers Local 19", None), ("Harbor Tenants", 3), ("Teachers", 1)):
        group = make_organization(name)
        make_contact(group, name, email=f"{name.split()[0]}@groups.example").speaks_since = clock.now()
        day = None if weeks is None else on(weekly, weeks)
        asked = ask_to_co_sponsor(organizer.viewer, weekly, group, day)
        state = CoSponsorState.DECLINED if name == "Teachers" else CoSponsorState.ACCEPTED
        answer_co_sponsorship(organizer.viewer, asked, state)
    cancel_date(PROGRAM, weekly, on(weekly, 1), "Storm")
    assert [mail.recipient for mail in tell_all(at)] == ["Dockworkers@groups.example"]
    cancel_date(PROGRAM, weekly, on(weekly, 3), "Storm")
    assert sorted(mail.recipient for mail in tell_all(at)) == [
        "Dockworkers@groups.example",
        "Harbor@groups.example",
    ]


def test_who_asked_is_told_by_kind_and_area_and_of_what_is_new(at, coalition, organizer, weekly):
    subscribed(coalition, "all@mail.example")
    subscribed(coalition, "march@mail.example", kinds=["demonstration"])
    subscribed(coalition, "hill@mail.example", kinds=["neighborhood", "campus"], areas=["East Hill"])
    subscribe(coalition, "never confirmed", "never@mail.example", [], [], "en")
    tell_all(at)
    add_date(PROGRAM, weekly, at_noon(coalition, 12))
    mails = tell_all(at)
    assert sorted(mail.recipient for mail in mails) == ["all@mail.example", "march@mail.example"]
    assert mails[0].subject == "New dates" and "New: " in mails[0].body
    assert "/calendar/changes/leave/" in (mails[0].unsubscribe or "")
    schedule(coalition, organizer.viewer, "Potluck", area="East hill", place_name="School")
    schedule(coalition, organizer.viewer, "Teach-in", visibility=Visibility.GROUPS, area="East Hill")
    mails = tell_all(at)
    assert sorted(mail.recipient for mail in mails) == ["all@mail.example", "hill@mail.example"]
    assert all("Potluck" in mail.body and "Teach-in" not in mail.body for mail in mails)


def test_who_comes_and_asked_for_it_too_gets_one_mail(at, coalition, weekly):
    subscribed(coalition, "ana@mail.example", language="es")
    comes(coalition, weekly, 0, "ana@mail.example")
    tell_all(at)
    cancel_date(PROGRAM, weekly, on(weekly, 0), "Storm")
    [mail] = tell_all(at)
    assert mail.body.count("Storm") == 1 and "/rsvp/" in mail.body and mail.unsubscribe


def test_dates_that_are_over_are_told_of_to_nobody(at, coalition, weekly):
    comes(coalition, weekly, 0, "ana@mail.example")
    cancel_date(PROGRAM, weekly, on(weekly, 0), "Storm")
    db.session.commit()
    at.shift(timedelta(days=20))
    assert tell_all(at) == []


def test_who_edits_on_and_on_does_not_keep_people_from_being_told(at, coalition, weekly):
    comes(coalition, weekly, 0, "ana@mail.example")
    for step in range(8):
        cancel_date(PROGRAM, weekly, on(weekly, 0), f"Reason {step}")
        db.session.commit()
        at.shift(timedelta(minutes=4))
        if told_now := tell_changes():
            break
    assert told_now == 1 and step == 7


def test_the_next_one_is_told_of_the_morning_after(at, coalition, weekly):
    rsvp = comes(coalition, weekly, 0, "ana@mail.example", wants_next=True)
    unconfirmed = comes(coalition, weekly, 0, "ben@mail.example", wants_next=True)
    confirm_rsvp(rsvp)
    db.session.commit()
    at.shift(timedelta(days=1))
    run_mornings()
    assert unconfirmed.wants_next and not rsvp.wants_next
    assert newest_subscription().event_id == weekly.id
    before = len(told())
    at.move_to(NOW + timedelta(days=11))
    run_mornings()
    mail = told()[before]
    assert (mail.recipient, mail.subject) == ("ana@mail.example", "The next one")
    assert on(weekly, 1).isoformat() in (mail.link or "") and mail.unsubscribe
    run_mornings()
    at.shift(timedelta(days=1))
    run_mornings()
    assert len(told()) == before + 1


def run_mornings() -> None:
    jobs.enqueue_periodic()
    jobs.run_all()
    db.session.expire_all()


def test_where_it_was_no_series_new_dates_of_its_kind_nearby_are_told(at, coalition, organizer):
    meeting = schedule(coalition, organizer.viewer, "Old Mill meeting")
    rsvp = comes(coalition, meeting, 0, "ana@mail.example", wants_next=True)
    confirm_rsvp(rsvp)
    db.session.commit()
    at.shift(timedelta(days=1))
    run_mornings()
    one = newest_subscription()
    assert (one.event_id, one.kinds, one.areas) == (None, ["neighborhood"], ["Old Mill"])
    assert confirm(confirm_token(one))


def test_a_split_takes_along_who_comes_and_tells_them_what_changes_for_them(at, coalition, weekly, organizer):
    comes(coalition, weekly, 1, "ana@mail.example")
    rsvp = comes(coalition, weekly, 3, "ben@mail.example")
    plan = Plan(
        kind=weekly.kind,
        title=weekly.title,
        starts_local=at_noon(coalition, 10 + 14).replace(hour=15),
        duration=timedelta(hours=1),
        visibility=weekly.visibility,
        rule=Rule(Frequency.DAILY, every=7, count=4),
        place_name=weekly.place_name,
        address=weekly.address,
        area=weekly.area,
    )
    later = split_series(PROGRAM, weekly, on(weekly, 2), plan)
    db.session.commit()
    mails = tell_all(at)
    assert [mail.recipient for mail in mails] == ["ben@mail.example"]
    assert "moved to" in mails[0].body and "3:00" in mails[0].body
    db.session.refresh(rsvp)
    assert rsvp.event_id == later.id
