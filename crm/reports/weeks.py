"""Days and weeks of a coalition's own time zone, as instants that a database can add up by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY, WEEK = timedelta(days=1), timedelta(days=7)
# The Monday from which weeks are numbered: the first one of Unix time.
FIRST_MONDAY = date(1970, 1, 5)
# Where nobody says: this week and those before it. The longest that can be asked for.
USUAL_WEEKS = 12
MOST_DAYS = 2 * 366


@dataclass(frozen=True)
class Span:
    """Local days, the first and the last."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def starts_at(self) -> datetime:
        return _midnight(self.first, self.zone)

    @property
    def ends_at(self) -> datetime:
        """The instant at which the last day is over."""
        return _midnight(self.last + DAY, self.zone)

    @property
    def mondays(self) -> list[date]:
        """The weeks that it touches, by their Mondays."""
        monday, found = monday_of(self.first), []
        while monday <= self.last:
            found.append(monday)
            monday += WEEK
        return found

    def offsets(self) -> Sequence[tuple[datetime, int]]:
        """(until when, seconds ahead of UTC) in the order of time; the last holds to the end.

        A clock is put forward or back by night: each change is found to the minute.
        """
        found, at, end = [], self.starts_at, self.ends_at
        while at < end:
            ahead = _ahead(at, self.zone)
            later = min(at + DAY, end)
            if _ahead(later, self.zone) != ahead:
                later = _change(at, later, self.zone)
                found.append((later, ahead))
            at = later
        return [*found, (end, _ahead(end - timedelta(seconds=1), self.zone))]


def usual_span(today: date, zone: ZoneInfo) -> Span:
    """This week up to today, and the weeks before it."""
    return Span(monday_of(today) - (USUAL_WEEKS - 1) * WEEK, today, zone)


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def monday_numbered(number: int) -> date:
    """The Monday of a week, counted from FIRST_MONDAY."""
    return FIRST_MONDAY + number * WEEK


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _ahead(at: datetime, zone: ZoneInfo) -> int:
    offset = at.astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def _change(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The first whole minute at which the clock differs from what it is at `low`."""
    ahead = _ahead(low, zone)
    while high - low > timedelta(minutes=1):
        middle = low + timedelta(minutes=(high - low) // timedelta(minutes=2))
        low, high = (middle, high) if _ahead(middle, zone) == ahead else (low, middle)
    return high
