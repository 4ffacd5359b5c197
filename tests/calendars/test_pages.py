"""The public calendar and its events, as a browser without JavaScript shows them."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest

from crm.coalitions.operations import edit_settings
from crm.core.db import db
from crm.demonstrations.models import CoSponsorState
from crm.demonstrations.operations import answer_co_sponsorship, ask_to_co_sponsor
from crm.events.models import EventKind, Visibility
from crm.events.operations import Change, add_date, cancel_date, cancel_event, change_date
from crm.events.recurrence import Frequency, Rule, Weekday
from tests.calendars.conftest import schedule
from tests.counting import count_queries
from tests.makers import PROGRAM, make_organization
from tests.pages import Page, text_of

CALENDAR = "/harbor/calendar"
MARCH = "/harbor/events/march-on-the-harbor"


def cells(page: Page) -> dict[str, str]:
    """Day → what stands in its cell."""
    return {
        time.get("datetime", ""): text_of(cell)
        for cell in page.tree.iter("td")
        for time in list(cell.iter("time"))[:1]
    }


def test_a_month_is_a_table_with_a_caption_and_its_weekdays(story, visitor):
    page = visitor.page(f"{CALENDAR}?month=2026-12")
    [table] = page.tree.iter("table")
    assert text_of(next(table.iter("caption"))) == "December 2026"
    assert [text_of(th) for th in table.iter("th")] == ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    days = cells(page)
    assert len(days) == 31 and "12:00 PM March on the Harbor" in days["2026-12-05"]
    assert "Ballard neighbors" in days["2026-12-02"] and "March" not in days["2026-12-26"]


def test_weeks_begin_as_they_do_where_the_coalition_is(story, coalition, visitor):
    spanish = visitor.page(f"{CALENDAR}?lang=es")
    assert text_of(next(spanish.tree.iter("th"))) == "dom"
    edit_settings(coalition, {"timezone": "Europe/London"})
    page = visitor.page(CALENDAR)
    assert text_of(next(page.tree.iter("th"))) == "Mon"


def test_cancelled_and_moved_dates_say_so_in_words(story, organizer, visitor):
    march = story["demonstration"]
    change_date(PROGRAM, march, date(2026, 12, 19), Change(datetime(2026, 12, 20, 13)))
    db.session.commit()
    page = visitor.page(f"{CALENDAR}?month=2026-12")
    days = cells(page)
    assert days["2026-12-12"].endswith("Cancelled March on the Harbor")
    assert [text_of(s) for s in page.tree.iter("s")] == ["March on the Harbor"]
    assert "1:00 PM Moved March on the Harbor" in days["2026-12-20"] and "March" not in days["2026-12-19"]
    listed = visitor.page(f"{CALENDAR}?view=list&from=2026-12-07").text
    assert "The bridge is closed" in listed
    assert "instead of Saturday, December 19, 12:00 noon" in listed


def test_today_is_marked_and_months_lead_to_each_other(story, visitor, november):
    page = visitor.page(CALENDAR)
    [today] = [cell for cell in page.tree.iter("td") if cell.get("aria-current") == "date"]
    assert text_of(today).startswith("21Saturday, November 21 Today")
    links = page.links()
    assert links["October 2026, the month before"].endswith("month=2026-10")
    december = visitor.page(links["December 2026, the month after"])
    assert "December 2026" in december.text and "Today" not in december.text


@pytest.mark.parametrize(
    "query",
    ["month=2026-13", "month=x", "month=0000-01", "month=9999-12", "month=٢٠٢٦-١٢", "month=1-1", "month=%00",
     "view=list&from=2026-02-30", "view=list&from=0001-01-01", "view=list&from=9999-12-31", "kind=x"],
)  # fmt: skip
def test_an_address_that_makes_no_sense_shows_the_present(query, story, visitor):
    assert "November" in visitor.page(f"{CALENDAR}?{query}").text


def test_the_calendar_has_a_first_and_a_last_page(story, visitor):
    first, last = (visitor.page(f"{CALENDAR}?month={month}") for month in ("2000-01", "2100-12"))
    assert "Nothing is planned for this month yet." in first.text
    assert [name for name in first.links() if "the month" in name] == ["February 2000, the month after"]
    assert [name for name in last.links() if "the month" in name] == ["November 2100, the month before"]
    assert "Campus meeting" in visitor.page(f"{CALENDAR}?view=list&from=2100-12-01").text


def test_the_list_tells_kind_and_place_day_by_day(story, visitor):
    page = visitor.page(f"{CALENDAR}?view=list")
    assert "November 21, 2026 to January 1, 2027" in page.text
    assert "12:00 noon – 2:00 PM · Demonstration · Pier 9, 9 Harbor Way" in page.text
    later = visitor.page(page.links()["Later"])
    assert "City Hall" in later.text and "January 2, 2027 to February 12, 2027" in later.text


def test_kinds_are_chosen_in_a_form_and_kept_on_the_way(story, visitor):
    page = visitor.submit(f"{CALENDAR}?month=2026-12", "kind", kind=["campus", "neighborhood"])
    assert "March" not in page.text and "Ballard neighbors" in page.text and "December 2026" in page.text
    links = page.links()
    for name in ("November 2026, the month before", "As a list", "Español"):
        assert sorted(parse_qs(urlsplit(links[name]).query)["kind"]) == ["campus", "neighborhood"]
    assert "March" in visitor.page(links["Show everything"]).text


def test_the_ways_to_subscribe_follow_what_is_chosen(story, visitor):
    calendar = visitor.page(f"{CALENDAR}?kind=campus&lang=es")
    page = visitor.page(calendar.links()["Suscríbase"])
    assert "Reunión en el campus" in page.text
    feed = "localhost/harbor/calendar.ics?kind=campus&lang=es"
    addresses = {a.get("href", ""): a.get("rel") for a in page.tree.iter("a")}
    assert f"webcal://{feed}" in addresses
    outside = {urlsplit(url).netloc: (url, rel) for url, rel in addresses.items() if url.startswith("https:")}
    assert {rel for _url, rel in outside.values()} == {"noreferrer noopener external"}
    google = [url for url in addresses if url.startswith("https://calendar.google.com/calendar/r?")]
    assert parse_qs(urlsplit(google[0]).query) == {"cid": [f"webcal://{feed}"]}
    for host in ("outlook.live.com", "outlook.office.com"):
        query = parse_qs(urlsplit(outside[host][0]).query)
        assert query["url"] == [f"http://{feed}"]
        assert query["name"] == ["Harbor City Coalition: Reunión en el campus"]
    copied = [i.get("value") for i in page.tree.iter("input") if i.get("id") == "feed-address"]
    assert copied == [f"http://{feed}"]
    assert visitor.get(f"http://{feed}").status_code == 200
    [picture] = [i.get("src", "") for i in page.tree.iter("img")]
    qr = visitor.get(picture)
    assert (qr.status_code, qr.mimetype) == (200, "image/svg+xml")
    assert ElementTree.fromstring(qr.data).get("viewBox") and b"style" not in qr.data


def test_what_to_subscribe_to_is_chosen_beside_the_buttons_too(story, visitor):
    page = visitor.submit(f"{CALENDAR}/subscribe", "kind", kind=["campus", "hearing"], lang="es")
    links = page.links().values()
    assert "webcal://localhost/harbor/calendar.ics?kind=campus&kind=hearing&lang=es" in links
    assert "Reunión en el campus, Audiencia" in page.text


def test_on_android_single_dates_are_taken_along(story, visitor, november):
    page = visitor.page(f"{CALENDAR}/subscribe")
    assert "Google’s app takes no address on a phone." in page.text
    dates = [url for url in page.links().values() if url.endswith(".ics") and "/events/" in url]
    assert f"{MARCH}/2026-11-28.ics" in dates and f"{MARCH}/2026-12-12.ics" not in dates  # cancelled
    assert len(dates) == 8 and all(visitor.get(url).status_code == 200 for url in dates)


def test_a_signed_in_organizer_sees_what_the_public_sees(story, visitor, coordinator):
    for url in (f"{CALENDAR}?month=2026-12", MARCH, f"/harbor/events/{story['home'].slug}"):
        assert coordinator.browser.get(url).data == visitor.get(url).data


def test_a_series_says_its_rule_its_next_date_and_those_to_come(demonstration, visitor, november):
    page = visitor.page(MARCH)
    assert "Every Saturday at 12:00 noon until Wednesday, January 20" in page.text
    assert "not on December 26" in page.text and "at City Hall instead" in page.text
    assert "The next date Saturday 28 November" in page.text
    assert page.links()["Add to my calendar"] == f"{MARCH}.ics"
    november.shift(timedelta(days=20))  # Friday, December 11: the next one is cancelled
    assert "The next date Saturday 19 December" in visitor.page(MARCH).text
    november.shift(timedelta(days=60))
    page = visitor.page(MARCH)
    assert "It has no more dates." in page.text and "Over" in page.text


def test_an_extra_date_of_a_one_off_has_a_page_and_an_address_of_its_own(coalition, november, visitor):
    event = schedule(coalition, title="Picnic", starts_local=datetime(2026, 11, 25, 9))
    add_date(PROGRAM, event, datetime(2026, 12, 9, 10))
    db.session.commit()
    page = visitor.page("/harbor/events/picnic")
    assert "Dates to come Wednesday, November 25" in page.text
    extra = visitor.page(page.links()["Wednesday, December 9"])
    assert "Wednesday 9 December 10:00 AM – 12:00 noon" in extra.text
    assert page.links()["Wednesday, November 25"] == "/harbor/events/picnic"
    feed = visitor.get("/harbor/calendar.ics").text.replace("\r\n ", "")
    assert "URL:http://localhost/harbor/events/picnic/2026-12-09\r\n" in feed
    assert "URL:http://localhost/harbor/events/picnic\r\n" in feed


def test_a_cancelled_event_says_so_first(demonstration, visitor):
    cancel_event(PROGRAM, demonstration, "We won")
    db.session.commit()
    text = visitor.page(MARCH).text
    assert "Cancelled: We won" in text and "The next date" not in text


def test_a_one_off_says_why_its_date_is_cancelled_and_days_far_ahead_their_year(coalition, november, visitor):
    once = schedule(coalition, title="Once", starts_local=datetime(2026, 12, 2, 18), rule=None)
    cancel_date(PROGRAM, once, date(2026, 12, 2), "Ill")
    monthly = Rule(Frequency.MONTHLY, weekdays=frozenset({Weekday.TUESDAY}), nth=1)
    schedule(coalition, title="Monthly", starts_local=datetime(2026, 12, 1, 18), rule=monthly)
    told = visitor.page("/harbor/events/once").text
    assert "This date is cancelled. Ill" in told and "Add to my calendar" not in told
    assert '"Cancelled: Ill\\n' in visitor.get("/harbor/calendar.json").text
    listed = visitor.page("/harbor/events/monthly").text
    assert "Tuesday, December 1 " in listed and "Tuesday, December 7, 2027" in listed


def test_a_date_keeps_its_address_wherever_it_is_moved(demonstration, visitor):
    change_date(PROGRAM, demonstration, date(2026, 12, 5), Change(datetime(2026, 12, 6, 13)))
    db.session.commit()
    page = visitor.page(f"{MARCH}/2026-12-05")
    assert "Moved: this is instead of Saturday, December 5, 12:00 noon." in page.text
    assert "Sunday" in page.text and "Week 2" in page.text
    assert visitor.get(f"{MARCH}/2026-12-06").status_code == 404
    cancelled = visitor.page(f"{MARCH}/2026-12-12")
    assert "This date is cancelled. The bridge is closed" in cancelled.text
    assert "Add to my calendar" not in cancelled.links()


@pytest.mark.parametrize("day", ["2026-12-26", "2026-12-13", "20261205", "2026-W49-6", "%00", "9999-12-31"])
def test_a_date_that_is_none_is_not_there(day, demonstration, visitor):
    assert visitor.get(f"{MARCH}/{day}").status_code == 404


def test_an_area_event_says_how_one_gets_the_address(story, coalition, visitor):
    page = visitor.page(f"/harbor/events/{story['home'].slug}")
    assert "You get the exact address once you say that you come." in page.text


def test_co_sponsors_stand_on_the_pages_of_what_they_sponsor(demonstration, visitor):
    for name, state, on_date in (
        ("Tenants Union", CoSponsorState.ACCEPTED, None),
        ("Choir", CoSponsorState.ACCEPTED, date(2026, 12, 5)),
        ("Undecided Club", None, None),
    ):
        one = ask_to_co_sponsor(PROGRAM, demonstration, make_organization(name), on_date)
        db.session.flush()
        if state:
            answer_co_sponsorship(PROGRAM, one, state)
    series, fifth, nineteenth = (visitor.page(MARCH + end).text for end in ("", "/2026-12-05", "/2026-12-19"))
    assert ["Tenants Union" in text for text in (series, fifth, nineteenth)] == [True, True, True]
    assert ["Choir" in text for text in (series, fifth, nineteenth)] == [False, True, False]
    assert "Undecided Club" not in series


def test_search_engines_are_told_what_the_page_tells(story, visitor):
    def data(url: str) -> list[dict[str, object]]:
        scripts = visitor.page(url).tree.iter("script")
        return [json.loads(s.text or "") for s in scripts if s.get("type") == "application/ld+json"]

    first = data(MARCH)[0]
    assert (first["startDate"], first["eventStatus"]) == (
        "2026-11-28T12:00:00-08:00",
        "https://schema.org/EventScheduled",
    )
    assert data(f"{MARCH}/2026-12-12")[0]["eventStatus"] == "https://schema.org/EventCancelled"
    [home] = data(f"/harbor/events/{story['home'].slug}")
    assert home["location"] == {"@type": "Place", "name": "Ballard", "address": "Ballard"}


def test_what_organizers_type_is_text(coalition, november, visitor):
    bad = "</script><script>alert(1)</script>"
    event = schedule(
        coalition, title=bad, description=bad, place_name=bad, starts_local=datetime(2026, 11, 25, 9)
    )
    for url in (CALENDAR, f"{CALENDAR}?view=list", f"/harbor/events/{event.slug}"):
        page = visitor.page(url)
        assert bad in page.text
        assert [s for s in page.tree.iter("script") if s.get("type") != "application/ld+json"] == []


def test_many_on_one_day_are_folded_away_and_still_there(coalition, november, visitor):
    for number in range(9):
        schedule(coalition, title=f"Group {number}", starts_local=datetime(2026, 11, 25, 9 + number))
    page = visitor.page(CALENDAR)
    [folded] = [d for d in page.tree.iter("details") if d.get("class") == "cal-more"]
    assert text_of(folded).startswith("3 more") and "Group 8" in text_of(folded)


def test_the_pages_ask_as_often_for_many_events_as_for_few(coalition, november, visitor):
    def fill(count: int) -> None:
        for number in range(count):
            starts = datetime(2026, 11, 22, 9) + timedelta(days=number % 28)
            schedule(coalition, kind=EventKind.CAMPUS, title=f"Meeting {number}", starts_local=starts)

    meeting = "/harbor/events/meeting-0"
    urls = (CALENDAR, f"{CALENDAR}?view=list", meeting, f"{meeting}/2026-11-22")
    fill(10)
    few = [count_queries(lambda u=url: visitor.get(u)) for url in urls]
    fill(70)
    many = [count_queries(lambda u=url: visitor.get(u)) for url in urls]
    # What other features show of an event costs them a question or two each.
    assert few == many and max(few[:2]) <= 5 and max(few) <= 10


def test_a_meeting_for_groups_is_no_page(coalition, november, organizer):
    event = schedule(coalition, visibility=Visibility.GROUPS)
    assert organizer.browser.get(f"/harbor/events/{event.slug}").status_code == 404
    assert organizer.browser.get(f"/harbor/organize/events/{event.slug}").status_code == 200
