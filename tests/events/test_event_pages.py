"""The organizers' pages of events, as a browser without JavaScript sees them."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import pytest
import time_machine
from sqlalchemy import select

from crm.audit.models import AuditEntry
from crm.core.db import db
from crm.events.models import Event, Visibility
from crm.fields.definitions import YES, FieldKind, Subject
from crm.fields.operations import add_field, put_values
from crm.mail.models import OutgoingMail
from tests.makers import make_organization
from tests.pages import defaults

NEW = "/harbor/organize/events/new"
SERIES = {
    "kind": "demonstration",
    "title": "March on the Harbor",
    "starts_on": "2026-11-28",
    "starts_at": "12:00",
    "ends_at": "14:00",
    "repeats": "WEEKLY",
    "ends": "until",
    "until": "2027-01-20",
    "skipped-0": "2026-12-26",
    "changes-0-on_date": "2027-01-02",
    "changes-0-at_time": "14:00",
    "changes-0-place_name": "City Hall",
}


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel(datetime.fromisoformat("2026-11-21T12:00:00+00:00"), tick=True):
        yield


def schedule(browser, **changes):
    read_back = browser.submit(NEW, "title", **{**SERIES, **changes})
    return read_back, browser.submit(read_back, "title")


def test_a_series_is_read_back_before_it_is_saved(organizer):
    read_back, saved = schedule(organizer.browser)
    assert "Every Saturday at 12:00 noon until Wednesday, January 20" in read_back.text
    assert "Saturday, January 2, 2027, 2:00" in read_back.text and "City Hall" in read_back.text
    assert "Scheduled “March on the Harbor”." in saved.text
    event = db.session.query(Event).one()
    assert event.recurrence == "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270120"
    assert (event.visibility, event.skipped) == (Visibility.PUBLIC, ["2026-12-26"])
    assert [one.on_date for one in event.occurrences] == [date(2027, 1, 2)]


def test_what_is_edited_after_the_reading_is_read_back_again(organizer):
    page = organizer.browser.submit(NEW, "title", **SERIES)
    page = organizer.browser.submit(page, "title", until="2027-01-06")
    assert "until Wednesday, January 6" in page.text and db.session.query(Event).count() == 0


def test_a_workplace_meeting_starts_closed_and_stays_with_its_organizer(organizer, coordinator, visitor):
    _read, saved = schedule(organizer.browser, kind="workplace", title="Night shift")
    assert "Only the organizers" in saved.text or "Closed" in saved.text
    slug = db.session.query(Event).one().slug
    assert slug.startswith("meeting-") and "night" not in slug
    for person in (coordinator.browser, visitor):
        assert "Night shift" not in person.get("/harbor/organize/events/").text
        assert person.get(f"/harbor/organize/events/{slug}").status_code != 200
    assert "1 of Omar Ganizer" in coordinator.browser.page("/harbor/organize/events/").text


def test_wrong_dates_get_an_error_beside_their_field_and_keep_what_was_typed(organizer):
    page = organizer.browser.submit(NEW, "title", 422, **{**SERIES, "skipped-0": "2026-12-27"})
    assert any("no date on" in error for error in page.errors()), page.errors()
    page = organizer.browser.submit(NEW, "title", 422, **{**SERIES, "until": "2026-01-01"})
    assert "The series ends before it begins." in page.errors()
    # A date that it does not have, among those that differ: what is wrong with the whole list counts, too.
    page = organizer.browser.submit(NEW, "title", 422, **{**SERIES, "changes-0-on_date": "2027-01-03"})
    assert "There is 1 thing to put right" in page.text and "no date on" in page.text
    page = organizer.browser.submit(NEW, "title", 422, **{**SERIES, "title": "", "starts_at": "25:00"})
    assert len(page.errors()) == 2 and db.session.query(Event).count() == 0


def test_a_day_at_the_end_of_time_and_a_title_of_spaces_are_refused_beside_their_field(organizer):
    at, too_far = {"starts_on": "9999-12-31", "starts_at": "23:00"}, "Choose a date from 1970 to 2199."
    page = organizer.browser.submit(NEW, "title", 422, **SERIES | at | {"title": "   ", "ends_at": "01:00"})
    assert too_far in page.errors() and len(page.errors()) == 2
    schedule(organizer.browser)
    for address, more in (("2026-11-28/change", {"ends_at": "01:00"}), ("add", {})):
        url = f"/harbor/organize/events/march-on-the-harbor/{address}"
        assert organizer.browser.submit(url, "starts_on", 422, **at, **more).errors() == [too_far]


def test_one_date_is_cancelled_and_restored(organizer):
    schedule(organizer.browser)
    page = organizer.browser.submit(
        "/harbor/organize/events/march-on-the-harbor/2026-12-12/cancel",
        "reason",
        reason="The bridge is closed",
    )
    assert "Cancelled on Saturday, December 12." in page.text and "The bridge is closed" in page.text
    page = organizer.browser.submit(page, "2026-12-12/restore")
    assert "takes place after all" in page.text


def test_one_date_is_moved_elsewhere(organizer):
    schedule(organizer.browser)
    url = "/harbor/organize/events/march-on-the-harbor/2026-12-05/change"
    page = organizer.browser.submit(url, "starts_on", starts_on="2026-12-06", place_name="Union Hall")
    assert "Sun, Dec 6" in page.text and "instead of Sat, Dec 5" in page.text and "Union Hall" in page.text


def test_an_observer_reads_and_changes_nothing(organizer, observer):
    schedule(organizer.browser)
    assert "March on the Harbor" in observer.browser.page("/harbor/organize/events/").text
    for path in ("new", "march-on-the-harbor/edit", "march-on-the-harbor/cancel"):
        assert observer.browser.get(f"/harbor/organize/events/{path}").status_code == 403


def test_an_outsider_finds_nothing(organizer, outsider):
    schedule(organizer.browser)
    assert outsider.browser.get("/harbor/organize/events/").status_code == 404
    assert outsider.browser.get("/prairie/organize/events/march-on-the-harbor").status_code == 404


def test_dates_that_are_none_are_not_found(organizer):
    schedule(organizer.browser)
    for day in ("2026-12-26", "2026-12-27", "nonsense", "9999-99-99"):
        response = organizer.browser.get(f"/harbor/organize/events/march-on-the-harbor/{day}/cancel")
        assert response.status_code == 404, day


def test_the_button_pressed_twice_schedules_once(organizer):
    read_back = organizer.browser.submit(NEW, "title", **SERIES)
    first = organizer.browser.submit(read_back, "title")
    second = organizer.browser.submit(read_back, "title")
    assert first.url == second.url
    assert db.session.query(Event).count() == 1


def test_dates_far_away_or_spelt_otherwise_are_not_found(organizer):
    schedule(organizer.browser)
    for day in ("0001-01-01", "9999-12-31", "20261128", "2026-W48-6"):
        for act in ("cancel", "change"):
            url = f"/harbor/organize/events/march-on-the-harbor/{day}/{act}"
            assert organizer.browser.get(url).status_code == 404, url


def test_a_date_has_a_page_of_its_own_for_organizers(organizer, observer):
    schedule(organizer.browser)
    address = "/harbor/organize/events/march-on-the-harbor/2026-12-05/"
    page = organizer.browser.page(address)
    assert "Week 2" in page.text
    assert {"Move", "Cancel this date"} <= set(page.links())
    assert "Move" not in observer.browser.page(address).links()
    organizer.browser.page(address.replace("2026-12-05", "2026-13-01"), 404)
    organizer.browser.page(address.replace("2026-12-05", "2026-12-06"), 404)


def test_picked_days_are_read_back_in_one_breath_and_changed_later(organizer):
    once = {name: "" for name in SERIES if name.startswith(("changes", "skipped"))}
    days = {"repeats": "picked", "picked-0": "2026-12-05", "picked-1": "2026-12-19", **once}
    read_back, saved = schedule(organizer.browser, **days)
    assert "On November 28, December 5, and 19 at 12:00 noon" in read_back.text
    assert "Scheduled" in saved.text
    url = "/harbor/organize/events/march-on-the-harbor/edit"
    page = organizer.browser.submit(url, "title", **{"picked-0": "", "picked-2": "2026-12-12"})
    assert "On November 28, December 5, 12, and 19" in page.text and "cancelled on December 5" in page.text
    organizer.browser.submit(page, "title")
    states = {one.on_date.day: one.state.value for one in db.session.query(Event).one().occurrences}
    assert states == {5: "cancelled", 12: "scheduled", 19: "scheduled"}


def test_a_draft_is_kept_and_published(organizer, observer, visitor):
    read_back = organizer.browser.submit(NEW, "title", **SERIES)
    page = organizer.browser.submit(read_back, "title", draft="1")
    assert "as a draft" in page.text and "Organizers alone see it" in page.text
    assert "March on the Harbor" not in observer.browser.page("/harbor/organize/events/").text
    page = organizer.browser.submit(page, "/publish")
    assert "Published “March on the Harbor”." in page.text
    assert visitor.get("/harbor/events/march-on-the-harbor.ics").status_code == 200


def test_two_who_change_it_at_once_see_both_versions(organizer, coordinator):
    schedule(organizer.browser)
    url = "/harbor/organize/events/march-on-the-harbor/edit"
    mine = organizer.browser.submit(url, "title", title="Mine", place_name="Pier 9")
    theirs = coordinator.browser.submit(url, "title", title="Theirs")
    coordinator.browser.submit(theirs, "title")
    page = organizer.browser.submit(mine, "title", 422)
    assert "Somebody else changed it meanwhile" in page.text and "Theirs" in page.text
    assert db.session.query(Event).one().title == "Theirs"
    page = organizer.browser.submit(page, "title")
    organizer.browser.submit(page, "title")
    db.session.expire_all()
    assert db.session.query(Event).one().title == "Mine"
    date_url = url.replace("edit", "2026-12-05/change")
    first, second = organizer.browser.page(date_url), coordinator.browser.page(date_url)
    coordinator.browser.submit(second, "starts_on", place_name="Union Hall")
    page = organizer.browser.submit(first, "starts_on", 422, place_name="City Hall")
    assert "Union Hall" in page.text and "City Hall" in page.text


def test_from_a_date_on_it_goes_on_otherwise(organizer):
    schedule(organizer.browser)
    page = organizer.browser.page("/harbor/organize/events/march-on-the-harbor/2026-12-19/")
    assert "Change it from this date on" in page.links()
    url = "/harbor/organize/events/march-on-the-harbor/2026-12-19/split"
    read_back = organizer.browser.submit(url, "title", starts_at="15:00", ends_at="16:00")
    assert "Every Saturday at 3:00" in read_back.text and "City Hall" in read_back.text
    page = organizer.browser.submit(read_back, "title")
    assert "From Saturday, December 19, 2026 on it goes on like this." in page.text
    assert organizer.browser.submit(read_back, "title").url == page.url
    assert db.session.query(Event).count() == 2
    old = organizer.browser.page("/harbor/organize/events/march-on-the-harbor")
    assert "After its last date it goes on otherwise" in old.text
    assert organizer.browser.get("/harbor/organize/events/march-on-the-harbor/2027-01-09/").status_code == 301


def test_a_series_goes_on_in_one_click(organizer):
    _read, page = schedule(organizer.browser)
    page = organizer.browser.submit(page, "until")
    assert "The series goes on until Tuesday, April 20, 2027." in page.text
    assert db.session.query(Event).one().recurrence.endswith("UNTIL=20270420")


def test_people_and_groups_are_named_and_taken_off_on_a_page(organizer, coordinator):
    schedule(organizer.browser, kind="workplace", title="Night shift")
    group = make_organization("Cannery Workers")
    db.session.commit()
    about = f"/harbor/organize/events/{db.session.query(Event).one().slug}"
    url = f"{about}/people"
    page = organizer.browser.submit(url, "user_id", user_id=str(coordinator.user.id))
    assert "Cora Dinator sees this event now." in page.text
    page = organizer.browser.submit(organizer.browser.page(f"{url}?q=cannery"), "organization_id")
    assert "Cannery Workers sees this event now." in page.text
    names = coordinator.browser.page(about).text
    assert "Cannery Workers" in names and "Omar Ganizer" in names
    for wrong in ("x", "99999999999999999999"):
        organizer.browser.submit(organizer.browser.page(url), "organization_id", 422, organization_id=wrong)
    assert group.id


def test_the_list_is_taken_out_as_a_file_of_what_it_shows(organizer, observer, coordinator, outsider):
    """Harmless to a spreadsheet, noted in the audit; the coordinators are told, and nobody else gets it."""
    plain = {name: None for name in SERIES if "-" in name}
    schedule(organizer.browser, title="=HYPERLINK(1)", until="2026-12-05", **plain)
    schedule(organizer.browser, title="Assembly", kind="neighborhood", repeats="", **plain)
    childcare = add_field(coordinator.viewer, Subject.EVENT, "Childcare", FieldKind.YES_NO, (), "")
    for event_id in db.session.scalars(select(Event.id)):
        put_values(Subject.EVENT, event_id, {childcare.id: YES})
    db.session.commit()
    page = organizer.browser.page("/harbor/organize/events/?kind=demonstration&_external=1")
    response = organizer.browser.submit(page, "events.csv").response
    head, *rows = csv.reader(io.StringIO(response.text.removeprefix("\ufeff")))
    assert head[-1] == "Childcare" and [row[0] for row in rows] == ["2026-11-28", "2026-12-05"]
    assert rows[0][1:7] == ["12:00", "14:00", "America/Los_Angeles", "'=HYPERLINK(1)", "Demonstration", ""]
    assert rows[0][-1] == "yes"
    assert (
        db.session.scalar(select(AuditEntry.user_id).where(AuditEntry.action == "events.csv"))
        == organizer.user.id
    )
    [mail] = db.session.scalars(select(OutgoingMail))
    assert mail.recipient == coordinator.user.email
    assert "Omar Ganizer downloaded the list of events" in mail.body
    address = page.form("events.csv").get("action")
    assert "_external" not in address and "events.csv" not in observer.browser.page(page.url).response.text
    token = defaults(page.form("events.csv"))
    assert observer.browser.post(address, data=token).status_code in (400, 403)
    assert outsider.browser.get("/harbor/organize/events/").status_code == 404
