"""Private feeds: who sees what in them, and that an address ends when it has to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from crm.core.db import db
from crm.demonstrations.amounts import Promise
from crm.demonstrations.models import CommitmentKind, CoSponsorship, CoSponsorState
from crm.demonstrations.operations import Count, change_promise, count_delivered, promise
from crm.events.models import EventAccess, Visibility
from crm.outreach.operations import edit_follow_up, finish_follow_up
from crm.roles.models import RoleKind
from crm.roles.operations import RoleNeed, Taker, add_role, change_role, release_role, take_role
from tests.calendars.conftest import schedule
from tests.calendars.private import FULL, MINE, TIME_ONLY, make, read, text
from tests.makers import PROGRAM, make_organization


def test_an_organizer_sees_what_is_public_for_groups_and_their_own_tasks(story, tasks, organizer, visitor):
    entries = read(visitor, make(organizer.browser))
    assert set(entries) == {
        "March on the Harbor",
        "CANCELLED: March on the Harbor",
        "Ballard neighbors",
        "Campus meeting",
        "Delegates' council",
        "Call back (Dockworkers Local 19)",
        "Book a hall",
    }
    task = entries["Call back (Dockworkers Local 19)"]
    assert (task["DTSTART"].dt, task["DTEND"].dt, task["TRANSP"]) == (
        date(2026, 11, 30), date(2026, 12, 1), "TRANSPARENT",
    )  # fmt: skip
    assert entries["Delegates' council"]["URL"].endswith("/harbor/organize/events/delegates-council")


def test_addresses_of_what_is_not_public_and_closed_meetings_are_by_choice(story, organizer, visitor):
    story["groups"].place_name = "The back room"
    without = text(visitor, make(organizer.browser))
    assert not any(word in without for word in ("Secret Street", "back room", "Night shift", "Meeting\r\n"))
    assert "LOCATION:Ballard\r\n" in without
    page = organizer.browser.submit(MINE, "/choices", with_addresses="y", with_closed="y", **FULL)
    assert "Saved." in page.text and "/feeds/" not in page.response.text
    path = make(organizer.browser, with_addresses="y", with_closed="y")
    chosen = text(visitor, path)
    assert "Secret Street" in chosen and "back room" in chosen and "Night shift" not in chosen
    meeting = read(visitor, path)["Meeting"]
    assert not {"DESCRIPTION", "LOCATION", "URL", "CATEGORIES"} & set(meeting)
    assert meeting["DTSTART"].dt.replace(tzinfo=None) == datetime(2026, 12, 2, 19)


def test_who_is_not_named_on_a_closed_meeting_has_nothing_of_it(story, coordinator, visitor):
    entries = read(visitor, make(coordinator.browser, with_closed="y"))
    assert "Meeting" not in entries and "Delegates' council" in entries


def test_time_and_place_only_says_nothing_else(story, tasks, organizer, visitor):
    path = make(organizer.browser, with_closed="y", **TIME_ONLY)
    entries = read(visitor, path)
    assert set(entries) == {"Meeting", "CANCELLED: Meeting", "Follow-up"}
    told = text(visitor, path)
    words = (
        "March",
        "Harbor City",
        "Delegates",
        "Dockworkers",
        "Call back",
        "DESCRIPTION",
        "CATEGORIES",
        "bridge",
    )
    assert [word for word in words if word in told] == []
    assert "\r\nURL" not in told and "LOCATION:Pier 9\\, 9 Harbor Way" in told


def test_a_follow_up_is_followed_when_it_changes_and_gone_once_done(tasks, organizer, visitor, november):
    path = make(organizer.browser)
    first = read(visitor, path)["Call back (Dockworkers Local 19)"]
    november.shift(timedelta(hours=2))
    edit_follow_up(
        organizer.viewer, tasks, title="Call back", due_on=date(2026, 12, 3), owner_id=organizer.user.id
    )
    moved = read(visitor, path)["Call back (Dockworkers Local 19)"]
    assert (moved["UID"], moved["DTSTART"].dt) == (first["UID"], date(2026, 12, 3))
    assert moved["SEQUENCE"] > first["SEQUENCE"] and moved["DTSTAMP"].dt == moved["LAST-MODIFIED"].dt
    assert moved["DTSTAMP"].dt == first["DTSTAMP"].dt + timedelta(hours=2)
    finish_follow_up(organizer.viewer, tasks)
    assert "Call back" not in text(visitor, path)


def test_drafts_are_in_nobodys_feed(story, organizer, observer, visitor):
    for person in (organizer, observer):
        told = text(visitor, make(person.browser))
        assert "Draft day" not in told and "Delegates" in told


def test_a_group_sees_what_concerns_it_and_nothing_of_the_coalitions_other_work(group_feed, visitor):
    entries = read(visitor, group_feed)
    assert set(entries) == {"March on the Harbor", "Delegates' council", "Meeting"}
    march = entries["March on the Harbor"]
    assert march["DTSTART"].dt.replace(tzinfo=None) == datetime(2026, 12, 5, 12) and "RRULE" not in march
    told = text(visitor, group_feed)
    assert "Night shift" not in told and "/organize/" not in told


def test_a_group_sees_all_dates_of_what_it_co_sponsors_or_hosts(
    story, group_feed, representative, coalition, visitor
):
    group = representative.contact.organization_id
    march = story["demonstration"]
    db.session.add(
        CoSponsorship(
            organization_id=group, event_id=march.id, state=CoSponsorState.ACCEPTED, asked_at=march.created_at
        )
    )
    hosted = schedule(coalition, title="Union hall evening")
    hosted.organization_id = group
    schedule(coalition, title="Somebody else's evening")
    db.session.commit()
    told = text(visitor, group_feed)
    assert told.count("RRULE:FREQ=WEEKLY") == 1 and "Union hall evening" in told
    assert "Somebody else" not in told


def test_a_meeting_for_other_groups_is_not_in_a_groups_feed(story, group_feed, representative, visitor):
    other = make_organization("Tenants Union")
    db.session.add(EventAccess(event_id=story["groups"].id, organization_id=other.id))
    db.session.commit()
    assert "Delegates" not in text(visitor, group_feed)
    own = representative.contact.organization_id
    db.session.add(EventAccess(event_id=story["groups"].id, organization_id=own))
    db.session.commit()
    assert "Delegates" in text(visitor, group_feed)


def test_a_groups_roles_are_entries_of_their_own_and_follow_when_they_change(
    story, group_feed, representative, visitor, november
):
    march, group = story["demonstration"], representative.contact.organization
    need = RoleNeed(RoleKind.MARSHALS, 6, from_time=time(11), to_time=time(15), on_date=date(2026, 12, 19))
    role = add_role(PROGRAM, march, need)
    db.session.flush()
    taking = take_role(PROGRAM, role, date(2026, 12, 19), Taker(organization=group), 4)
    db.session.commit()
    first = read(visitor, group_feed)["Marshals: March on the Harbor"]
    hours = [first[name].dt.replace(tzinfo=None) for name in ("DTSTART", "DTEND")]
    assert hours == [datetime(2026, 12, 19, 11), datetime(2026, 12, 19, 15)]
    november.shift(timedelta(hours=1))
    change_role(PROGRAM, role, replace(need, from_time=time(10)))
    db.session.commit()
    moved = read(visitor, group_feed)["Marshals: March on the Harbor"]
    assert moved["UID"] == first["UID"] and moved["SEQUENCE"] > first["SEQUENCE"]
    assert moved["DTSTART"].dt.hour == 10 and moved["DTSTAMP"].dt > first["DTSTAMP"].dt
    release_role(PROGRAM, taking)
    assert "Marshals" not in text(visitor, group_feed)


def test_what_a_group_promised_stands_on_the_day_it_is_due_until_it_is_counted(
    story, group_feed, representative, visitor, november
):
    march, group = story["demonstration"], representative.contact.organization
    for kind, due_on in ((CommitmentKind.TURNOUT, None), (CommitmentKind.FLYERS, date(2026, 12, 9))):
        made = promise(PROGRAM, march, group, None, Promise(kind, 40, due_on=due_on))
    promise(PROGRAM, march, make_organization("Tenants Union"), None, Promise(kind, 7, due_on=due_on))
    db.session.commit()
    first = read(visitor, group_feed)["Due: 40 flyers (March on the Harbor)"]
    assert (first["DTSTART"].dt, first["DTEND"].dt) == (date(2026, 12, 9), date(2026, 12, 10))
    assert text(visitor, group_feed).count("SUMMARY:Due") == 1
    november.shift(timedelta(hours=1))
    change_promise(PROGRAM, made, Promise(CommitmentKind.FLYERS, 40, due_on=date(2026, 12, 10)))
    db.session.commit()
    moved = read(visitor, group_feed)["Due: 40 flyers (March on the Harbor)"]
    assert moved["UID"] == first["UID"] and moved["SEQUENCE"] > first["SEQUENCE"]
    assert moved["DTSTART"].dt == date(2026, 12, 10) and moved["DTSTAMP"].dt > first["DTSTAMP"].dt
    # What not everybody may know of, and what was delivered, is told nowhere.
    march.visibility = Visibility.CLOSED
    db.session.commit()
    assert "SUMMARY:Due" not in text(visitor, group_feed)
    march.visibility = Visibility.PUBLIC
    count_delivered(PROGRAM, Count(made, None, 38))
    db.session.commit()
    assert "SUMMARY:Due" not in text(visitor, group_feed)
