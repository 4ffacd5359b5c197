"""The ledger: what each group promised for demonstrations against what it delivered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from crm.core.db import db
from crm.core.permissions import Viewer
from crm.demonstrations.models import ON_EACH_DATE, Commitment, CommitmentKind
from crm.events.models import Event
from crm.events.queries import exceptions_of, series_of
from crm.events.rights import visible_to
from crm.events.series import Instance, Window, expand
from crm.organizations.models import Organization

# What is due within so many days is due soon.
SOON = timedelta(days=3)


# Event, organization, kind, date: what a date has of its own.
Own = tuple[int, int, CommitmentKind, date | None]


@dataclass(frozen=True)
class Period:
    """Local days, both within."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class LedgerLine:
    """One promise, as it stands for one date of its event or for all of it.

    What is promised on each date of a series has a line for each; its `made` is then the promise of the
    series where the date has none of its own.
    """

    made: Commitment
    on_date: date | None
    # When the date takes place, naive wall time; None for what is promised for a whole series.
    starts_local: datetime | None
    # NULL in the promise of a series: the day of the date.
    due_on: date
    date_cancelled: bool = False

    @property
    def by_series(self) -> bool:
        """Whether it stands for a date by the promise for the series."""
        return self.made.on_date is None and self.on_date is not None and bool(self.made.event.recurrence)

    @property
    def delivered(self) -> int | None:
        return self.made.delivered

    @property
    def key(self) -> str:
        """Its name in a form: the promise, and the date where the promise is for the series."""
        own = self.on_date.isoformat() if self.by_series and self.on_date else ""
        return f"{self.made.id}-{own}"

    def is_open(self) -> bool:
        """Whether it is still to be delivered and counted."""
        return self.delivered is None and not self.date_cancelled

    def is_overdue(self, today: date) -> bool:
        return self.is_open() and self.due_on < today

    def is_due_soon(self, today: date) -> bool:
        return self.is_open() and today <= self.due_on <= today + SOON

    def can_be_counted(self, today: date) -> bool:
        """People and what comes with them are counted on the day; the rest may be there before."""
        return self.due_on <= today or self.made.kind not in ON_EACH_DATE


def list_ledger(
    viewer: Viewer, period: Period, *, event_id: int | None = None, organization_id: int | None = None
) -> list[LedgerLine]:
    """What was promised for the dates of a period, of the events that the viewer may know of.

    By day, then by group. Without the promises that were taken back. Two statements.
    """
    conditions = [visible_to(viewer)]
    if event_id is not None:
        conditions.append(Commitment.event_id == event_id)
    if organization_id is not None:
        conditions.append(Commitment.organization_id == organization_id)
    return lines_of(_promises(period, conditions), period)


def list_whole_ledger(period: Period, event_id: int | None = None) -> list[LedgerLine]:
    """What was promised for the dates of a period, whoever may know of it: for the work of the day."""
    conditions: list[ColumnElement[bool]] = [Event.cancelled_at.is_(None)]
    if event_id is not None:
        conditions.append(Commitment.event_id == event_id)
    return lines_of(_promises(period, conditions), period)


def lines_of(promises: Iterable[Commitment], period: Period) -> list[LedgerLine]:
    """Promises as lines of single dates inside a period, by day, then by group."""
    promises = list(promises)
    dates = {
        event.id: _dates(event, period) for event in {one.event.id: one.event for one in promises}.values()
    }
    own: set[Own] = {
        (one.event_id, one.organization_id, one.kind, one.on_date)
        for one in promises
        if one.on_date is not None and one.kind is not CommitmentKind.OTHER
    }
    lines: list[LedgerLine] = []
    for one in promises:
        lines += _lines(one, dates[one.event_id], own)
    inside = [line for line in lines if period.holds(_day(line))]
    return sorted(inside, key=_order)


def find_commitment(
    commitment_id: int, *, event_id: int | None = None, organization_id: int | None = None
) -> Commitment | None:
    """One promise of an event, or of a group, with both."""
    query = _with_all().where(Commitment.id == commitment_id)
    if event_id is not None:
        query = query.where(Commitment.event_id == event_id)
    if organization_id is not None:
        query = query.where(Commitment.organization_id == organization_id)
    return db.session.scalars(query).unique().one_or_none()


def list_standing_promises(event_id: int) -> Mapping[int, Sequence[Commitment]]:
    """Organization id → what it promised for an event, for all of it and for single dates; one statement."""
    query = (
        select(Commitment)
        .where(Commitment.event_id == event_id, Commitment.cancelled_at.is_(None))
        .order_by(Commitment.on_date, Commitment.id)
    )
    found: dict[int, list[Commitment]] = {}
    for one in db.session.scalars(query):
        found.setdefault(one.organization_id, []).append(one)
    return found


@dataclass
class Total:
    """What a group promised of a kind in a period, and what of it came. Money by its currency."""

    promised: int = 0
    # Of what was counted.
    counted: int = 0
    delivered: int = 0
    # Not counted though it was due.
    overdue: int = 0

    def add(self, line: LedgerLine, today: date) -> None:
        """Count a line in."""
        self.promised += line.made.amount
        if line.delivered is not None:
            self.counted += line.made.amount
            self.delivered += line.delivered
        elif line.is_overdue(today):
            self.overdue += line.made.amount


TotalKey = tuple[CommitmentKind, str | None]


@dataclass
class GroupTotals:
    """One group's row of the season: kind and currency → promised and delivered."""

    organization: Organization
    totals: dict[TotalKey, Total] = field(default_factory=dict)
    # How many different dates it promised something for.
    dates: int = 0


def total_by_group(lines: Iterable[LedgerLine], today: date) -> list[GroupTotals]:
    """The ledger's lines summed up by group, alphabetically. Lines of cancelled dates count for nothing."""
    rows: dict[int, GroupTotals] = {}
    dates: dict[int, set[tuple[int, date | None]]] = {}
    for line in lines:
        if line.date_cancelled and line.delivered is None:
            continue
        group = line.made.organization
        row = rows.setdefault(group.id, GroupTotals(group))
        row.totals.setdefault((line.made.kind, line.made.currency), Total()).add(line, today)
        dates.setdefault(group.id, set()).add((line.made.event_id, line.on_date))
    for group_id, row in rows.items():
        row.dates = len(dates[group_id])
    return sorted(rows.values(), key=lambda row: (row.organization.sort_name, row.organization.id))


def sum_totals(rows: Iterable[GroupTotals]) -> dict[TotalKey, Total]:
    """All groups together, in the order of the kinds."""
    found: dict[TotalKey, Total] = {}
    for row in rows:
        for key, total in row.totals.items():
            sum_ = found.setdefault(key, Total())
            sum_.promised += total.promised
            sum_.counted += total.counted
            sum_.delivered += total.delivered
            sum_.overdue += total.overdue
    order = list(CommitmentKind)
    return dict(sorted(found.items(), key=lambda item: (order.index(item[0][0]), item[0][1] or "")))


def _promises(period: Period, conditions: Sequence[ColumnElement[bool]]) -> Sequence[Commitment]:
    """Those that may have a line in a period. Moved dates are looked for a fortnight around it."""
    around = timedelta(days=14)
    on_date = Commitment.on_date.between(period.first - around, period.last + around)
    query = (
        _with_all()
        .where(Commitment.cancelled_at.is_(None), Organization.archived_at.is_(None), *conditions)
        .where(
            or_(Commitment.on_date.is_(None), on_date, Commitment.due_on.between(period.first, period.last))
        )
    )
    return db.session.scalars(query).unique().all()


def _with_all() -> Select[Commitment]:
    return (
        select(Commitment)
        .join(Commitment.organization)
        .join(Commitment.event)
        .options(
            contains_eager(Commitment.organization),
            contains_eager(Commitment.event).selectinload(Event.occurrences),
            joinedload(Commitment.counted_by),
            joinedload(Commitment.counted_contact),
        )
    )


def _dates(event: Event, period: Period) -> dict[date, Instance]:
    """The dates of an event in a period, by original local date."""
    zone = ZoneInfo(event.timezone)
    first = datetime.combine(period.first - timedelta(days=15), time(), zone)
    last = datetime.combine(period.last + timedelta(days=15), time(), zone)
    return {one.date: one for one in expand(series_of(event), exceptions_of(event), Window(first, last))}


def _lines(one: Commitment, dates: Mapping[date, Instance], own: set[Own]) -> list[LedgerLine]:
    if one.on_date is not None:
        return [_line(one, one.on_date, dates.get(one.on_date))]
    if not one.event.recurrence:
        only = next(iter(dates.values()), None)
        return (
            [_line(one, only.date, only)] if only else [LedgerLine(one, None, None, one.due_on or date.max)]
        )
    if one.kind not in ON_EACH_DATE:
        return [LedgerLine(one, None, None, one.due_on or date.max)]
    return [
        _line(one, day, instance)
        for day, instance in dates.items()
        if not instance.cancelled
        and (one.event_id, one.organization_id, one.kind, day) not in own
        and instance.ends_at > one.promised_at
    ]


def _line(one: Commitment, on_date: date, instance: Instance | None) -> LedgerLine:
    """Of a date that its event does not make any more nothing is open."""
    day = instance.starts_local.date() if instance else on_date
    due_on = one.due_on if one.due_on is not None and one.due_on != on_date else day
    gone = instance is None or instance.cancelled
    return LedgerLine(one, on_date, instance.starts_local if instance else None, due_on, gone)


def _day(line: LedgerLine) -> date:
    return line.starts_local.date() if line.starts_local else line.due_on


def _order(line: LedgerLine) -> tuple[date, str, int, int]:
    group = line.made.organization
    return _day(line), group.sort_name, group.id, line.made.id
