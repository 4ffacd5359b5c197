"""How endorsements came in and ended, week by week, in the coalition's own time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum, auto
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Subquery, case, cast, extract, func, select

from crm.core.db import db
from crm.demands.models import ACCEPTING, Demand, EndorsementChange, StandState
from crm.organizations.models import Organization, OrganizationKind

WEEK = timedelta(days=7)
SHORT_WEEKS = 12
# Seconds of the steps in which the database adds up: every zone lies off UTC by a multiple of them.
STEP = 900
# Of these a stand endorses, or does not any more; to be asked changes neither.
TELLING = ACCEPTING | {StandState.DECLINED, StandState.WITHDRAWN, StandState.LAPSED}


class Period(StrEnum):
    WEEKS = auto()
    YEAR = auto()
    ALL = auto()


@dataclass
class Week:
    """What happened in a week that begins on a Monday, and how many endorse at its end."""

    starts: date
    new: int = 0
    again: int = 0
    ended: int = 0
    total: int = 0


@dataclass
class Line:
    """One row of weeks: of everything, of a kind of group, or of a demand."""

    weeks: list[Week] = field(default_factory=list)

    @property
    def new(self) -> int:
        return sum(week.new for week in self.weeks)

    @property
    def ended(self) -> int:
        return sum(week.ended for week in self.weeks)

    @property
    def total(self) -> int:
        return self.weeks[-1].total if self.weeks else 0


@dataclass(frozen=True)
class Progress:
    """Endorsements (one for each group and demand) by week; kinds and demands without any are left out."""

    everything: Line
    by_kind: Mapping[OrganizationKind, Line]
    by_demand: Mapping[int, Line]


@dataclass(frozen=True)
class _Step:
    week: date
    demand_id: int
    kind: OrganizationKind
    new: int
    again: int
    ended: int


def show_progress(period: Period, today: date, zone: ZoneInfo) -> Progress:
    """The endorsements of demands that are not retired, by groups that are not archived; one statement.

    The first time that a group endorses a demand is new; to endorse it again after it had ended adds to the
    total alone.
    """
    steps = _steps(zone)
    first = _first_week(period, today, steps)
    kinds, demands = {step.kind for step in steps}, {step.demand_id for step in steps}
    return Progress(
        _line(steps, first, today),
        {one: _line([step for step in steps if step.kind is one], first, today) for one in kinds},
        {one: _line([step for step in steps if step.demand_id == one], first, today) for one in demands},
    )


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def _first_week(period: Period, today: date, steps: Sequence[_Step]) -> date:
    if period is Period.YEAR:
        return week_of(today.replace(month=1, day=1))
    weeks = week_of(today) - (SHORT_WEEKS - 1) * WEEK
    return min([step.week for step in steps] + [weeks]) if period is Period.ALL else weeks


def _line(steps: Iterable[_Step], first: date, today: date) -> Line:
    count = (week_of(today) - first) // WEEK + 1
    weeks = {start: Week(start) for start in (first + number * WEEK for number in range(count))}
    total = 0
    for step in steps:
        week = weeks.get(step.week)
        if week is None:
            total += step.new + step.again - step.ended
            continue
        week.new, week.again, week.ended = (
            week.new + step.new,
            week.again + step.again,
            week.ended + step.ended,
        )
    for week in weeks.values():
        total += week.new + week.again - week.ended
        week.total = total
    return Line(list(weeks.values()))


def _steps(zone: ZoneInfo) -> list[_Step]:
    """What the database adds up by quarters of an hour, told by week."""
    turns = _turns()
    query = select(
        turns.c.step,
        turns.c.demand_id,
        turns.c.kind,
        func.sum(turns.c.endorses * (1 - turns.c.before) * (1 - turns.c.ever)),
        func.sum(turns.c.endorses * (1 - turns.c.before) * turns.c.ever),
        func.sum((1 - turns.c.endorses) * turns.c.before),
    ).group_by(turns.c.step, turns.c.demand_id, turns.c.kind)
    rows = db.session.execute(query.where(turns.c.endorses != turns.c.before)).all()
    return [_Step(_week(row[0], zone), row[1], row[2], int(row[3]), int(row[4]), int(row[5])) for row in rows]


def _week(step: int, zone: ZoneInfo) -> date:
    return week_of(datetime.fromtimestamp(step * STEP, UTC).astimezone(zone).date())


def _turns() -> Subquery:
    """Each change that tells whether a group endorses, with whether it did before it, and ever had."""
    at = EndorsementChange.at
    # Whole minutes: the databases round what is left of a second differently.
    minute = cast(extract("epoch", at) - extract("second", at), BigInteger)
    endorses = case((EndorsementChange.state.in_(ACCEPTING), 1), else_=0)
    stand = (EndorsementChange.organization_id, EndorsementChange.demand_id)
    order = (at, EndorsementChange.id)
    before = func.lag(endorses, 1, 0).over(partition_by=stand, order_by=order)
    ever = func.coalesce(func.max(endorses).over(partition_by=stand, order_by=order, rows=(None, -1)), 0)
    return (
        select(
            (minute // STEP).label("step"),
            EndorsementChange.demand_id,
            Organization.kind,
            endorses.label("endorses"),
            before.label("before"),
            ever.label("ever"),
        )
        .join(Organization, Organization.id == EndorsementChange.organization_id)
        .join(Demand, Demand.id == EndorsementChange.demand_id)
        .where(Organization.archived_at.is_(None), Demand.retired_at.is_(None))
        .where(EndorsementChange.state.in_(TELLING))
        .subquery()
    )
