"""The feeds' bytes: iCalendar, JSON Feed 1.1 (jsonfeed.org) and RSS 2.0 of the same dates.

Each function gives the same bytes in every process for the same state of the database, the same local day and
the same filter.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from crm.calendars.entries import feed_events, single_entry
from crm.calendars.filters import Wanted
from crm.calendars.ics import Entries, FeedCalendar, clean, join_calendar, write_calendar, write_entries
from crm.calendars.kept import KeptEntries
from crm.calendars.others import list_other_entries
from crm.calendars.queries import (
    AHEAD,
    PUBLIC,
    PublicDate,
    day_window,
    feed_window,
    find_instance,
    list_public_dates,
    list_public_events,
)
from crm.calendars.texts import Teller
from crm.calendars.words import date_address, feed_name, when, where
from crm.coalitions.models import Coalition
from crm.core.web import absolute_url
from crm.events.models import Event
from crm.events.queries import exceptions_of, series_of
from crm.events.queries.editions import list_editions
from crm.events.series import Window
from crm.events.words import KIND_NAMES


def named(coalition: Coalition, wanted: Wanted) -> str | None:
    """The language as links name it: not at all where it is the coalition's default."""
    return None if wanted.language == coalition.default_language else wanted.language


def query_of(coalition: Coalition, wanted: Wanted) -> dict[str, Any]:
    """The filter as the query of an address."""
    return {"kind": [kind.value for kind in wanted.kinds], "lang": named(coalition, wanted)}


def calendar_ics(coalition: Coalition, wanted: Wanted, today: date, kept: KeptEntries) -> bytes:
    """All events for the public: one-offs inside the window, series while one of their dates is inside."""
    window, teller = feed_window(today, coalition.zone), Teller(named(coalition, wanted))
    query = query_of(coalition, wanted)
    calendar = _calendar(coalition, feed_name(coalition, wanted), "calendar", query)

    def write(ids: Sequence[int]) -> dict[int, Entries]:
        return {
            event.id: write_entries(
                feed_events(series_of(event), exceptions_of(event), teller.telling(event), window),
                calendar.cancelled_prefix,
            )
            for event in list_public_events(window, wanted.kinds_or_all, only=ids)
        }

    # With the event's edition, all that its text is made of: the language, the addresses, the days held.
    around = (wanted.language, teller.pages, window)
    editions = list_editions(PUBLIC, window, wanted.kinds_or_all)
    parts = kept.get((coalition.id, wanted), around, editions, write)
    if not wanted.kinds:
        parts.append(write_entries(list_other_entries(window), calendar.cancelled_prefix))
    return join_calendar(calendar, parts, year=today.year)


def event_ics(coalition: Coalition, wanted: Wanted, today: date, event: Event) -> bytes:
    """One event with all its dates, however long ago: whoever added it keeps it."""
    tell = Teller(named(coalition, wanted)).telling(event)
    entries = feed_events(series_of(event), exceptions_of(event), tell, _whole(event, today))
    query = {"slug": event.slug, "lang": named(coalition, wanted)}
    return write_calendar(_calendar(coalition, event.title, "event", query), entries, year=today.year)


def date_ics(coalition: Coalition, wanted: Wanted, today: date, event: Event, on_date: date) -> bytes | None:
    """One date of an event; None where it has none."""
    instance = find_instance(event, on_date)
    if instance is None:
        return None
    entry = single_entry(series_of(event), instance, Teller(named(coalition, wanted)).telling(event))
    query = {"slug": event.slug, "on_date": on_date.isoformat(), "lang": named(coalition, wanted)}
    return write_calendar(_calendar(coalition, event.title, "date", query), [entry], year=today.year)


def _whole(event: Event, today: date) -> Window:
    last = event.last_on or today + AHEAD
    return day_window(event.first_on - timedelta(days=2), last + timedelta(days=2), ZoneInfo(event.timezone))


def _calendar(coalition: Coalition, name: str, source: str, query: dict[str, Any]) -> FeedCalendar:
    return FeedCalendar(
        name=name,
        description=_("What the public may come to."),
        url=absolute_url("calendar.index", lang=query["lang"]),
        timezone=coalition.timezone,
        source=absolute_url(f"feeds.{source}_ics", **query),
        cancelled_prefix=_("CANCELLED: "),
    )


def calendar_json(coalition: Coalition, wanted: Wanted, today: date) -> bytes:
    """JSON Feed 1.1: an item for each date; what only a calendar needs stands under `_event`."""
    query = query_of(coalition, wanted)
    dates = list_public_dates(feed_window(today, coalition.zone), wanted.kinds_or_all)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed_name(coalition, wanted),
        "home_page_url": absolute_url("calendar.index", **query),
        "feed_url": absolute_url("feeds.calendar_json", **query),
        "language": wanted.language,
        "items": [_json_item(one, query["lang"]) for one in dates],
    }
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode()


def _json_item(one: PublicDate, language: str | None) -> dict[str, Any]:
    told = one.date
    return {
        "id": item_id(one),
        "url": date_address(told, language, outside=True),
        "title": _title(one),
        "content_text": _content(one),
        "date_modified": _instant(one.changed_at),
        "tags": [str(KIND_NAMES[told.kind])],
        "_event": {
            "kind": told.kind.value,
            "starts_at": _instant(told.starts_at),
            "ends_at": _instant(told.ends_at),
            "starts_local": told.starts_local.isoformat(),
            "ends_local": told.ends_local.isoformat(),
            "timezone": told.timezone,
            "place": told.place_name,
            "address": told.address,
            "area": told.area,
            "cancelled": told.cancelled,
            "moved_from": told.moved_from.isoformat() if told.moved_from else None,
        },
    }


def calendar_rss(coalition: Coalition, wanted: Wanted, today: date) -> bytes:
    """RSS 2.0: an item for each date, dated by its last change."""
    query = query_of(coalition, wanted)
    rss = Element("rss", {"version": "2.0", "xmlns:atom": "http://www.w3.org/2005/Atom"})
    channel = SubElement(rss, "channel")
    _element(channel, "title", feed_name(coalition, wanted))
    _element(channel, "link", absolute_url("calendar.index", **query))
    _element(channel, "description", _("What the public may come to."))
    _element(channel, "language", wanted.language)
    own = {"rel": "self", "type": "application/rss+xml", "href": absolute_url("feeds.calendar_rss", **query)}
    SubElement(channel, "atom:link", own)
    for one in list_public_dates(feed_window(today, coalition.zone), wanted.kinds_or_all):
        item = SubElement(channel, "item")
        _element(item, "title", _title(one))
        _element(item, "link", date_address(one.date, query["lang"], outside=True))
        _element(item, "guid", item_id(one)).set("isPermaLink", "false")
        _element(item, "pubDate", format_datetime(one.changed_at, usegmt=True))
        _element(item, "category", str(KIND_NAMES[one.date.kind]))
        _element(item, "description", _content(one))
    body: bytes = tostring(rss, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def item_id(one: PublicDate) -> str:
    """A date's own name for ever: the stored UID and the date in its address."""
    return f"{one.date.on_date.isoformat()}-{one.uid}"


def _element(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = clean(text)
    return element


def _title(one: PublicDate) -> str:
    prefix = _("CANCELLED: ") if one.date.cancelled else ""
    return f"{prefix}{one.date.title}, {when(one.date)}"


def _content(one: PublicDate) -> str:
    return "\n".join(part for part in (when(one.date), where(one.date)) if part)


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
