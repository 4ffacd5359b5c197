"""The sign-in page at the door."""

from __future__ import annotations

from datetime import datetime

import pytest

from crm.attendance import operations, queries
from crm.attendance.models import Attendance, DoorWish, SignInPage
from crm.attendance.operations.door import midnight_after
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.events.models import Visibility
from crm.events.operations import cancel_date
from crm.events.queries import find_date
from crm.notices.models import ChangeSubscription
from crm.outreach.models import FollowUp
from tests.demands.makers import adopted_demand, endorse
from tests.makers import make_organization
from tests.meetings.makers import FIRST

ROLL = f"/harbor/organize/events/coalition-meeting/{FIRST}/attendance"
AS_SCRIPT = {"Accept": "application/json"}


def test_an_organizer_opens_it_shows_it_and_closes_it(meeting, organizer, visitor):
    roll = organizer.browser.page(ROLL)
    for _press in range(2):
        page = organizer.browser.submit(roll, "/sign-in-page")
    assert db.session.query(SignInPage).count() == 1
    address = page.links()["Open it on this device"]
    path = "/" + address.split("/", 3)[3]
    shown = visitor.page(path)
    assert "Coalition meeting" in shown.text and "noindex" in shown.response.text
    assert shown.response.headers["Cache-Control"] == "no-store"
    kept = db.session.query(SignInPage).one()
    assert path.rpartition("/")[2] not in (kept.seed, kept.token_hash)
    organizer.browser.submit(f"{ROLL}/sign-in-page", "/close")
    assert "is closed" in visitor.page(path, 410).text
    visitor.page("/harbor/sign-in/no-such-token", 404)


def test_people_sign_in_by_group_without_javascript_and_once(meeting, door, visitor, organizer):
    make_organization("Harbor Tenants Union")
    form = visitor.page(door)
    for _press in range(2):
        thanks = visitor.submit(form, "group", group="harbor tenants union", count="2")
        assert "You are counted" in thanks.text
    visitor.submit(door, "group", group="Harbor Tenants Union", count="3")
    visitor.submit(door, "group", group="Riders of Route 7", count="1")
    visitor.submit(door, "group", group="", count="4")
    roll = queries.list_roll(meeting.id, FIRST)
    assert [(line.organization.name, line.people) for line in roll.groups] == [("Harbor Tenants Union", 5)]
    assert ([e.group_name for e in roll.unknown], roll.of_no_group, roll.people) == (
        ["Riders of Route 7"],
        4,
        10,
    )
    riders = make_organization("Route 7 Riders")
    page = organizer.browser.submit(ROLL, "organization", organization="Route 7")
    assert "Typed at the door" not in page.text
    assert queries.list_roll(meeting.id, FIRST).groups[1].organization.id == riders.id


def test_a_phone_is_told_what_became_of_each_and_nothing_counts_twice(meeting, door, visitor):
    token = visitor.page(door).form("group").find(".//input[@name='csrf_token']").get("value")
    typed = {"csrf_token": token, "form_key": "a" * 24, "group": "Riders", "count": "2"}

    def send(**changes):
        return visitor.post(door, data={**typed, **changes}, headers=AS_SCRIPT)

    assert [send().json for _time in range(3)] == [{"kept": True}] * 3
    assert send(count="0").status_code == 422 and "count" in send(count="0").json["errors"]
    assert send(csrf_token="gone").status_code == 400
    assert queries.list_roll(meeting.id, FIRST).people == 2
    entry = db.session.query(Attendance).one()
    operations.remove_entry(None, entry)
    db.session.commit()
    assert send().json == {"kept": True} and queries.list_roll(meeting.id, FIRST).people == 0
    operations.close_page(None, meeting, FIRST)
    assert send(form_key="b" * 24).status_code == 410


def test_it_ends_at_the_midnight_after_the_date(meeting, door, visitor, the_time):
    ends_at = db.session.query(SignInPage).one().ends_at
    assert ends_at == datetime.fromisoformat("2026-12-02T00:00:00-08:00")
    the_time.move_to("2026-12-02T07:59:00+00:00")
    visitor.page(door)
    the_time.move_to("2026-12-02T08:00:01+00:00")
    closed = visitor.page(door, 410)
    assert closed.form("csrf_token").get("data-door")
    late = midnight_after(clock.now(), "America/Los_Angeles")
    assert late == datetime.fromisoformat("2026-12-03T00:00:00-08:00")


def test_what_a_device_kept_is_taken_for_three_days_more(meeting, door, visitor, organizer, the_time):
    def send(key):
        token = visitor.page(door, 410).form("csrf_token").find(".//input[@name='csrf_token']").get("value")
        typed = {"csrf_token": token, "form_key": key * 24, "group": "Riders", "count": "2"}
        assert visitor.post(door, data=typed).status_code == 410
        return visitor.post(door, data=typed, headers=AS_SCRIPT).status_code

    the_time.move_to("2026-12-04T07:00:00+00:00")
    assert [send("a"), send("a")] == [200, 200]
    # A page opened anew makes room: what is held under the old address is taken all the same.
    operations.open_page(organizer.viewer, meeting, find_date(meeting, organizer.viewer, FIRST))
    db.session.commit()
    assert send("b") == 200 and queries.list_roll(meeting.id, FIRST).people == 4
    the_time.move_to("2026-12-05T08:00:01+00:00")
    assert "data-door" not in visitor.page(door, 410).response.text


def test_only_groups_that_everybody_can_read_of_are_offered(meeting, door, visitor):
    endorse(make_organization("Harbor Tenants Union"), adopted_demand())
    make_organization("Quiet Workers of Plant 4")
    text = visitor.page(door).response.text
    assert "Harbor Tenants Union" in text and "Quiet Workers" not in text
    same = visitor.submit(door, "group", group="Quiet Workers of Plant 4", count="1").text
    other = visitor.submit(door, "group", group="Nobody Knows Them", count="1").text
    assert same == other


def test_what_is_not_public_is_not_named_on_it(meeting, door, visitor):
    for narrower in (Visibility.GROUPS, Visibility.CLOSED):
        meeting.visibility = narrower
        assert "Coalition meeting" not in visitor.page(door).text


def test_two_unticked_choices_lead_to_news_and_to_a_lead(meeting, door, visitor, organizer, the_time):
    form = visitor.page(door)
    assert "checked" not in form.response.text
    page = visitor.submit(form, "group", 422, group="Riders", count="1", email="ana@riders.example")
    assert "Tick what we may write to you about" in page.text
    visitor.submit(form, "group", 422, group="", count="1", may_join="y")
    visitor.submit(form, "group", 422, group="Riders", count="1", wants_news="y")
    assert db.session.query(Attendance).count() == 0
    wish = {"wants_news": "y", "may_join": "y", "email": "ana@riders.example"}
    visitor.submit(page, "group", group="Riders", count="1", **wish)
    assert db.session.query(ChangeSubscription).one().confirmed_at is None, "a mail asks for the confirmation"
    task = db.session.query(FollowUp).one()
    assert task.title == "“Riders” may join: said at “Coalition meeting” on December 1, 2026."
    assert (task.owner_id, str(task.due_on)) == (organizer.user.id, "2026-11-24")
    assert "riders.example" not in organizer.browser.page(ROLL).text
    assert "ana@riders.example" in organizer.browser.submit(ROLL, "/wishes").text
    operations.forget_wishes(clock.now())
    assert db.session.query(DoorWish).count() == 1
    the_time.move_to("2026-11-29T20:00:00+00:00")
    operations.forget_wishes(clock.now())
    assert db.session.query(DoorWish).count() == 0


def test_of_what_is_not_public_the_hosts_tell_themselves(meeting, door, visitor):
    visitor.submit(door, "group", group="Riders", count="1", wants_news="y", email="ana@riders.example")
    assert db.session.query(DoorWish).count() == 0, "nothing is left to do for the hosts"
    meeting.visibility = Visibility.GROUPS
    visitor.submit(door, "group", group="Riders", count="1", wants_news="y", email="bo@riders.example")
    assert db.session.query(DoorWish).one().email == "bo@riders.example"
    assert db.session.query(ChangeSubscription).count() == 1


def test_a_closed_meeting_is_not_named_in_a_lead(meeting, door, visitor):
    meeting.visibility = Visibility.CLOSED
    visitor.submit(door, "group", group="Riders", count="1", may_join="y")
    assert (
        db.session.query(FollowUp).one().title == "“Riders” may join: said at a meeting on December 1, 2026."
    )


def test_a_cancelled_date_has_no_door(meeting, organizer):
    cancel_date(organizer.viewer, meeting, FIRST, "rain")
    with pytest.raises(Refused, match="cancelled"):
        operations.open_page(organizer.viewer, meeting, find_date(meeting, organizer.viewer, FIRST))
