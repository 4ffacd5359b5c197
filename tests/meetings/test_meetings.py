"""A meeting from its agenda to what is to be done, as organizers and the public see it."""

from __future__ import annotations

import pytest
import time_machine

from crm.core.db import db
from crm.core.errors import Refused
from crm.core.markdown import to_html
from crm.events.models import Visibility
from crm.events.operations import name_group
from crm.meetings import operations, queries
from crm.meetings.models import ActionItem, AgendaItem, Decision
from crm.meetings.ready import Draft
from crm.outreach.models import FollowUp
from crm.roles.models import RoleKind
from crm.roles.operations import RoleNeed, Taker, add_role, take_role
from tests.counting import count_queries
from tests.makers import make_organization
from tests.meetings.makers import FIRST, NOW, SECOND, THIRD, go_on_from, make_meeting

THERE, NEXT = (f"/harbor/organize/events/coalition-meeting/{day}" for day in (FIRST, SECOND))
PUBLIC = f"/harbor/events/coalition-meeting/{FIRST}"


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def meeting(coalition, organizer):
    event = make_meeting(organizer.viewer, coalition)
    db.session.commit()
    return event


def row(number: int, **typed: object) -> dict[str, object]:
    return {f"items-{number}-{name}": value for name, value in typed.items()}


def test_an_agenda_is_written_in_rows_and_its_times_follow_from_the_minutes(meeting, organizer):
    page = organizer.browser.submit(
        f"{THERE}/agenda",
        "seen",
        **row(0, title="The hearing", minutes="25", owner="Harbor Tenants Union", place="2"),
        **row(1, title="Welcome", minutes="10", place="1"),
        **row(2, minutes="99"),
    )
    assert "The agenda is saved." in page.text
    kept = queries.list_agenda(meeting.id, FIRST)
    assert [(one.title, one.minutes) for one in kept] == [("Welcome", 10), ("The hearing", 25)]
    table = page.tree.find(".//table[@class='timetable']")
    assert [t.get("datetime") for t in table.iter("time")] == ["18:30", "18:40", "19:05"]
    assert "25 minutes are left" in page.text
    paper = organizer.browser.page(f"{THERE}/agenda/print")
    assert "Harbor Tenants Union" in paper.text and not list(paper.tree.iter("textarea"))
    page = organizer.browser.submit(f"{THERE}/agenda", "seen", **row(1, minutes="90"))
    assert "40 minutes more than the meeting has" in page.text


def test_who_has_which_role_and_what_is_open_stands_with_the_agenda_and_on_paper(
    meeting, organizer, observer
):
    who, group = organizer.viewer, make_organization("Harbor Tenants Union")
    operations.save_agenda(who, meeting, FIRST, [Draft("The hearing", 20)])
    childcare = add_role(who, meeting, RoleNeed(RoleKind.CHILDCARE, needed=3))
    notes = add_role(who, meeting, RoleNeed(RoleKind.NOTES))
    add_role(who, meeting, RoleNeed(RoleKind.TIMEKEEPER, on_date=SECOND))
    take_role(who, childcare, FIRST, Taker(group), 2)
    take_role(who, notes, FIRST, Taker(name="Ana Ruiz"), 1)
    take_role(who, notes, SECOND, Taker(name="Bo Diaz"), 1)
    db.session.commit()
    for browser in (organizer.browser, observer.browser):
        for page in ("agenda", "agenda/print"):
            text = browser.page(f"{THERE}/{page}").text
            assert "Childcare Harbor Tenants Union × 2 1 person is missing" in text
            assert "Notes Ana Ruiz" in text and "Bo Diaz" not in text and "Timekeeper" not in text
    assert "Timekeeper 1 person is missing" in organizer.browser.page(f"{NEXT}/agenda").text


def test_what_cannot_be_an_agenda_changes_nothing_and_is_kept_in_the_form(meeting, organizer):
    page = organizer.browser.submit(
        f"{THERE}/agenda", "seen", 422, **row(0, title="The hearing", minutes="-5"), **row(1, place="first")
    )
    assert len(page.errors()) == 2 and "The hearing" in page.response.text
    assert "There are 2 things to put right Row 1, Length, minutes: " in page.text
    assert "Row 2, Order: " in page.text
    assert db.session.query(AgendaItem).count() == 0


def test_of_two_who_write_at_once_the_second_sees_what_the_first_wrote(meeting, organizer, coordinator):
    mine = organizer.browser.page(f"{THERE}/agenda")
    coordinator.browser.submit(f"{THERE}/agenda", "seen", **row(0, title="Theirs"))
    page = organizer.browser.submit(mine, "seen", 409, **row(0, title="Mine"))
    assert "Theirs" in page.text and "Mine" in page.response.text and "Somebody else" in page.text
    organizer.browser.submit(page, "seen")
    assert [one.title for one in queries.list_agenda(meeting.id, FIRST)] == ["Mine"]


def test_the_next_agenda_begins_with_the_last_one_and_what_is_still_open(meeting, organizer):
    page = organizer.browser.page(f"{THERE}/agenda")
    assert "A know-your-rights workshop 90 minutes" in page.text
    for _press in range(2):
        organizer.browser.submit(page, "from", **{"from": "coalition"})
    ready = queries.list_agenda(meeting.id, FIRST)
    assert [one.minutes for one in ready] == [10, 10, 25, 10, 5]
    who = organizer.viewer
    operations.save_agenda(who, meeting, FIRST, [Draft("Hearing", 20, "Local 19", "bring the letter")])
    done, left = (
        operations.add_action_item(who, meeting, FIRST, title=title, due_on=SECOND, owner_id=who.user_id)
        for title in ("Book the hall", "Call the clerk")
    )
    db.session.commit()
    organizer.browser.submit(f"{THERE}/minutes", f"/{done.follow_up_id}/done")
    page = organizer.browser.page(f"{NEXT}/agenda")
    assert "Call the clerk" in page.text and "Book the hall" not in page.text
    organizer.browser.submit(page, "from", **{"from": "last"})
    copied = queries.list_agenda(meeting.id, SECOND)
    assert [(one.title, one.minutes, one.owner, one.note) for one in copied] == [
        ("Hearing", 20, "Local 19", "")
    ]
    assert "Call the clerk" in organizer.browser.page("/harbor/organize/events/coalition-meeting").text
    assert "Call the clerk" not in organizer.browser.page(f"{THERE}/agenda").text
    assert left.follow_up.done_at is None
    later = go_on_from(who, meeting, THIRD)
    db.session.commit()
    page = organizer.browser.page(f"/harbor/organize/events/{later.slug}/{THIRD}/agenda")
    assert "Call the clerk" in page.text, "a series that was split goes on"
    organizer.browser.submit(page, "from", **{"from": "last"})
    assert [one.title for one in queries.list_agenda(later.id, THIRD)] == ["Hearing"]


def test_minutes_begin_with_the_agenda_and_are_public_when_published(meeting, organizer, visitor):
    operations.save_agenda(organizer.viewer, meeting, FIRST, [Draft("The hearing", 20)])
    page = organizer.browser.page(f"{THERE}/minutes")
    assert "# The hearing" in page.response.text
    text = "# The hearing\n\nWe **go** on Monday. <script>x</script>"
    page = organizer.browser.submit(page, "text", text=text)
    organizer.browser.submit(page, "decision", decision="We endorse the ordinance.")
    visitor.page(f"{PUBLIC}/minutes", 404)
    page = organizer.browser.submit(f"{THERE}/minutes", "/publish")
    shown = visitor.page(f"{PUBLIC}/minutes")
    assert "We go on Monday." in shown.text and "We endorse the ordinance." in shown.text
    assert "<script>x" not in shown.response.text
    assert f"{PUBLIC}/minutes" in visitor.page(PUBLIC).links().values()
    organizer.browser.submit(page, "withdraw")
    visitor.page(f"{PUBLIC}/minutes", 404)
    assert f"{PUBLIC}/minutes" not in visitor.page(PUBLIC).links().values()


def test_minutes_are_gone_from_the_public_with_the_meeting(meeting, organizer, coordinator, visitor):
    operations.save_minutes(organizer.viewer, meeting, FIRST, "We go on Monday.")
    operations.publish_minutes(organizer.viewer, meeting, FIRST)
    visitor.page(f"{PUBLIC}/minutes")
    for narrower in (Visibility.GROUPS, Visibility.CLOSED):
        meeting.visibility = narrower
        for browser in (visitor, coordinator.browser, organizer.browser):
            browser.page(f"{PUBLIC}/minutes", 404)
    for page in ("agenda", "agenda/print", "minutes"):
        coordinator.browser.page(f"{THERE}/{page}", 404)


def test_minutes_of_a_meeting_for_groups_are_published_to_these_and_never_to_the_public(
    coalition, organizer, observer, visitor, representative, representative_of
):
    meeting = make_meeting(organizer.viewer, coalition, visibility=Visibility.GROUPS)
    operations.save_minutes(organizer.viewer, meeting, FIRST, "We go on Monday.")
    operations.add_decision(organizer.viewer, meeting, FIRST, "We endorse the ordinance.")
    operations.save_minutes(organizer.viewer, meeting, SECOND, "Not yet.")
    db.session.commit()
    own = f"/harbor/group/minutes/coalition-meeting/{FIRST}/"
    invited, other = (
        representative.browser,
        representative_of(make_organization("Local 7"), "Bo Diaz").browser,
    )
    invited.page(own, 404)
    organizer.browser.submit(f"{THERE}/minutes", "/publish")
    shown = invited.page(own)
    assert "We go on Monday." in shown.text and "We endorse the ordinance." in shown.text
    assert own in other.page("/harbor/group/").links().values()
    invited.page(own.replace(str(FIRST), str(SECOND)), 404)
    assert "Published to the groups" in observer.browser.page(f"{THERE}/minutes").text

    def is_public() -> bool:
        assert f"{PUBLIC}/minutes" not in visitor.get(PUBLIC).text
        return any(browser.get(f"{PUBLIC}/minutes").status_code == 200 for browser in (visitor, invited))

    assert not is_public() and visitor.get(own).status_code == 302
    name_group(organizer.viewer, meeting, representative.contact.organization_id)
    db.session.commit()
    invited.page(own)
    other.page(own, 404)
    assert own not in other.page("/harbor/group/").links().values()
    meeting.visibility = Visibility.PUBLIC
    assert not is_public(), "what was meant for groups is not made public by another change"
    other.page(own)
    organizer.browser.submit(f"{THERE}/minutes", "/publish")
    visitor.page(f"{PUBLIC}/minutes")
    meeting.visibility = Visibility.CLOSED
    invited.page(own, 404)
    meeting.visibility = Visibility.GROUPS
    organizer.browser.submit(f"{THERE}/minutes", "withdraw")
    invited.page(own, 404)


def test_what_nobody_may_read_or_nobody_wrote_is_not_published(coalition, organizer):
    meeting = make_meeting(organizer.viewer, coalition, visibility=Visibility.CLOSED)
    operations.save_minutes(organizer.viewer, meeting, FIRST, "We go on Monday.")
    db.session.commit()
    there = f"/harbor/organize/events/{meeting.slug}/{FIRST}/minutes"
    assert "/publish" not in organizer.browser.page(there).response.text
    with pytest.raises(Refused, match="Neither the public nor"):
        operations.publish_minutes(organizer.viewer, meeting, FIRST)
    meeting.visibility = Visibility.PUBLIC
    with pytest.raises(Refused, match="nothing to publish"):
        operations.publish_minutes(organizer.viewer, meeting, SECOND)


def test_an_action_item_is_a_follow_up_of_its_owner_made_once(meeting, organizer, coordinator):
    group = make_organization("Harbor Tenants Union")
    page = organizer.browser.page(f"{THERE}/minutes")
    typed = {
        "title": "Call the clerk",
        "owner_id": str(coordinator.user.id),
        "due_on": "2026-11-24",
        "organization": "Harbor Ten",
    }
    for _press in range(2):
        organizer.browser.submit(page, "due_on", **typed)
    follow_up = db.session.query(FollowUp).one()
    assert (follow_up.title, follow_up.owner_id) == ("Call the clerk", coordinator.user.id)
    assert follow_up.organization_id == group.id
    assert "Call the clerk" in coordinator.browser.page("/harbor/organize/").text
    page = organizer.browser.submit(page, "due_on", 422, **{**typed, "organization": "Nobody"})
    assert "No group of this name" in page.text and "Call the clerk" in page.response.text
    make_organization("Harbor Tennis Club")
    page = organizer.browser.submit(page, "due_on", 422, **{**typed, "organization": "Harbor"})
    assert "Several groups fit" in page.text
    organizer.browser.submit(f"{THERE}/minutes", "/remove")
    assert db.session.query(FollowUp).count() == db.session.query(ActionItem).count() == 0


def test_a_decision_is_noted_once_and_removed(meeting, organizer, observer):
    page = organizer.browser.page(f"{THERE}/minutes")
    for _press in range(2):
        organizer.browser.submit(page, "decision", decision="We march.")
    assert db.session.query(Decision).count() == 1
    seen = observer.browser.page(f"{THERE}/minutes")
    assert "We march." in seen.text and not list(seen.tree.iter("textarea"))
    assert "1 decision" in observer.browser.page(f"{THERE}/").text
    organizer.browser.submit(f"{THERE}/minutes", "/remove")
    assert db.session.query(Decision).count() == 0


def test_pages_ask_the_database_as_often_with_many_rows(meeting, organizer):
    def fill(count: int) -> None:
        who = organizer.viewer
        operations.save_agenda(who, meeting, FIRST, [Draft(f"Item {n}", 5) for n in range(count)])
        for number in range(count):
            group = make_organization(f"Neighbors of Block {number} of {count}")
            operations.add_decision(who, meeting, FIRST, f"Decision {number}")
            operations.add_action_item(
                who, meeting, FIRST, title="Do", due_on=SECOND, owner_id=who.user_id, organization_id=group.id
            )
        db.session.commit()

    def asked() -> list[int]:
        pages = (f"{THERE}/minutes", f"{THERE}/", f"{NEXT}/agenda")
        return [count_queries(lambda url=url: organizer.browser.get(url)) for url in pages]

    fill(2)
    few = asked()
    fill(30)
    assert asked() == few


def test_minutes_are_shown_with_a_short_list_of_elements():
    html = to_html(
        "# Hi <b>x</b>\n[a](javascript:1) [b](https://x.example/) ![p](https://x.example/p.png)\nnext"
    )
    assert "<h3>Hi &lt;b&gt;x&lt;/b&gt;</h3>" in html and "<br>" in html
    assert 'href="javascript' not in html and "<img" not in html
    assert '<a href="https://x.example/" rel="noopener noreferrer nofollow">b</a>' in html
