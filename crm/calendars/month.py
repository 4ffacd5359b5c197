"""A month as weeks of days, each with what happens on it."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import get_day_names

from crm.calendars.queries import day_window
from crm.events.queries import EventDate
from crm.events.series import Window

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 1)


@dataclass(slots=True)
class Day:
    """A day of the grid; those of other months fill its first and last week and stay empty."""

    date: date
    inside: bool
    today: bool
    dates: list[EventDate] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Month:
    """A month by its first day; `first_weekday` of its weeks (0 is Monday)."""

    first: date
    first_weekday: int

    @property
    def last(self) -> date:
        return self.first.replace(day=calendar.monthrange(self.first.year, self.first.month)[1])

    @property
    def before(self) -> date | None:
        """The first day of the month before; None at the end of the calendar."""
        earlier = (self.first - timedelta(days=1)).replace(day=1)
        return earlier if earlier >= EARLIEST else None

    @property
    def after(self) -> date | None:
        """The first day of the month after; None at the end of the calendar."""
        later = self.last + timedelta(days=1)
        return later if later <= LATEST else None

    def window(self, zone: ZoneInfo) -> Window:
        """Its days in a zone."""
        return day_window(self.first, self.last, zone)

    def weekday_names(self, locale: Locale) -> list[tuple[str, str]]:
        """(short, whole) in the order of its weeks."""
        short, whole = (get_day_names(width, "stand-alone", locale) for width in ("abbreviated", "wide"))
        order = [(self.first_weekday + n) % 7 for n in range(7)]
        return [(str(short[n]), str(whole[n])) for n in order]

    def weeks(self, dates: Iterable[EventDate], today: date) -> Sequence[Sequence[Day]]:
        """Its weeks; a date stands on the day on which it starts, or on the first if it started before."""
        grid = calendar.Calendar(self.first_weekday).monthdatescalendar(self.first.year, self.first.month)
        days = {day: Day(day, day.month == self.first.month, day == today) for week in grid for day in week}
        for one in dates:
            # An event may be told in another zone than the month's.
            days[min(max(one.starts_local.date(), self.first), self.last)].dates.append(one)
        return [[days[day] for day in week] for week in grid]


def read_month(text: str, today: date) -> date:
    """The first day of the month that an address names (2026-11); without a good one, of the present one."""
    year, _dash, month = text.partition("-")
    if len(text) == 7 and text.isascii() and year.isdigit() and month.isdigit() and 1 <= int(month) <= 12:
        found = date(max(int(year), 1), int(month), 1)
        if EARLIEST <= found <= LATEST:
            return found
    return today.replace(day=1)


def first_weekday(locale: Locale, timezone: str) -> int:
    """The day that weeks begin with for a reader of the language where the zone lies (0 is Monday)."""
    territory = locale.territory or get_global("zone_territories").get(timezone)
    return Locale(locale.language, territory).first_week_day if territory else locale.first_week_day
