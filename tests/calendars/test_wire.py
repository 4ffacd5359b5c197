"""The feeds on the wire: one test for each line of the design's checklist for HTTP."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import wraps
from inspect import Signature, signature
from typing import Any
from xml.etree import ElementTree

import icalendar
import pytest
from ical.calendar_stream import IcsCalendarStream

from crm.calendars.feeds import SHELF
from crm.coalitions.operations import rename_slug
from crm.core.db import db
from crm.core.transactions import OneRow
from tests.calendars.conftest import schedule
from tests.counting import count_queries

ICS = "/harbor/calendar.ics"
TYPES = {
    ICS: "text/calendar; charset=utf-8",
    "/harbor/events/march-on-the-harbor.ics": "text/calendar; charset=utf-8",
    "/harbor/events/march-on-the-harbor/2026-12-05.ics": "text/calendar; charset=utf-8",
    "/harbor/calendar.json": "application/feed+json; charset=utf-8",
    "/harbor/calendar.rss": "application/rss+xml; charset=utf-8",
}


def feeds(test: Callable[..., None]) -> Callable[..., None]:
    """Have a test look at each feed in turn, in one world: the feeds differ, not what is in them."""

    @wraps(test)
    def each(**given: Any) -> None:
        for url in TYPES:
            test(url=url, **given)

    asked = [one for name, one in signature(test).parameters.items() if name != "url"]
    each.__signature__ = Signature(asked)  # type: ignore[attr-defined]
    return each


@pytest.fixture(autouse=True)
def _a_demonstration(demonstration, november):
    """Every feed here has something in it, planned some time ago."""
    november.shift(timedelta(minutes=5))


@feeds
def test_200_at_once_whatever_is_accepted(url, visitor):
    for accept in (None, "*/*", "text/html", "application/xml", "nonsense", "text/calendar;q=0"):
        response = visitor.get(url, headers={"Accept": accept} if accept else {})
        assert (response.status_code, response.headers["Content-Type"]) == (200, TYPES[url]), accept


@feeds
def test_no_cookie_is_set_read_or_renewed(url, visitor, organizer):
    for browser in (visitor, organizer.browser):
        response = browser.get(url)
        assert "Set-Cookie" not in response.headers
        assert "Cookie" not in response.headers["Vary"]


@feeds
def test_nobody_is_asked_who_they_are(url, visitor, organizer):
    """A signed-in person costs no more queries, and gets the same bytes."""
    public = visitor.get(url).data
    counts = [count_queries(lambda b=b: b.get(url)) for b in (visitor, organizer.browser)]
    assert counts[0] == counts[1]
    assert organizer.browser.get(url).data == public


@feeds
def test_a_hit_reads_one_row(url, visitor, monkeypatch):
    """The version, by itself, and nothing through the session."""
    visitor.get(url)
    read, once = OneRow.read, []
    monkeypatch.setattr(OneRow, "read", lambda self, **values: once.append(values) or read(self, **values))
    assert count_queries(lambda: visitor.get(url)) == 0
    assert once == [{"slug": "harbor"}]


@feeds
def test_the_etag_is_weak_and_answers_304(url, visitor):
    first = visitor.get(url)
    assert first.headers["ETag"].startswith('W/"')
    for known in (
        first.headers["ETag"],
        first.headers["ETag"].removeprefix("W/"),
        f'"x", {first.headers["ETag"]}',
    ):
        again = visitor.get(url, headers={"If-None-Match": known})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Cache-Control"] == "public, no-cache"


@feeds
def test_last_modified_answers_304(url, visitor):
    first = visitor.get(url)
    told = parsedate_to_datetime(first.headers["Last-Modified"])
    assert told <= parsedate_to_datetime(first.headers["Date"])
    again = visitor.get(url, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert (again.status_code, again.data) == (304, b"")


@feeds
def test_if_none_match_comes_first(url, visitor):
    first = visitor.get(url)
    later = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    assert visitor.get(url, headers={**later, "If-None-Match": '"another"'}).status_code == 200
    earlier = {"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}
    assert visitor.get(url, headers={**earlier, "If-None-Match": first.headers["ETag"]}).status_code == 304


@feeds
def test_a_cache_asks_again_each_time(url, visitor):
    assert visitor.get(url).headers["Cache-Control"] == "public, no-cache"


@feeds
def test_head_is_as_get_without_the_body(url, visitor):
    got, head = visitor.get(url), visitor.head(url)
    assert (head.status_code, head.data) == (200, b"")
    wanted = ("Content-Type", "Content-Length", "ETag", "Last-Modified", "Cache-Control", "Vary")
    assert [head.headers[name] for name in wanted] == [got.headers[name] for name in wanted]


@feeds
def test_gzip_for_those_who_accept_it(url, visitor):
    plain = visitor.get(url)
    assert "Content-Encoding" not in plain.headers and plain.headers["Vary"] == "Accept-Encoding"
    for accept in ("gzip", "deflate, gzip;q=0.5", "*"):
        zipped = visitor.get(url, headers={"Accept-Encoding": accept})
        assert (zipped.headers["Content-Encoding"], zipped.headers["Vary"]) == ("gzip", "Accept-Encoding")
        assert gzip.decompress(zipped.data) == plain.data
        assert zipped.headers["ETag"] == plain.headers["ETag"]
    for accept in ("identity", "gzip;q=0", "br"):
        assert "Content-Encoding" not in visitor.get(url, headers={"Accept-Encoding": accept}).headers


def test_gzip_can_be_switched_off(app, visitor, monkeypatch):
    monkeypatch.setitem(app.config, "FEED_GZIP", False)
    response = visitor.get(ICS, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in response.headers and response.data.startswith(b"BEGIN:VCALENDAR")


@feeds
def test_pages_of_others_may_read_it(url, visitor):
    headers = visitor.get(url).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_robots_may_fetch_feeds_and_public_pages(visitor):
    response = visitor.get("/robots.txt")
    rules = [line.partition(": ")[2] for line in response.text.splitlines() if line.startswith("Disallow")]
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "/*/organize/" in rules and "/account/" in rules
    for path in (
        "/harbor/calendar.ics",
        "/feeds/token.ics",
        "/harbor/events/x.ics",
        "/harbor/",
        "/harbor/demands/",
    ):
        assert not any(path.startswith(rule.replace("/*/", "/harbor/")) for rule in rules), path


def test_the_served_file_has_no_fault_for_two_strict_parsers(visitor):
    for url in list(TYPES)[:3]:
        ics = visitor.get(url).data
        calendar = icalendar.Calendar.from_ical(ics)
        assert [error for component in calendar.walk() for error in component.errors] == []
        assert len(IcsCalendarStream.calendar_from_ics(ics.decode()).events) == len(calendar.events) > 0
        assert ics.count(b"\n") == ics.count(b"\r\n") and max(map(len, ics.split(b"\r\n"))) <= 75
        for forbidden in (b"METHOD", b"ORGANIZER", b"ATTENDEE", b"VALARM", b"RDATE", b"THISANDFUTURE"):
            assert forbidden not in ics


def test_json_and_rss_are_to_their_letter(visitor):
    feed = json.loads(visitor.get("/harbor/calendar.json").data)
    assert feed["version"] == "https://jsonfeed.org/version/1.1" and feed["title"]
    assert all(
        item["id"] and item["url"].startswith("http") and item["content_text"] for item in feed["items"]
    )
    channel = ElementTree.fromstring(visitor.get("/harbor/calendar.rss").data).find("channel")
    assert all(channel.findtext(name) for name in ("title", "link", "description"))
    assert all(parsedate_to_datetime(item.findtext("pubDate")) for item in channel.findall("item"))


def test_a_coalition_without_events_has_a_legal_feed(other_coalition, visitor):
    response = visitor.get("/prairie/calendar.ics")
    assert response.status_code == 200 and b"BEGIN:VTIMEZONE\r\nTZID:America/Chicago" in response.data
    assert b"VEVENT" not in response.data


def test_what_is_not_there_is_a_plain_404(visitor, organizer):
    for url in (
        "events/nothing.ics",
        "events/march-on-the-harbor/2026-12-06.ics",
        "events/march-on-the-harbor/x.ics",
    ):
        response = organizer.browser.get(f"/harbor/{url}")
        assert (response.status_code, response.mimetype) == (404, "text/plain")
        assert "Set-Cookie" not in response.headers
    for url in ("/nowhere/calendar.ics", "/harbor/events/%00.ics", "/harbor/events/%00/2026-12-05.ics"):
        assert visitor.get(url).status_code == 404


def test_filters_keep_the_kinds_asked_for(coalition, visitor):
    schedule(coalition, title="Neighbors")
    assert b"Neighbors" not in visitor.get(f"{ICS}?kind=demonstration").data
    both = visitor.get(f"{ICS}?kind=demonstration&kind=neighborhood").data
    assert b"Neighbors" in both and b"March" in both
    assert b"calendar.ics?kind=demonstration&kind=neighborhood" in both.replace(b"\r\n ", b"")


def test_what_a_filter_does_not_know_is_left_out(visitor):
    """An error would empty calendars in silence; and apps may add a query of their own."""
    for query in ("kind=nonsense", "kind=", "lang=xx", "lang=", "page=2", "kind=%00&kind=%F0%9F"):
        assert visitor.get(f"{ICS}?{query}").data == visitor.get(ICS).data, query


def test_however_a_filter_is_written_it_is_kept_once(app, visitor):
    shelf = app.extensions[SHELF]
    for query in ("kind=hearing&kind=campus", "kind=campus&kind=hearing&kind=campus&kind=x&lang=en"):
        visitor.get(f"{ICS}?{query}")
    assert len(shelf) == 1


def test_a_feed_speaks_the_language_of_its_address_alone(demonstration, visitor):
    spanish = visitor.get(f"{ICS}?lang=es").text.replace("\r\n ", "")
    assert "SUMMARY:CANCELADO: March on the Harbor" in spanish
    assert "/harbor/events/march-on-the-harbor?lang=es" in spanish
    english = visitor.get(ICS, headers={"Accept-Language": "es"}).text
    assert english == visitor.get(ICS).text and "SUMMARY:CANCELLED: March on the Harbor" in english


def test_a_former_address_keeps_answering(coalition, visitor):
    now = visitor.get(ICS).data
    rename_slug(coalition, "port")
    db.session.commit()
    former, present = visitor.get("/harbor/calendar.ics?lang=en"), visitor.get("/port/calendar.ics")
    assert former.status_code == 200 and former.data == present.data != now
    assert b"/port/events/march-on-the-harbor" in present.data.replace(b"\r\n ", b"")
    page = visitor.get("/harbor/calendar?kind=campus&kind=hearing&view=list")
    assert page.status_code == 301
    assert page.headers["Location"].endswith("/port/calendar?kind=campus&kind=hearing&view=list")
    event = visitor.get("/harbor/events/march-on-the-harbor")
    assert (event.status_code, event.headers["Location"]) == (301, "/port/events/march-on-the-harbor")


def test_the_next_day_is_a_new_window(visitor, november):
    first = visitor.get("/harbor/calendar.json")
    november.shift(timedelta(days=90))
    later = visitor.get("/harbor/calendar.json", headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200
    told = parsedate_to_datetime(later.headers["Last-Modified"])
    assert told > parsedate_to_datetime(first.headers["Last-Modified"])
    assert datetime.now(UTC) - told < timedelta(days=1)
