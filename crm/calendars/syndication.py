"""The feeds' bytes for readers of news: JSON Feed 1.1 (jsonfeed.org) and RSS 2.0, an item for each date.

They hold what the coalition's calendar file holds, dates of other calendars too where it chose to have them.
Each function gives the same bytes in every process for the same state of the database, the same local day and
the same filter.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from crm.calendars.filters import Wanted
from crm.calendars.ics import clean
from crm.calendars.others import address_of, list_chosen, source_of
from crm.calendars.queries import PublicDate, feed_window, list_public_dates
from crm.calendars.words import date_address, feed_name, when, when_between, where
from crm.calendars.writing import named, query_of
from crm.coalitions.models import Coalition
from crm.core.contributions import OtherDate
from crm.core.formats import day
from crm.core.web import absolute_url
from crm.events.queries import EventDate
from crm.events.recurrence import to_local
from crm.events.words import KIND_NAMES


@dataclass(frozen=True, slots=True)
class Item:
    """A date as readers of news are told of it. `id` is its own for ever; `told` what only calendars need."""

    id: str
    url: str
    title: str
    text: str
    tag: str
    starts_at: datetime
    changed_at: datetime
    told: dict[str, Any]


def calendar_json(coalition: Coalition, wanted: Wanted, today: date) -> bytes:
    """JSON Feed 1.1; what only a calendar needs stands under `_event`."""
    query = query_of(coalition, wanted)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed_name(coalition, wanted),
        "home_page_url": absolute_url("calendar.index", **query),
        "feed_url": absolute_url("feeds.calendar_json", **query),
        "language": wanted.language,
        "items": [_json_item(one) for one in _items(coalition, wanted, today)],
    }
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode()


def _json_item(one: Item) -> dict[str, Any]:
    return {
        "id": one.id,
        "url": one.url,
        "title": one.title,
        "content_text": one.text,
        "date_modified": _instant(one.changed_at),
        "tags": [one.tag],
        "_event": one.told,
    }


def calendar_rss(coalition: Coalition, wanted: Wanted, today: date) -> bytes:
    """RSS 2.0; each item is dated by its last change."""
    query = query_of(coalition, wanted)
    rss = Element("rss", {"version": "2.0", "xmlns:atom": "http://www.w3.org/2005/Atom"})
    channel = SubElement(rss, "channel")
    _element(channel, "title", feed_name(coalition, wanted))
    _element(channel, "link", absolute_url("calendar.index", **query))
    _element(channel, "description", _("What the public may come to."))
    _element(channel, "language", wanted.language)
    own = {"rel": "self", "type": "application/rss+xml", "href": absolute_url("feeds.calendar_rss", **query)}
    SubElement(channel, "atom:link", own)
    for one in _items(coalition, wanted, today):
        item = SubElement(channel, "item")
        _element(item, "title", one.title)
        _element(item, "link", one.url)
        _element(item, "guid", one.id).set("isPermaLink", "false")
        _element(item, "pubDate", format_datetime(one.changed_at, usegmt=True))
        _element(item, "category", one.tag)
        _element(item, "description", one.text)
    body: bytes = tostring(rss, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def _items(coalition: Coalition, wanted: Wanted, today: date) -> list[Item]:
    window, language = feed_window(today, coalition.zone), named(coalition, wanted)
    items = [_own(one, language) for one in list_public_dates(window, wanted.kinds_or_all)]
    if not wanted.kinds:
        items += [_other(one) for one in list_chosen(window)]
    return sorted(items, key=lambda one: one.starts_at)


def _own(one: PublicDate, language: str | None) -> Item:
    told = one.date
    return Item(
        id=f"{told.on_date.isoformat()}-{one.uid}",
        url=date_address(told, language, outside=True),
        title=_title(told.title, when(told), cancelled=told.cancelled),
        text="\n".join(part for part in (_why(told), when(told), where(told)) if part),
        tag=str(KIND_NAMES[told.kind]),
        starts_at=told.starts_at,
        changed_at=one.changed_at,
        told={
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
    )


def _why(one: EventDate) -> str:
    """Why a date is cancelled, where that was said."""
    reason = one.cancel_reason if one.cancelled else ""
    return _("Cancelled: %(reason)s", reason=reason) if reason else ""


def _other(one: OtherDate) -> Item:
    """A date of another calendar: of no kind of ours, and its words as they stand there."""
    zone = ZoneInfo(one.timezone)
    starts, ends = to_local(one.starts_at, zone), to_local(one.ends_at, zone)
    told = _days(starts.date(), ends.date()) if one.all_day else when_between(starts, ends)
    return Item(
        id=one.uid,
        url=address_of(one),
        title=_title(one.title, told, cancelled=one.cancelled),
        text="\n".join(part for part in (told, one.place, source_of(one)) if part),
        tag=one.source,
        starts_at=one.starts_at,
        changed_at=one.changed_at.astimezone(UTC),
        told={
            "kind": None,
            "starts_at": _instant(one.starts_at),
            "ends_at": _instant(one.ends_at),
            "starts_local": starts.isoformat(),
            "ends_local": ends.isoformat(),
            "timezone": one.timezone,
            "place": one.place,
            "address": "",
            "area": "",
            "cancelled": one.cancelled,
            "moved_from": None,
        },
    )


def _days(first: date, beyond: date) -> str:
    """What lasts all day: its day, or the first and the last of them."""
    last = beyond - timedelta(days=1)
    told = day(first, year=True)
    return told if last <= first else f"{told} – {day(last, year=True)}"


def _title(title: str, told: str, *, cancelled: bool) -> str:
    prefix = _("CANCELLED: ") if cancelled else ""
    return f"{prefix}{title}, {told}"


def _element(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = clean(text)
    return element


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
