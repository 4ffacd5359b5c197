"""Entries that happen once: most entries of most calendars do, and reading them takes no library."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

from .describing import date_of, entry_of
from .found import Entry
from .lines import Block, Line, local_of
from .times import Unreadable, is_day, written
from .words import Passed
from .zones import Zones


def read_single(block: Block, zones: Zones) -> Entry:
    """An entry with its one date. Raises Unreadable, UnknownZone."""
    start = block.first("DTSTART")
    assert start is not None  # noqa: S101 - looked at before
    begins, zone = _moment(start, zones)
    ends = _end_of(block, begins, zones)
    entry = entry_of(block, begins, zone, is_day(start))
    return replace(entry, dates=[date_of(block, min(begins, ends), max(begins, ends))])


def _moment(line: Line, zones: Zones) -> tuple[datetime, str]:
    """The instant of a line, UTC, and the zone that it is told in."""
    head, _colon, value = written(line, zones).partition(":")
    local = local_of(value)
    assert local is not None  # noqa: S101 - `written` has looked at it
    if is_day(line):
        return local.replace(tzinfo=ZoneInfo(zones.default)).astimezone(UTC), zones.default
    if value.endswith("Z"):
        return local.replace(tzinfo=UTC), zones.floating
    zone = head.partition("TZID=")[2]
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC), zone


def _end_of(block: Block, begins: datetime, zones: Zones) -> datetime:
    start, end, length = block.first("DTSTART"), block.first("DTEND"), block.value("DURATION")
    whole_day = start is not None and is_day(start)
    if end is not None and end.value.strip():
        if is_day(end) != whole_day:
            raise Unreadable(Passed.BROKEN, end.name)
        return _moment(end, zones)[0]
    lasting = timedelta(days=1 if whole_day else 0)
    if length:
        lasting = icalendar.vDuration.from_ical(length)  # type: ignore[no-untyped-call]
    # A day is a day, whatever the clocks do.
    local = begins.astimezone(ZoneInfo(zones.default)) if whole_day else begins
    ends: datetime = local + lasting
    return ends.astimezone(UTC)
