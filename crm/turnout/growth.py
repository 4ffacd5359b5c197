"""Whether a demonstration grows: weeks, the trend, and what it means. Computes; reads no database.

Weeks begin on Monday. What is compared is the middle of a count, half way from low to high.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WEEK = timedelta(days=7)
# So many counted weeks make a trend; and so many without a new best are a stall.
LEAST_FOR_A_TREND = 3
STALL = 3


@dataclass(frozen=True)
class DatedTurnout:
    """One date: its local day, people promised, and its count from low to high, if it has one."""

    day: date
    promised: int
    low: int | None = None
    high: int | None = None
    goal: int | None = None


@dataclass(frozen=True)
class GrowthWeek:
    """A week from its Monday on; the dates in it together. Without a date: nothing promised, no count."""

    monday: date
    has_date: bool
    promised: int
    low: int | None
    high: int | None
    goal: int | None
    # Groups that said yes for the first time.
    new_groups: int
    # The fitted line at this week; None where there is none.
    trend: float | None = None

    @property
    def middle(self) -> float | None:
        """Half way from low to high; None where nobody counted."""
        return None if self.low is None or self.high is None else (self.low + self.high) / 2


@dataclass(frozen=True)
class Growth:
    """The weeks of a chart, oldest first, and what they come to."""

    weeks: Sequence[GrowthWeek]
    # People more each week, by the fitted line; None with fewer than three counted weeks.
    slope: float | None
    stalls: bool

    @property
    def counted(self) -> list[GrowthWeek]:
        """The weeks with a count, oldest first."""
        return [week for week in self.weeks if week.middle is not None]


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def fit_line(points: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """Least squares: (value at 0, rise for each step of 1); None for fewer than three points or one step."""
    if len(points) < LEAST_FOR_A_TREND:
        return None
    mean_x = sum(x for x, _y in points) / len(points)
    mean_y = sum(y for _x, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _y in points)
    if not spread:
        return None
    rise = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    return mean_y - rise * mean_x, rise


def is_stalled(middles: Sequence[float]) -> bool:
    """Whether no count was above the best of the weeks before it for three counted weeks running."""
    if len(middles) <= STALL:
        return False
    return max(middles[-STALL:]) <= max(middles[:-STALL])


def grow(
    dates: Iterable[DatedTurnout], new_groups_on: Iterable[date], first: date, last: date, shown: int
) -> Growth:
    """The growth from the week of one day to that of another; the last `shown` weeks of it are given.

    A stall is looked for in all of the weeks, the line is fitted to the counted ones among those shown.
    """
    by_week: dict[date, list[DatedTurnout]] = {}
    for one in dates:
        by_week.setdefault(monday_of(one.day), []).append(one)
    joined: dict[date, int] = {}
    for day in new_groups_on:
        joined[monday_of(day)] = joined.get(monday_of(day), 0) + 1
    weeks = []
    monday = monday_of(first)
    while monday <= last:
        weeks.append(_week(monday, by_week.get(monday, []), joined.get(monday, 0)))
        monday += WEEK
    stalls = is_stalled([week.middle for week in weeks if week.middle is not None])
    return _with_line(weeks[-shown:], stalls)


def _week(monday: date, dates: Sequence[DatedTurnout], new_groups: int) -> GrowthWeek:
    lows = [one.low for one in dates if one.low is not None]
    highs = [one.high for one in dates if one.high is not None]
    goals = [one.goal for one in dates if one.goal is not None]
    return GrowthWeek(
        monday=monday,
        has_date=bool(dates),
        promised=sum(one.promised for one in dates),
        low=sum(lows) if lows else None,
        high=sum(highs) if highs else None,
        goal=sum(goals) if goals else None,
        new_groups=new_groups,
    )


def _with_line(weeks: Sequence[GrowthWeek], stalls: bool) -> Growth:
    points = [(float(at), week.middle) for at, week in enumerate(weeks) if week.middle is not None]
    line = fit_line(points)
    if line is None:
        return Growth(weeks, None, stalls)
    begin, rise = line
    first, last = points[0][0], points[-1][0]
    drawn = [
        GrowthWeek(
            week.monday, week.has_date, week.promised, week.low, week.high, week.goal, week.new_groups,
            max(begin + rise * at, 0.0) if first <= at <= last else None,
        )
        for at, week in enumerate(weeks)
    ]  # fmt: skip
    return Growth(drawn, rise, stalls)
