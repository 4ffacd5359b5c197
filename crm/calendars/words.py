"""How pages and feeds say a date, its place and its address."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from crm.calendars.filters import Wanted
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.formats import day, month
from crm.core.web import absolute_url
from crm.events.queries import EventDate
from crm.events.sentence import say_time
from crm.events.words import KIND_NAMES


def feed_name(coalition: Coalition, wanted: Wanted) -> str:
    """What a calendar app calls the feed."""
    if not wanted.kinds:
        return coalition.name
    kinds = ", ".join(str(KIND_NAMES[kind]) for kind in wanted.kinds)
    return f"{coalition.name}: {kinds}"


def hours(one: EventDate) -> str:
    """12:00 noon – 2:00 PM; with the day of its end where it lasts into another morning."""
    return _hours(one.starts_local, one.ends_local)


def _hours(starts: datetime, ends: datetime) -> str:
    last = say_time(ends)
    if ends - starts > timedelta(hours=18):
        last = f"{day(ends.date())}, {last}"
    return f"{say_time(starts)} – {last}"


def when(one: EventDate) -> str:
    """Saturday, November 28, 2026, 12:00 noon – 2:00 PM."""
    return when_between(one.starts_local, one.ends_local)


def when_between(starts: datetime, ends: datetime) -> str:
    """The same of two wall times."""
    return f"{day(starts.date(), year=True)}, {_hours(starts, ends)}"


def where(one: EventDate) -> str:
    """Place, address and neighborhood, as far as the date holds them."""
    return ", ".join(part for part in (one.place_name, one.address, one.area) if part)


def date_address(one: EventDate, language: str | None = None, *, outside: bool = False) -> str:
    """The page of a date; of an event with one date the event's own.

    `outside`: whole, for feeds, in the language to be named (None: the default).
    """
    endpoint, values = "calendar.event", dict[str, Any](slug=one.slug)
    if one.is_series or one.is_extra:
        endpoint, values["on_date"] = "calendar.occurrence", one.on_date.isoformat()
    return absolute_url(endpoint, **values, lang=language) if outside else url_for(endpoint, **values)


def moved(one: EventDate) -> str:
    """What a moved date is instead of."""
    if one.moved_from is None:
        return ""
    told = {"day": day(one.moved_from.date()), "time": say_time(one.moved_from)}
    return str(_("Moved: this is instead of %(day)s, %(time)s.", **told))


def big_day(one: EventDate) -> tuple[str, int, str]:
    """(Saturday, 28, November): a day in big type; with its year where that is not the present one."""
    locale, day_on = get_locale() or Locale("en"), one.starts_local.date()
    year = day_on.year != clock.today(ZoneInfo(one.timezone)).year
    name = month(day_on) if year else str(format_date(day_on, "LLLL", locale=locale))
    return str(format_date(day_on, "EEEE", locale=locale)), day_on.day, name
