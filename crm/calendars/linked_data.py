"""Dates as schema.org tells events, so that search engines show day and place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from crm.calendars.words import date_address, where
from crm.coalitions.models import Coalition
from crm.core.web import absolute_url
from crm.events.queries import EventDate

MOST = 10
SCHEMA = "https://schema.org"


def linked_data(coalition: Coalition, dates: Iterable[EventDate]) -> list[dict[str, Any]]:
    """The next dates, with what their pages show and no more."""
    organizer = {
        "@type": "Organization",
        "name": coalition.name,
        "url": absolute_url("calendar.index", lang=None),
    }
    return [_event(one, organizer) for one in list(dates)[:MOST]]


def _event(one: EventDate, organizer: dict[str, Any]) -> dict[str, Any]:
    status = "EventCancelled" if one.cancelled else "EventRescheduled" if one.moved_from else "EventScheduled"
    told: dict[str, Any] = {
        "@context": SCHEMA,
        "@type": "Event",
        "name": one.title,
        "url": date_address(one, outside=True),
        "startDate": _wall(one.starts_at, one.timezone),
        "endDate": _wall(one.ends_at, one.timezone),
        "eventStatus": f"{SCHEMA}/{status}",
        "organizer": organizer,
    }
    if one.moved_from and not one.cancelled:
        told["previousStartDate"] = one.moved_from.replace(tzinfo=ZoneInfo(one.timezone)).isoformat()
    if place := where(one):
        told["location"] = {"@type": "Place", "name": one.place_name or place, "address": place}
    return told


def _wall(instant: datetime, timezone: str) -> str:
    """An instant with the offset of the place, as search engines want it."""
    return instant.astimezone(ZoneInfo(timezone)).isoformat()
