"""A series of somebody else's, expanded by libraries that agreed with five other engines (5-calendars.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
import x_wr_timezone

from .describing import date_of, entry_of
from .found import Date, Entry
from .lines import Block
from .rules import fault_of
from .times import Unreadable, is_day, written
from .words import Passed
from .zones import Zones

MOST_DATES = 500
_TIMES = ("DTSTART", "DTEND", "RECURRENCE-ID")


@dataclass(frozen=True)
class Series:
    """The entries of one UID: as they were written, as the library reads them, and what is said of them."""

    group: list[Block]
    calendar: icalendar.Calendar
    entry: Entry
    zones: Zones


def read_series(group: list[Block], zones: Zones) -> Series:
    """The entries of one UID, the series itself first. Raises Unreadable, UnknownZone."""
    text = "".join(_rewritten(block, number, zones) for number, block in enumerate(group))
    calendar = icalendar.Calendar.from_ical(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{text}END:VCALENDAR\r\n")
    if not isinstance(calendar, icalendar.Calendar):
        raise Unreadable(Passed.BROKEN)
    for component in calendar.walk("VEVENT"):
        for name, _problem in component.errors:
            raise Unreadable(Passed.BROKEN, name or "")
    if zones.own:
        calendar = x_wr_timezone.to_standard(calendar, ZoneInfo(zones.own))
    first: Any = calendar.walk("VEVENT")[0]
    start = first["DTSTART"].dt
    all_day = not isinstance(start, datetime)
    zone = zones.default if all_day else _zone_of(start, zones)
    return Series(group, calendar, entry_of(group[0], _instant(start, zones), zone, all_day), zones)


def dates_of(series: Series, starts_at: datetime, ends_at: datetime) -> list[Date]:
    """Its dates inside a window, soonest first, cancelled ones too. Raises Unreadable for more than 500."""
    # Its `skip_bad_series` would leave a series out without a word: each is read by itself instead, and what
    # it raises is the reason that is shown.
    query = recurring_ical_events.of(series.calendar)
    found = query.between(starts_at, ends_at)
    if len(found) > MOST_DATES:
        raise Unreadable(Passed.TOO_MANY_DATES, str(len(found)))
    dates = [_date(series, one) for one in found if not series.group[_number(one)].dropped]
    return sorted(dates, key=lambda one: (one.starts_at, one.rule_start))


def _number(component: Any) -> int:
    return int(component["X-NUMBER"])


def _date(series: Series, component: Any) -> Date:
    block, whole = series.group[_number(component)], series.entry
    start, end = component["DTSTART"].dt, component["DTEND"].dt
    rule_start = component["RECURRENCE-ID"].dt if "RECURRENCE-ID" in component else start
    begins, ends = (_instant(moment, series.zones) for moment in (start, end))
    one = replace(date_of(block, begins, max(begins, ends)), rule_start=_instant(rule_start, series.zones))
    if block is series.group[0]:
        return one
    place = one.place if block.first("LOCATION") else whole.place
    return replace(one, title=one.title or whole.title, place=place, url=one.url or whole.url)


def _instant(moment: date, zones: Zones) -> datetime:
    """A moment in UTC; a day begins at midnight of the reader's zone."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, datetime.min.time(), ZoneInfo(zones.default))
    zone = moment.tzinfo or ZoneInfo(zones.floating)
    return moment.replace(tzinfo=zone).astimezone(UTC)


def _zone_of(start: datetime, zones: Zones) -> str:
    """Where an entry is told; what is told in UTC, in the zone of the calendar or the reader's."""
    name = getattr(start.tzinfo, "key", "UTC")
    return zones.floating if name in {"UTC", "Etc/UTC"} else str(name)


def _rewritten(block: Block, number: int, zones: Zones) -> str:
    """An entry as a VEVENT of the lines that matter, with the number by which its texts are found again."""
    start = block.first("DTSTART")
    lines = {"UID": "UID:1", "X-NUMBER": f"X-NUMBER:{number}"}
    for line in block.all(*_TIMES):
        if line.name == "DTEND" and start is not None and is_day(line) != is_day(start):
            raise Unreadable(Passed.BROKEN, line.name)
        lines.setdefault(line.name, written(line, zones))
    if "DTEND" not in lines:
        lines |= {line.name: f"DURATION:{line.value.strip()}" for line in block.all("DURATION")}
    if block.value("SEQUENCE").isdigit():
        lines["SEQUENCE"] = f"SEQUENCE:{block.value('SEQUENCE')[:9]}"
    several = [written(line, zones) for line in block.all("RDATE", "EXDATE")]
    return "\r\n".join(["BEGIN:VEVENT", *lines.values(), *several, *_rules(block), "END:VEVENT", ""])


def _rules(block: Block) -> list[str]:
    for line in block.all("RRULE", "EXRULE"):
        if fault := fault_of(line.value):
            raise Unreadable(fault, line.value)
    return [f"{line.name}:{line.value.strip()}" for line in block.all("RRULE", "EXRULE")]
