"""Steps of the tests of private feeds."""

from __future__ import annotations

import icalendar
from ical.calendar_stream import IcsCalendarStream

from tests.pages import Page, Visitor, defaults

MINE, OURS = "/harbor/organize/calendar-feeds/", "/harbor/group/calendar-feeds/"
FULL, TIME_ONLY = {"variant": "full"}, {"variant": "time_only"}


def make(browser: Visitor, page: str = MINE, **typed: str) -> str:
    """Make an address, or another one: the path that the page shows, once."""
    return address(made(browser, page, **typed))


def made(browser: Visitor, page: str = MINE, **typed: str) -> Page:
    [form] = [one for one in browser.page(page).forms() if one.get("action") == page]
    response = browser.post(page, data={**defaults(form), **FULL, **typed})
    assert response.status_code == 200
    return Page(response, page)


def address(page: Page) -> str:
    [shown] = [i.get("value", "") for i in page.tree.iter("input") if "/feeds/" in i.get("value", "")]
    return shown.removeprefix("http://localhost")


def read(visitor: Visitor, path: str) -> dict[str, icalendar.Event]:
    """Summary → entry, as two strict parsers read it."""
    ics = visitor.get(path).data
    calendar = icalendar.Calendar.from_ical(ics)
    assert [error for component in calendar.walk() for error in component.errors] == []
    assert len(IcsCalendarStream.calendar_from_ics(ics.decode()).events) == len(calendar.events)
    return {str(event["SUMMARY"]): event for event in calendar.events}


def text(visitor: Visitor, path: str) -> str:
    return visitor.get(path).text.replace("\r\n ", "")
