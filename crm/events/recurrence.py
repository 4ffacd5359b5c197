"""The rule of a series, as organizers say it and as RFC 5545 writes it.

A rule is expanded in naive wall time, so noon stays noon across a clock change; `to_utc` turns each wall
time into an instant. Only rules that every calendar app understands can be made here.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from itertools import dropwhile, islice, takewhile
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil import rrule
from flask_babel import lazy_gettext as _l

MAX_COUNT = 999  # Outlook refuses more (MS-OXCICAL 2.1.3.2.2)
MAX_INSTANCES = 1000
LAST = -1
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)


class Weekday(IntEnum):
    """The days of the week, numbered as `date.weekday()` does."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


class Frequency(StrEnum):
    """How often a series repeats; the values are RFC 5545's FREQ."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


MAX_EVERY = {Frequency.DAILY: 365, Frequency.WEEKLY: 52, Frequency.MONTHLY: 24}
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES: dict[Frequency, Literal[1, 2, 3]] = {
    Frequency.DAILY: rrule.DAILY,
    Frequency.WEEKLY: rrule.WEEKLY,
    Frequency.MONTHLY: rrule.MONTHLY,
}


class RecurrenceError(ValueError):
    """A rule or a date that cannot be; `str()` is the message in the reader's language."""

    def __init__(self, field: str, message: object) -> None:
        super().__init__(message)
        self.field = field
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True, slots=True)
class Rule:
    """Every `every` days, weeks on `weekdays`, or months on the `nth` (1 to 4, LAST) of one weekday.

    It ends on `until` (a local date, itself included), after `count` dates, or stays open.
    Raises RecurrenceError, whose `field` names the attribute at fault.
    """

    frequency: Frequency
    every: int = 1
    weekdays: frozenset[Weekday] = frozenset()
    nth: int | None = None
    until: date | None = None
    count: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.every <= MAX_EVERY[self.frequency]:
            most = MAX_EVERY[self.frequency]
            raise RecurrenceError("every", _l("Choose a number from 1 to %(most)s.", most=most))
        if self.until is not None and self.count is not None:
            raise RecurrenceError("count", _l("Choose a last date or a number of dates, not both."))
        if self.count is not None and not 1 <= self.count <= MAX_COUNT:
            raise RecurrenceError("count", _l("Choose a number from 1 to %(most)s.", most=MAX_COUNT))
        if self.until is not None:
            check_day(self.until, "until")
        _check_weekdays(self)


def check_day(day: date, field: str) -> None:
    """Raise RecurrenceError, about a field, for a day before 1970 or after 2199."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise RecurrenceError(field, _l("Choose a date from 1970 to 2199."))


def _check_weekdays(rule: Rule) -> None:
    if rule.frequency is Frequency.WEEKLY and not rule.weekdays:
        raise RecurrenceError("weekdays", _l("Choose at least one day of the week."))
    if rule.frequency is Frequency.DAILY and rule.weekdays:
        raise RecurrenceError("weekdays", _l("A daily series has no days of the week to choose."))
    if rule.frequency is Frequency.MONTHLY:
        if len(rule.weekdays) != 1:
            raise RecurrenceError("weekdays", _l("Choose one day of the week."))
        if rule.nth not in (1, 2, 3, 4, LAST):
            raise RecurrenceError("nth", _l("Choose the first, second, third, fourth or last of the month."))
    elif rule.nth is not None:
        raise RecurrenceError("nth", _l("Only a monthly series has a week of the month."))


def to_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a wall time, as RFC 5545 §3.3.5 says.

    A time that comes twice means the first; one that is skipped counts on from before the clocks changed.
    """
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def to_local(instant: datetime, zone: ZoneInfo) -> datetime:
    """The naive wall time of an instant."""
    return instant.astimezone(zone).replace(tzinfo=None)


def read_date(text: str) -> date | None:
    """The date of an address (2026-11-28), or None where it is none that an event could have."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    # Python reads 20261128 and 2026-W48-6 as well: one date has one address.
    return found if found.isoformat() == text and FIRST_DAY.year < found.year <= LAST_DAY.year else None


def _falls_on(rule: Rule, day: date) -> bool:
    """Whether the rule's weekdays and week of the month allow a day (its interval is not looked at)."""
    if rule.frequency is Frequency.DAILY:
        return True
    if day.weekday() not in rule.weekdays:
        return False
    if rule.nth == LAST:
        return day.day + 7 > calendar.monthrange(day.year, day.month)[1]
    return rule.nth is None or (day.day - 1) // 7 + 1 == rule.nth


def first_instance(rule: Rule, earliest: datetime) -> datetime:
    """The first start at or after a wall time; DTSTART has to be it (RFC 5545 §3.8.5.3)."""
    check_day(earliest.date(), "starts_local")
    return next(
        start for start in (earliest + timedelta(days=n) for n in range(63)) if _falls_on(rule, start.date())
    )


def check_start(rule: Rule | None, starts_local: datetime) -> None:
    """Raise RecurrenceError unless a series can begin with this wall time."""
    check_day(starts_local.date(), "starts_local")
    if starts_local.tzinfo is not None:
        raise RecurrenceError("starts_local", _l("Give the time as the clock on the wall shows it."))
    if rule is None:
        return
    if not _falls_on(rule, starts_local.date()):
        raise RecurrenceError("starts_local", _l("The first date is not one of the days of the series."))
    if rule.until is not None and rule.until < starts_local.date():
        raise RecurrenceError("until", _l("The series ends before it begins."))


def _written(rule: Rule, until: str) -> str:
    days = [_CODES[day] for day in sorted(rule.weekdays)]
    if rule.nth is not None:
        days = [f"{rule.nth}{days[0]}"]
    parts = [f"FREQ={rule.frequency.value}"]
    if rule.every > 1:
        parts.append(f"INTERVAL={rule.every}")
    if days:
        parts.append(f"BYDAY={','.join(days)}")
    if rule.count is not None:
        parts.append(f"COUNT={rule.count}")
    if rule.until is not None:
        parts.append(f"UNTIL={until}")
    return ";".join(parts)


def to_stored(rule: Rule) -> str:
    """The rule as the database keeps it: an RRULE value whose UNTIL is the local date.

    So neither another zone for the event nor new time zone data ever moves the last date.
    """
    return _written(rule, f"{rule.until:%Y%m%d}" if rule.until else "")


def to_rrule(rule: Rule, starts_local: datetime, zone: ZoneInfo) -> str:
    """The rule as a feed publishes it: UNTIL is the end of the last local day, in UTC (RFC 5545 §3.3.10).

    Raises RecurrenceError when the series cannot begin with `starts_local`.
    """
    check_start(rule, starts_local)
    if rule.until is None:
        return _written(rule, "")
    return _written(rule, f"{to_utc(datetime.combine(rule.until, time(23, 59, 59)), zone):%Y%m%dT%H%M%SZ}")


def from_rrule(text: str, zone: ZoneInfo) -> Rule:
    """Read what `to_rrule` or `to_stored` wrote; anything else raises RecurrenceError."""
    try:
        parts = dict(part.split("=") for part in text.split(";"))
        days, nth = _read_days(parts.pop("BYDAY", ""))
        rule = Rule(
            Frequency(parts.pop("FREQ")),
            every=int(parts.pop("INTERVAL", "1")),
            weekdays=days,
            nth=nth,
            count=int(parts.pop("COUNT")) if "COUNT" in parts else None,
            until=_read_until(parts.pop("UNTIL"), zone) if "UNTIL" in parts else None,
        )
    except RecurrenceError:
        raise
    except (ValueError, KeyError, OverflowError) as error:
        raise _unreadable(text) from error
    if parts:
        raise _unreadable(text)
    return rule


def _unreadable(text: str) -> RecurrenceError:
    return RecurrenceError("recurrence", _l("This series rule cannot be read: %(rule)s", rule=text[:100]))


def _read_days(text: str) -> tuple[frozenset[Weekday], int | None]:
    if match := re.fullmatch(r"(-?\d)([A-Z]{2})", text):
        return frozenset({Weekday(_CODES.index(match[2]))}), int(match[1])
    return frozenset(Weekday(_CODES.index(code)) for code in text.split(",") if code), None


def _read_until(text: str, zone: ZoneInfo) -> date:
    if "T" not in text:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).astimezone(zone).date()


def _skip_ahead(rule: Rule, starts: datetime, after: datetime) -> datetime:
    """A start in step with the rule, on or before the first day wanted, so that age costs nothing."""
    days = (after.date() - starts.date()).days
    if rule.count is not None or days <= 0:
        return starts
    if rule.frequency is Frequency.DAILY:
        return starts + timedelta(days=days // rule.every * rule.every)
    if rule.frequency is Frequency.WEEKLY:
        return starts + timedelta(weeks=days // 7 // rule.every * rule.every)
    months = (after.year - starts.year) * 12 + after.month - starts.month
    year, month = divmod(starts.month - 1 + months // rule.every * rule.every, 12)
    return max(starts, starts.replace(year=starts.year + year, month=month + 1, day=1))


def _laid_out(rule: Rule, starts: datetime, after: datetime) -> Iterator[datetime]:
    """The rule by dateutil, from some date on or before the first one wanted."""
    by_day: list[int] | list[rrule.weekday] | None = [int(day) for day in rule.weekdays] or None
    if rule.nth is not None:
        by_day = [rrule.weekday(day, rule.nth) for day in rule.weekdays]
    return iter(
        rrule.rrule(
            _FREQUENCIES[rule.frequency],
            dtstart=_skip_ahead(rule, starts, after),
            interval=rule.every,
            byweekday=by_day,
            count=rule.count,
            until=datetime.combine(rule.until, time(23, 59, 59)) if rule.until else None,
        )
    )


def local_dates(
    rule: Rule | None,
    starts_local: datetime,
    *,
    after: datetime | None = None,
    before: datetime | None = None,
    limit: int = MAX_INSTANCES,
) -> Iterator[datetime]:
    """Wall times (naive) of a series' starts, soonest first: after ≤ start < before, at most `limit`.

    Without a rule the series is its first date alone.
    """
    after = max(after or starts_local, starts_local)
    starts = iter((starts_local,)) if rule is None else _laid_out(rule, starts_local, after)
    wanted: Iterator[datetime] = dropwhile(lambda start: start < after, starts)
    if before is not None:
        wanted = takewhile(lambda start: start < before, wanted)
    return islice(wanted, limit)
