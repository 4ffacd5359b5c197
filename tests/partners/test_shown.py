"""Dates of partners beside the coalition's own: in the month, in the list, and in the feed where chosen."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import icalendar
import pytest

from crm.core import clock
from crm.core.db import db
from crm.partners.ics_reader.found import Date, Entry, Reading
from crm.partners.models import PartnerCalendar
from crm.partners.operations import add_calendar, keep_visit
from crm.partners.operations.calendars import change_calendar
from crm.partners.process import Days, Visit
from tests.counting import count_queries

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)
SEATTLE = "America/Los_Angeles"


@pytest.fixture(autouse=True)
def _now(app):
    app.config["FIXED_CLOCK"] = NOW.isoformat()
    yield
    app.config["FIXED_CLOCK"] = None


def one(hour: int, day: int = 28, title: str = "Potluck", **values) -> Entry:
    starts = datetime(2026, 11, day, hour, tzinfo=UTC)
    ends = starts.replace(hour=hour + 1)
    told = {"title": title, "place": "Union Hall", "url": "https://tenants.example/potluck", **values}
    date = Date(starts, ends, starts, cancelled=values.pop("cancelled", False), **{
        name: told[name] for name in ("title", "place", "url")})  # fmt: skip
    local, uid = starts.replace(tzinfo=None), f"{title}{day}{hour}"
    all_day = values.get("all_day", False)
    return Entry(uid, title, "", told["place"], told["url"], SEATTLE, all_day, False, "", local, dates=[date])


def keep(viewer, coalition, entries, address="https://tenants.example/a.ics", **values) -> PartnerCalendar:
    chosen = {
        "name": "Tenants' Union",
        "organization_id": None,
        "shown_in_calendar": True,
        "in_own_feed": False,
    }
    calendar = add_calendar(viewer, {**chosen, "address": address, **values})
    reading = Reading("", entries, [], len(entries), 0)
    keep_visit(calendar, Visit(reading, "", "", "x"), Days(clock.today(coalition.zone), coalition.zone))
    db.session.commit()
    return calendar


def test_in_month_and_list_with_their_source_and_hidden_when_asked(coalition, organizer, visitor):
    keep(organizer.viewer, coalition, [one(20), one(3, title="March", all_day=True, url="", cancelled=True)])
    for address in ("/harbor/calendar?month=2026-11", "/harbor/calendar?view=list"):
        page = visitor.page(address)
        assert "Potluck" in page.text and "Tenants' Union" in page.text
        assert "12:00" in page.text and "All day" in page.text and "Cancelled March" in page.text
        links = [a for a in page.tree.iter("a") if a.get("href") == "https://tenants.example/potluck"]
        assert len(links) == 1 and "noreferrer" in links[0].get("rel", "")
        hidden = visitor.page(f"{address}&partners=hide")
        assert "Potluck" not in hidden.text and "Hide the dates of other groups' calendars" in hidden.text
        assert all(
            "partners=hide" in url for name, url in hidden.links().items() if name in ("Later", "As a list")
        )
        assert "Potluck" not in visitor.page(f"{address}&kind=demonstration").text


def test_in_the_coalitions_own_feed_only_where_chosen(coalition, organizer, visitor):
    values = {"name": "Tenants' Union", "organization_id": None, "shown_in_calendar": True}
    kept = keep(organizer.viewer, coalition, [one(20), one(8, title="March", all_day=True)])
    assert b"Potluck" not in visitor.get("/harbor/calendar.ics").data
    change_calendar(organizer.viewer, kept, {**values, "in_own_feed": True})
    first = visitor.get("/harbor/calendar.ics")
    events = {str(e["SUMMARY"]): e for e in icalendar.Calendar.from_ical(first.data).walk("VEVENT")}
    assert set(events) == {"Potluck", "March"}
    potluck = events["Potluck"]
    assert str(potluck["UID"]).endswith("@muster") and "Tenants' Union" in str(potluck["DESCRIPTION"])
    assert (str(potluck["URL"]), str(potluck["LOCATION"])) == (
        "https://tenants.example/potluck",
        "Union Hall",
    )
    assert events["March"]["DTSTART"].dt.isoformat() == "2026-11-28"
    assert b"Potluck" not in visitor.get("/harbor/calendar.ics?kind=demonstration").data
    again = visitor.get("/harbor/calendar.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_readers_of_news_are_told_what_the_file_holds(coalition, organizer, visitor):
    values = {"name": "Tenants' Union", "organization_id": None, "shown_in_calendar": True}
    entries = [one(20), one(8, title="March", all_day=True, url="", cancelled=True)]
    kept = keep(organizer.viewer, coalition, entries)
    feeds = ("/harbor/calendar.json", "/harbor/calendar.rss")
    assert not any("Tenants" in visitor.get(feed).text for feed in feeds)
    change_calendar(organizer.viewer, kept, {**values, "in_own_feed": True})
    march, potluck = json.loads(visitor.get(feeds[0]).data)["items"]
    assert (march["title"], march["url"]) == (
        "CANCELLED: March, Saturday, November 28, 2026",
        "http://localhost/harbor/calendar",
    )
    assert (
        potluck["title"].replace("\u202f", " ")
        == "Potluck, Saturday, November 28, 2026, 12:00 noon – 1:00 PM"
    )
    assert potluck["content_text"].split("\n")[1:] == ["Union Hall", "From the calendar of Tenants' Union."]
    assert potluck["url"] == "https://tenants.example/potluck" and potluck["_event"]["kind"] is None
    ics = icalendar.Calendar.from_ical(visitor.get("/harbor/calendar.ics").data)
    assert {potluck["id"], march["id"]} == {str(event["UID"]) for event in ics.walk("VEVENT")}
    told = visitor.get(feeds[1]).text
    assert potluck["id"] in told and march["title"] in told
    assert not any("Tenants" in visitor.get(f"{feed}?kind=demonstration").text for feed in feeds)


def test_the_calendar_asks_as_often_for_many_dates_as_for_few(coalition, organizer, visitor):
    keep(organizer.viewer, coalition, [one(20)])
    few = count_queries(lambda: visitor.get("/harbor/calendar"))
    many = [one(hour, day, f"No {hour}") for day in range(22, 30) for hour in range(4)]
    keep(organizer.viewer, coalition, many, "https://tenants.example/b.ics")
    assert count_queries(lambda: visitor.get("/harbor/calendar")) == few
    listed = "/harbor/organize/events/partners/"
    few = count_queries(lambda: organizer.browser.get(listed))
    for number in range(12):
        keep(organizer.viewer, coalition, [], f"https://tenants.example/{number}.ics", name=f"Group {number}")
    assert count_queries(lambda: organizer.browser.get(listed)) == few


def test_a_calendar_of_another_coalition_is_not_shown(coalition, other_coalition, organizer, visitor):
    keep(organizer.viewer, coalition, [one(20)])
    assert "Potluck" not in visitor.page("/prairie/calendar?month=2026-11").text
