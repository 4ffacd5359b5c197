"""A series with what is different on single dates, expanded into the dates that people come to.

`expand` is the one source of dates for pages; feeds publish the same series as one RRULE with exceptions,
and tests hold both against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import islice
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from crm.events.recurrence import (
    MAX_INSTANCES,
    RecurrenceError,
    Rule,
    check_start,
    local_dates,
    to_local,
    to_utc,
)

MAX_DURATION = timedelta(days=14)
_MARGIN = timedelta(days=1)  # more than any zone's offset changes by


class DateStatus(StrEnum):
    """What became of one date. Skipped: never announced, so it is nowhere; cancelled: shown as cancelled."""

    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Series:
    """What a series (or, without a rule, a one-off) needs to be expanded and published.

    `starts_local` is the naive wall time of the first instance in `timezone` (IANA); the duration is wall
    time too. `sequence` and `changed_at` (aware UTC) tell calendar apps which version they see.
    """

    uid: str
    starts_local: datetime
    duration: timedelta
    timezone: str
    rule: Rule | None = None
    status: DateStatus = DateStatus.SCHEDULED
    sequence: int = 0
    changed_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    def __post_init__(self) -> None:
        check_start(self.rule, self.starts_local)
        check_duration(self.duration)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone that the wall times are told in."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class SeriesException:
    """What is different on one date of a series; one row each, unique by series and date.

    `date` is the original local date for ever, wherever the instance was moved to. With a `uid` of its own
    it is an extra date that the rule does not make, and `starts_local` is required; otherwise
    `starts_local`, `duration` and `place` are None where nothing differs.
    """

    date: date
    status: DateStatus = DateStatus.SCHEDULED
    starts_local: datetime | None = None
    duration: timedelta | None = None
    place: str | None = None
    uid: str | None = None
    sequence: int = 0
    changed_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    def __post_init__(self) -> None:
        if self.starts_local is not None:
            check_start(None, self.starts_local)
        elif self.uid is not None:
            raise RecurrenceError("starts_local", _l("An extra date needs a time."))
        if self.duration is not None:
            check_duration(self.duration)


@dataclass(frozen=True, slots=True)
class Instance:
    """One date that people come to. `date` names it in addresses; `…_local` naive, `…_at` aware UTC.

    Both exist on the clock, even where the rule names a time that is skipped when the clocks go forward;
    `original_local` is the start as the rule gave it (the RECURRENCE-ID), None for an extra date.
    """

    date: date
    uid: str
    starts_local: datetime
    ends_local: datetime
    starts_at: datetime
    ends_at: datetime
    cancelled: bool
    original_local: datetime | None
    exception: SeriesException | None


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time, aware UTC; what overlaps it is inside (an end or a start on its border is not)."""

    starts_at: datetime
    ends_at: datetime

    def holds(self, instance: Instance) -> bool:
        """Whether some of the instance lies inside."""
        return instance.starts_at < self.ends_at and instance.ends_at > self.starts_at


@dataclass(frozen=True, slots=True)
class Matched:
    """Exceptions by what they stand for.

    `overrides` differ from an instance of the rule, `extras` are dates of their own, `orphans` name dates
    that the rule no longer makes: they are shown nowhere.
    """

    overrides: dict[date, tuple[datetime, SeriesException]]  # with the start that the rule gave
    extras: list[tuple[datetime, SeriesException]]  # with the start of its own
    orphans: list[SeriesException]


def check_duration(duration: timedelta) -> None:
    """Raise RecurrenceError unless an event can last this long."""
    if not timedelta(0) < duration <= MAX_DURATION:
        raise RecurrenceError("duration", _l("An event ends after it begins, and within 14 days."))


def match_exceptions(series: Series, exceptions: Iterable[SeriesException]) -> Matched:
    """Tell the exceptions of a series apart. An extra date that the rule now makes becomes its override."""
    by_date = {exception.date: exception for exception in exceptions}
    matched = Matched({}, [], [])
    if not by_date:
        return matched
    first = datetime.combine(min(by_date), datetime.min.time())
    last = datetime.combine(max(by_date), datetime.max.time())
    made = local_dates(series.rule, series.starts_local, after=first, before=last, limit=100_000)
    originals = {start.date(): start for start in made if start.date() in by_date}
    for day, exception in sorted(by_date.items()):
        if day in originals:
            matched.overrides[day] = (originals[day], exception)
        elif exception.uid is not None and exception.starts_local is not None:
            matched.extras.append((exception.starts_local, exception))
        else:
            matched.orphans.append(exception)
    return matched


def _instance(
    series: Series, starts: datetime, original: datetime | None, exception: SeriesException | None
) -> Instance:
    duration = (exception and exception.duration) or series.duration
    starts_at, ends_at = to_utc(starts, series.zone), to_utc(starts + duration, series.zone)
    if ends_at <= starts_at:  # the clocks changed in between
        ends_at = starts_at + duration
    statuses = {series.status, exception.status if exception else DateStatus.SCHEDULED}
    return Instance(
        date=exception.date if exception else starts.date(),
        uid=(original is None and exception and exception.uid) or series.uid,
        starts_local=to_local(starts_at, series.zone),
        ends_local=to_local(ends_at, series.zone),
        starts_at=starts_at,
        ends_at=ends_at,
        cancelled=DateStatus.CANCELLED in statuses,
        original_local=original,
        exception=exception,
    )


def _by_rule(series: Series, matched: Matched, window: Window) -> Iterator[Instance]:
    after = to_local(window.starts_at, series.zone) - series.duration - _MARGIN
    before = to_local(window.ends_at, series.zone) + _MARGIN
    for start in local_dates(series.rule, series.starts_local, after=after, before=before, limit=100_000):
        if start.date() not in matched.overrides:
            instance = _instance(series, start, start, None)
            if window.holds(instance):
                yield instance


def different_instances(series: Series, matched: Matched) -> list[Instance]:
    """The instances that differ from the rule or stand beside it, skipped ones left out."""
    moved = [(one.starts_local or start, start, one) for start, one in matched.overrides.values()]
    extra = [(start, None, one) for start, one in matched.extras]
    return [
        _instance(series, starts, original, one)
        for starts, original, one in (*moved, *extra)
        if one.status is not DateStatus.SKIPPED
    ]


def expand(
    series: Series, exceptions: Iterable[SeriesException], window: Window, limit: int = MAX_INSTANCES
) -> list[Instance]:
    """The instances inside the window, soonest first, at most `limit`; skipped ones left out."""
    matched = match_exceptions(series, exceptions)
    instances = [one for one in different_instances(series, matched) if window.holds(one)]
    instances += islice(_by_rule(series, matched, window), limit)
    return sorted(instances, key=lambda one: (one.starts_at, one.date))[:limit]
