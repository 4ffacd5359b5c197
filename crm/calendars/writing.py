"""The feeds' bytes as iCalendar; those for readers of news are in syndication.py.

Each function gives the same bytes in every process for the same state of the database, the same local day and
the same filter.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from crm.calendars.entries import feed_events, single_entry
from crm.calendars.filters import Wanted
from crm.calendars.ics import Entries, FeedCalendar, join_calendar, write_calendar, write_entries
from crm.calendars.kept import KeptEntries
from crm.calendars.others import list_other_entries
from crm.calendars.queries import (
    AHEAD,
    PUBLIC,
    day_window,
    feed_window,
    load_public_events,
)
from crm.calendars.texts import Teller
from crm.calendars.words import feed_name
from crm.coalitions.models import Coalition
from crm.core.web import absolute_url
from crm.events.models import Event
from crm.events.queries import exceptions_of, series_of
from crm.events.queries.editions import list_editions
from crm.events.series import Instance, Window


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
            for event in load_public_events(ids)
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


def date_ics(coalition: Coalition, wanted: Wanted, today: date, event: Event, instance: Instance) -> bytes:
    """One date of an event."""
    entry = single_entry(series_of(event), instance, Teller(named(coalition, wanted)).telling(event))
    query = {"slug": event.slug, "on_date": instance.date.isoformat(), "lang": named(coalition, wanted)}
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
