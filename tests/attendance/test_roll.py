"""Who came, as organizers note it; quorum; who has stopped coming; what is forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm.attendance import operations, queries
from crm.attendance.models import Attendance, Presence
from crm.attendance.rules import AttendanceRules, read_rules, rules_of
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.events.models import EventAccess, Visibility
from crm.events.operations import name_group
from tests.counting import count_queries
from tests.demands.makers import adopted_demand, endorse
from tests.makers import make_organization
from tests.meetings.makers import FIRST, FOURTH, SECOND, THIRD, go_on_from, make_meeting

EVENT = "/harbor/organize/events/coalition-meeting"
ROLL = f"{EVENT}/{FIRST}/attendance"
SETTINGS = "/harbor/organize/settings/attendance"


def came(viewer, meeting, day, *groups, count=2):
    for group in groups:
        operations.set_group(viewer, meeting, day, group, Presence.PRESENT, count)


def test_groups_are_found_noted_corrected_and_taken_back(meeting, organizer, observer):
    group = make_organization("Harbor Tenants Union")
    other = make_organization("Local 19")
    assert "Nobody is expected yet" in organizer.browser.page(ROLL).text
    found = organizer.browser.page(f"{ROLL}?q=harbor ten")
    assert "Local 19" not in found.text
    press = {f"count-{group.id}": "3"}
    page = organizer.browser.submit(found, "/groups", **press, set=f"{group.id}:present")
    assert "Harbor Tenants Union: present, 3." in page.text
    page = organizer.browser.submit(ROLL, "/groups", **{f"count-{group.id}": "4"}, set=f"{group.id}:present")
    page = organizer.browser.submit(f"{ROLL}?q=Local", "/groups", set=f"{other.id}:excused")
    roll = queries.list_roll(meeting.id, FIRST)
    assert [(line.state, line.people) for line in roll.groups] == [("present", 4), ("excused", 0)]
    page = organizer.browser.page(ROLL)
    rows = [form for form in page.forms() if form.get("action", "").endswith("/groups")]
    # The key Enter in a number presses the first button of its form: that of the same group.
    for form, pressed in [(form, next(form.iter("button")).get("value")) for form in rows]:
        numbers = [
            field.get("name") for field in page.tree.iter("input") if field.get("form") == form.get("id")
        ]
        assert [f"{name}".replace("count-", "") + ":present" for name in numbers] == [pressed]
    assert len(rows) == 2
    assert "people 4 groups 1" in observer.browser.page(f"{EVENT}/{FIRST}/").text
    page = organizer.browser.submit(ROLL, "heads", heads="11")
    assert queries.list_roll(meeting.id, FIRST).people == 11
    csv = organizer.browser.submit(ROLL, "attendance.csv").response.text
    assert "Harbor Tenants Union,Present,4" in csv and "Local 19,Excused,0" in csv
    organizer.browser.submit(ROLL, "/groups", set=f"{group.id}:")
    organizer.browser.submit(ROLL, "heads", heads="0")
    assert queries.list_roll(meeting.id, FIRST).people == 0


def test_a_wrong_number_changes_nothing(meeting, organizer):
    group = make_organization("Harbor Tenants Union")
    for wrong in ("0", "-3", "x", "99999", "1" * 40):
        press = {f"count-{group.id}": wrong, "set": f"{group.id}:present"}
        page = organizer.browser.submit(f"{ROLL}?q=harbor", "/groups", **press)
        assert "Give a number from 1 to 5000." in page.text
    page = organizer.browser.submit(ROLL, "heads", 422, heads="minus one")
    assert page.errors()
    organizer.browser.submit(f"{ROLL}?q=harbor", "/groups", 404, set="999:present")
    assert db.session.query(Attendance).filter(Attendance.count > 0).count() == 0


def test_of_seven_of_nine_member_groups_the_quorum_is_told(meeting, organizer, coordinator, coalition):
    demand = adopted_demand()
    members = [make_organization(f"Local {number}") for number in range(1, 10)]
    for member in members:
        endorse(member, demand)
    came(organizer.viewer, meeting, FIRST, *members[:4], make_organization("Friends of the Harbor"))
    assert "quorum" not in organizer.browser.page(ROLL).text.lower()
    page = coordinator.browser.submit(SETTINGS, "quorum", 422, quorum="percent", number="101")
    assert "from 1 to 100" in page.text
    coordinator.browser.submit(SETTINGS, "quorum", quorum="percent", number="51")
    page = organizer.browser.page(ROLL)
    assert "No quorum yet 4 of 9 member groups are here; it takes 5." in page.text
    came(organizer.viewer, meeting, FIRST, *members[:7])
    assert "Quorum reached 7 of 9 member groups" in organizer.browser.page(f"{EVENT}/{FIRST}/").text
    coordinator.browser.submit(SETTINGS, "quorum", quorum="groups", number="8")
    assert "it takes 8" in organizer.browser.page(ROLL).text
    assert "Local 9 Not noted" in organizer.browser.page(ROLL).text, "members are looked for"


def test_settings_that_cannot_be_count_for_nothing():
    assert read_rules({}) == read_rules({"attendance": 3}) == AttendanceRules()
    odd = {"attendance": {"names": "yes", "quorum_groups": True, "quorum_percent": 400}}
    assert read_rules(odd) == AttendanceRules()
    assert AttendanceRules(quorum_percent=50).needed(9) == 5


def test_delegates_are_named_only_where_the_coalition_wants_it(meeting, organizer, coordinator, coalition):
    group, other = make_organization("Harbor Tenants Union"), make_organization("Local 19")
    came(organizer.viewer, meeting, FIRST, group, other, count=3)
    assert "delegate_state" not in organizer.browser.page(ROLL).response.text
    with pytest.raises(Refused):
        operations.add_delegate(
            organizer.viewer,
            meeting,
            FIRST,
            group,
            "Ana",
            Presence.PRESENT,
            rules=rules_of(coalition),
            key="k",
        )
    coordinator.browser.submit(SETTINGS, "quorum", names="y")
    page = organizer.browser.page(ROLL)
    for _press in range(2):
        organizer.browser.submit(page, "delegate", organization_id=str(group.id), delegate="Ana Ruiz")
    number = {"organization_id": str(group.id), "delegate": "Ana 123-45-6789"}
    page = organizer.browser.submit(ROLL, "delegate", 422, **number)
    assert "identity number" in page.errors()[0] and "Ana 123-45-6789" in page.response.text, "kept as typed"
    page = organizer.browser.submit(ROLL, "delegate", 422, organization_id=str(group.id), delegate=" ")
    offered = [option.get("value") for option in page.form("delegate").iter("option")]
    assert {str(group.id), str(other.id)} <= set(offered), "another group can still be chosen"
    absent = {"delegate": "Bo Diaz", "delegate_state": "absent"}
    page = organizer.browser.submit(ROLL, "delegate", organization_id=str(group.id), **absent)
    assert "Ana Ruiz: Present" in page.text and "Bo Diaz: Absent" in page.text
    line, _other = queries.list_roll(meeting.id, FIRST).groups
    assert (line.people, len(line.delegates)) == (3, 2), "Ana is one of the three"
    assert "Ana Ruiz" not in organizer.browser.submit(ROLL, "attendance.csv").response.text


def test_who_has_not_come_three_times_is_listed(meeting, organizer, the_time):
    who, always, left, excused = organizer.viewer, *(make_organization(f"Local {n}") for n in (1, 2, 3))
    came(who, meeting, FIRST, always, left, excused)
    for day in (SECOND, THIRD):
        came(who, meeting, day, always)
    operations.set_group(who, meeting, SECOND, excused, Presence.EXCUSED)
    db.session.commit()
    the_time.move_to("2026-12-23T20:00:00+00:00")
    organizer.browser.sign_in(organizer.user)
    assert "three times in a row" not in organizer.browser.page(EVENT).text
    came(who, meeting, FOURTH, always, excused)
    db.session.commit()
    page = organizer.browser.page(EVENT)
    assert "Not here three times in a row" in page.text and "Local 2 December 1, 2026" in page.text
    assert missing(who, meeting) == ["Local 2"]


def missing(viewer, event):
    return [group.name for group, _day in queries.list_missing(viewer, event.id, FOURTH + timedelta(1))]


def test_a_series_that_was_split_is_one_for_who_has_stopped_coming(meeting, organizer, coordinator):
    who, always, left = organizer.viewer, *(make_organization(f"Local {n}") for n in (1, 2))
    came(who, meeting, FIRST, always, left)
    for day in (SECOND, THIRD, FOURTH):
        came(who, meeting, day, always)
    between = go_on_from(who, meeting, SECOND)
    last = go_on_from(who, between, FOURTH)
    for event in (meeting, between, last):
        assert missing(who, event) == ["Local 2"]
    assert left in queries.list_expected(who, last, FOURTH)
    meeting.visibility = Visibility.CLOSED
    db.session.add(EventAccess(event_id=meeting.id, user_id=who.user_id))
    db.session.flush()
    assert missing(coordinator.viewer, last) == [], "nobody learns who came to what they may not know of"
    assert missing(who, last) == ["Local 2"]


def test_a_groups_timeline_tells_of_meetings_that_the_viewer_may_know_of(
    coalition, meeting, organizer, coordinator
):
    group = make_organization("Harbor Tenants Union")
    closed = make_meeting(organizer.viewer, coalition, title="Night shift", visibility=Visibility.CLOSED)
    for event in (meeting, closed):
        came(organizer.viewer, event, FIRST, group)
    page = f"/harbor/organize/organizations/{group.id}"
    assert "Night shift" in organizer.browser.page(page).text
    text = coordinator.browser.page(page).text
    assert "Coalition meeting" in text and "Night shift" not in text
    coordinator.browser.page(f"/harbor/organize/events/{closed.slug}/{FIRST}/attendance", 404)


def test_a_group_sees_on_its_page_where_it_was_and_nothing_of_others(
    coalition, meeting, organizer, representative
):
    who, group = organizer.viewer, representative.contact.organization
    other, rules = make_organization("Harbor Tenants Union"), AttendanceRules(names=True)
    closed = make_meeting(who, coalition, title="Night shift", visibility=Visibility.CLOSED)
    came(who, meeting, FIRST, group, other, count=4)
    operations.add_delegate(who, meeting, FIRST, group, "Ana Ruiz", Presence.PRESENT, rules=rules, key="k")
    operations.set_group(who, meeting, SECOND, group, Presence.EXCUSED)
    operations.set_group(who, meeting, THIRD, group, Presence.ABSENT)
    for state in (Presence.PRESENT, None):
        operations.set_group(who, meeting, FOURTH, group, state)
    came(who, closed, FIRST, group)
    db.session.commit()
    text = representative.browser.page("/harbor/group/").text
    for said in (
        "December 1, 2026 Present, 4 people",
        "December 8, 2026 Excused",
        "December 15, 2026 Absent",
    ):
        assert f"Coalition meeting {said}" in text
    for hidden in ("December 22, 2026 Present", "Ana Ruiz", "Night shift", "Harbor Tenants Union"):
        assert hidden not in text
    name_group(who, closed, group.id)
    db.session.commit()
    assert (
        "Night shift December 1, 2026 Present, 2 people" in representative.browser.page("/harbor/group/").text
    )

    def fill(count: int) -> int:
        for number in range(count):
            event = make_meeting(who, coalition, title=f"Meeting {number} of {count}")
            came(who, event, FIRST, group)
        db.session.commit()
        return count_queries(lambda: queries.list_own_lines(representative.viewer, group.id, 12))

    assert fill(1) == fill(9)


def test_names_are_forgotten_after_twelve_months_and_counts_stay(meeting, organizer, coalition):
    who, rules = organizer.viewer, AttendanceRules(names=True)
    group, small = make_organization("Harbor Tenants Union"), make_organization("Local 19")
    came(who, meeting, FIRST, group, count=3)
    for number, of in enumerate((group, small, small)):
        key = f"key {number}"
        operations.add_delegate(
            who, meeting, FIRST, of, f"Ana {number}", Presence.PRESENT, rules=rules, key=key
        )
    db.session.commit()
    before = [line.people for line in queries.list_roll(meeting.id, FIRST).groups]
    assert before == [3, 2]
    assert operations.forget_names(clock.now() + timedelta(days=370)) == 0, "not yet a year after"
    assert operations.forget_names(clock.now() + timedelta(days=380)) == 3
    assert operations.forget_names(clock.now() + timedelta(days=380)) == 0
    db.session.commit()
    db.session.expire_all()
    assert [line.people for line in queries.list_roll(meeting.id, FIRST).groups] == before
    assert db.session.query(Attendance).filter(Attendance.delegate.is_not(None)).count() == 0


def test_the_roll_asks_the_database_as_often_with_many_groups(meeting, organizer):
    def fill(count: int) -> None:
        for number in range(count):
            group = make_organization(f"Neighbors of Block {number} of {count}")
            for day in (FIRST, SECOND):
                came(organizer.viewer, meeting, day, group)
        db.session.commit()

    pages = (ROLL, f"{EVENT}/{SECOND}/attendance", EVENT)
    fill(2)
    few = [count_queries(lambda url=url: organizer.browser.get(url)) for url in pages]
    fill(30)
    assert [count_queries(lambda url=url: organizer.browser.get(url)) for url in pages] == few
