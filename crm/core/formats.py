"""Dates, times and numbers as the reader writes them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import inf
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import TIMEDELTA_UNITS, format_date, format_skeleton, format_time, format_timedelta
from babel.numbers import format_decimal
from flask import Flask

from crm.core import clock
from crm.core.languages import spoken

# From here on a day without its year may be taken for another one.
HALF_A_YEAR = timedelta(days=182)
# To word a day, a time or a number takes as long as a row's markup; pages say the same ones again and again.
KEPT = 4096
# From so much of a unit on it is the one that is told: Babel's own.
THRESHOLD = 0.85


def _locale() -> Locale:
    return spoken() or Locale("en")


def day(value: date, *, year: bool = False) -> str:
    """Saturday, November 28 (and the year where asked)."""
    locale = _locale()
    pattern = locale.date_formats["full"].pattern
    if not year:
        # CLDR has no pattern of a whole weekday and month without the year, so the year is cut off.
        pattern = re.sub(r"(,\s*|\s*'de'\s*|[\s،]+)y+\b", "", pattern)
    return str(format_date(value, pattern, locale=locale))


def short_day(value: date) -> str:
    """Sat, Nov 28."""
    return _short_day(date(value.year, value.month, value.day), _locale())


@lru_cache(maxsize=KEPT)
def _short_day(value: date, locale: Locale) -> str:
    return str(format_skeleton("MMMEd", value, locale=locale))


def coming_day(value: date) -> str:
    """Saturday, November 28; with its year where that is more than half a year away."""
    return day(value, year=_is_far(value))


def short_coming_day(value: date) -> str:
    """Sat, Nov 28; with its year where that is more than half a year away."""
    return str(format_skeleton("yMMMEd" if _is_far(value) else "MMMEd", value, locale=_locale()))


def _is_far(value: date) -> bool:
    return abs(date(value.year, value.month, value.day) - clock.now().date()) > HALF_A_YEAR


def full_date(value: date) -> str:
    """November 28, 2026."""
    return _full_date(date(value.year, value.month, value.day), _locale())


@lru_cache(maxsize=KEPT)
def _full_date(value: date, locale: Locale) -> str:
    return str(format_date(value, "long", locale=locale))


def month(value: date) -> str:
    """November 2026."""
    return str(format_skeleton("yMMMM", value, locale=_locale()))


def clock_time(value: time | datetime) -> str:
    """12:00 PM, as the reader's language writes it."""
    return _clock_time(value.hour, value.minute, _locale())


@lru_cache(maxsize=KEPT)
def _clock_time(hour: int, minute: int, locale: Locale) -> str:
    return str(format_time(time(hour, minute), "short", locale=locale))


def local(value: datetime, zone: ZoneInfo) -> datetime:
    """An instant as the wall time of a zone."""
    return value.astimezone(zone)


def moment(value: datetime, zone: ZoneInfo) -> str:
    """Sat, Nov 28, 12:00 PM: an instant in a zone."""
    wall = value.astimezone(zone)
    return f"{short_day(wall.date())}, {clock_time(wall)}"


def ago(value: datetime) -> str:
    """5 minutes ago: how long an instant lies back."""
    since = value - clock.now()
    seconds = since.days * 86_400 + since.seconds
    # As Babel rounds it, so that what lies back as many days is worded once.
    unit, length = next((one for one in TIMEDELTA_UNITS if abs(seconds) / one[1] >= THRESHOLD), ("second", 1))
    return _ago(round(seconds / length) * length, unit, _locale())


@lru_cache(maxsize=KEPT)
def _ago(seconds: int, unit: Any, locale: Locale) -> str:
    """In that unit and no longer one."""
    words = format_timedelta(seconds, unit, threshold=inf, add_direction=True, locale=locale)
    return str(words)


def number(value: int | float) -> str:
    """1,200."""
    return _number(value, _locale())


@lru_cache(maxsize=KEPT, typed=True)
def _number(value: int | float, locale: Locale) -> str:
    return str(format_decimal(value, locale=locale))


def init_app(app: Flask) -> None:
    """The same as template filters."""
    for function in (
        day,
        coming_day,
        short_day,
        short_coming_day,
        full_date,
        month,
        clock_time,
        local,
        moment,
        ago,
        number,
    ):
        app.jinja_env.filters[function.__name__] = function
