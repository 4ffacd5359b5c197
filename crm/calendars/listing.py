"""Some weeks as a list by day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from crm.calendars.month import EARLIEST, LATEST
from crm.calendars.queries import day_window
from crm.events.queries import EventDate
from crm.events.series import Window

SPAN = timedelta(weeks=6)


@dataclass(frozen=True, slots=True)
class Listing:
    """Six weeks from a day on."""

    first: date

    @property
    def last(self) -> date:
        return self.first + SPAN - timedelta(days=1)

    @property
    def before(self) -> date:
        return self.first - SPAN

    @property
    def after(self) -> date:
        return self.first + SPAN

    def window(self, zone: ZoneInfo) -> Window:
        """Its days in a zone."""
        return day_window(self.first, self.last, zone)

    def days(self, dates: Iterable[EventDate]) -> list[tuple[date, list[EventDate]]]:
        """The days with something on them, in order; what began before stands on the first."""
        by_day = groupby(dates, lambda one: max(one.starts_local.date(), self.first))
        return [(day, list(found)) for day, found in by_day]


def read_day(text: str, today: date) -> date:
    """The day that an address names (2026-11-28); without a good one, today."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return today
    return found if EARLIEST <= found <= LATEST else today
