"""VTIMEZONE blocks that every calendar app reads alike.

Outlook wants exactly one STANDARD and one DAYLIGHT with a yearly rule and ignores RDATE (MS-STANOICAL
2.2.47, MS-OXCICAL 2.1.3.1.1.19); others trust what is written here to the hour. So the pair is derived
from the transitions that zoneinfo knows, and anchored in 1970.

Zones whose changes follow no yearly rule (Morocco, Western Sahara and Palestine change around Ramadan;
a place in the year in which it gives up changing) get their transitions one by one, for some years around
the year asked for: apps that follow RFC 5545 are right, Outlook may be an hour off there.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

ANCHOR = 1970
RULE_YEARS = 28  # after which weekdays and leap years come round again: a rule that holds so long is a rule
LISTED_YEARS = range(-1, 5)  # of a zone without a rule, relative to the year asked for
_SCAN = timedelta(days=6)  # shorter than any stretch between two transitions
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class UnknownZone(ValueError):
    """No time zone of this name."""


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of a zone's clocks: from the wall time `onset` (in the old offset) on, `after` holds."""

    onset: datetime
    before: timedelta
    after: timedelta
    name: str


def find_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises UnknownZone."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UnknownZone(name) from error


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)


def _transition(zone: ZoneInfo, low: datetime, high: datetime) -> Transition:
    """The one transition between two instants, to the second."""
    before = _offset(zone, low)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    local = high.astimezone(zone)
    return Transition((high + before).replace(tzinfo=None), before, _offset(zone, high), local.tzname() or "")


def transitions(zone: ZoneInfo, year: int) -> Iterator[Transition]:
    """Changes of the offset from UTC whose instant lies in a year (UTC), soonest first."""
    low, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    while low < end:
        high = min(low + _SCAN, end)
        if _offset(zone, low) != _offset(zone, high):
            yield _transition(zone, low, high)
        low = high


def _weeks_of(day: datetime) -> set[str]:
    """How a rule may call a day's place in its month: BYDAY with the week (last: -1)."""
    code = _CODES[day.weekday()]
    weeks = {f"BYDAY={(day.day - 1) // 7 + 1}{code}"} if day.day <= 28 else set()
    if day.day + 7 > calendar.monthrange(day.year, day.month)[1]:
        weeks.add(f"BYDAY=-1{code}")
    return weeks


def _yearly_rule(onsets: Sequence[datetime]) -> str | None:
    """The RRULE that gives these onsets, one a year; None where there is none."""
    if len({(onset.month, onset.weekday(), onset.time()) for onset in onsets}) > 1:
        return None
    month = f"FREQ=YEARLY;BYMONTH={onsets[0].month}"
    weeks = set.intersection(*map(_weeks_of, onsets))
    if weeks:
        return f"{month};{weeks.pop()}"  # one: no day is both the fourth and the last for so long
    days = [onset.day for onset in onsets]
    if max(days) - min(days) > 6:
        return None
    span = ",".join(str(min(days) + n) for n in range(7))
    return f"{month};BYMONTHDAY={span};BYDAY={_CODES[onsets[0].weekday()]}"


def _fitted(onsets: Sequence[datetime]) -> tuple[str, datetime] | None:
    """A yearly rule and the onset to anchor it.

    A change at midnight that ends the last Thursday of October may fall in November; told a second
    earlier, it has a rule.
    """
    for shift in (timedelta(0), timedelta(seconds=1)):
        shifted = [onset - shift for onset in onsets]
        if rule := _yearly_rule(shifted):
            return rule, shifted[0]
    return None


def _anchored(rule: str, onset: datetime) -> datetime:
    """The first onset of a yearly rule in 1970: its DTSTART."""
    wanted = rule.partition("BYDAY=")[2]
    allowed = rule.partition("BYMONTHDAY=")[2].partition(";")[0].split(",")
    for number in range(1, 32):
        day = onset.replace(year=ANCHOR, day=1) + timedelta(days=number - 1)
        fits = str(day.day) in allowed and wanted == _CODES[day.weekday()]
        if day.month == onset.month and (fits or f"BYDAY={wanted}" in _weeks_of(day)):
            return day
    raise ValueError(rule)


def _told(offset: timedelta) -> str:
    sign = "-" if offset < timedelta(0) else "+"
    minutes, seconds = divmod(int(abs(offset).total_seconds()), 60)
    return f"{sign}{minutes // 60:02}{minutes % 60:02}" + (f"{seconds:02}" if seconds else "")


def _observance(change: Transition, kind: str, starts: datetime, rule: str = "") -> list[str]:
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{starts:%Y%m%dT%H%M%S}",
        f"TZOFFSETFROM:{_told(change.before)}",
        f"TZOFFSETTO:{_told(change.after)}",
        f"TZNAME:{change.name}",
        *([f"RRULE:{rule}"] if rule else []),
        f"END:{kind}",
    ]


def _pair(zone: ZoneInfo, year: int) -> list[str] | None:
    """STANDARD and DAYLIGHT with yearly rules, or None where the zone's changes follow none."""
    years: list[list[Transition]] = []
    for each in range(year, year + RULE_YEARS):
        years.append(list(transitions(zone, each)))
        if len(years[-1]) != 2:
            return None
    observances = []
    for changes in zip(*years, strict=True):
        fitted = _fitted([change.onset for change in changes])
        if fitted is None or len({(change.before, change.after) for change in changes}) > 1:
            return None
        kind = "DAYLIGHT" if changes[0].after > changes[0].before else "STANDARD"
        observances.append(_observance(changes[0], kind, _anchored(*fitted), fitted[0]))
    return [line for lines in sorted(observances, reverse=True) for line in lines]


def _listed(zone: ZoneInfo, year: int) -> list[str]:
    """The offset before the listed years as STANDARD from 1970, then each transition by itself."""
    first = datetime(year + LISTED_YEARS[0], 1, 1, tzinfo=UTC)
    changes = [change for n in LISTED_YEARS for change in transitions(zone, year + n)]
    offset = _offset(zone, first)
    begin = Transition(datetime(ANCHOR, 1, 1), offset, offset, first.astimezone(zone).tzname() or "")  # noqa: DTZ001
    lines = _observance(begin, "STANDARD", begin.onset)
    for change in changes:
        kind = "DAYLIGHT" if change.after > change.before else "STANDARD"
        lines += _observance(change, kind, change.onset)
    return lines


@lru_cache(maxsize=1024)
def vtimezone(name: str, year: int) -> str:
    """The VTIMEZONE of an IANA zone, right for a year and those after it; lines end in CRLF.

    A zone that keeps one offset gets one STANDARD without a rule. Raises UnknownZone.
    """
    zone = find_zone(name)
    lines = _pair(zone, year) or _listed(zone, year)
    return "\r\n".join(["BEGIN:VTIMEZONE", f"TZID:{name}", *lines, "END:VTIMEZONE", ""])
