"""A calendar file, read entry by entry: what cannot be read is passed over with a reason."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .describing import uid_of
from .expanding import dates_of, read_series
from .found import Date, Entry, Reading, Skip
from .lines import Block, Line, local_of, taken_apart
from .single import read_single
from .texts import is_forbidden, one_line, shown_safely, unescaped
from .times import Unreadable
from .words import Failure, Passed
from .zones import UnknownZone, Zones

MOST_ENTRIES = 2000
MOST_DATES = 5000


class NotACalendar(ValueError):
    """A file that holds nothing of a calendar; the text is a word of `Failure`."""


@dataclass(frozen=True)
class Window:
    """The days that dates are wanted for, UTC, at most 400; `zone` is the reader's (IANA)."""

    starts_at: datetime
    ends_at: datetime
    zone: str


_UNTIL = re.compile(r"UNTIL=(\d{8})", re.IGNORECASE)
# More than any two zones are apart.
_MARGIN = timedelta(days=3)
# Bounds the time that is spent on one entry: raises TimeoutError inside.
Guard = Callable[[], AbstractContextManager[object]]


def read_calendar(content: bytes, window: Window, guard: Guard = nullcontext) -> Reading:
    """What a file holds inside the window. Raises NotACalendar where it is no calendar at all."""
    file = taken_apart(content)
    if not file.is_calendar and not file.blocks:
        raise NotACalendar(Failure.NOT_A_CALENDAR)
    name = unescaped(file.properties.get("X-WR-CALNAME") or file.properties.get("NAME", ""))
    zones = Zones(file.zones, file.properties.get("X-WR-TIMEZONE", ""), window.zone, window.starts_at)
    groups = list(_grouped(file.blocks))
    near = [group for group in groups if not all(_is_far(block, window) for block in group)]
    reader = _Reader(window, zones, guard)
    for group in near:
        reader.take(group)
    outside = sum(map(len, groups)) - sum(map(len, near)) + reader.outside
    return Reading(shown_safely(name), reader.entries, reader.skips, len(file.blocks), outside)


def _is_far(block: Block, window: Window) -> bool:
    """Whether nothing of an entry is inside of the window for certain, so that it need not be read."""
    start, rules = block.value("DTSTART"), block.all("RRULE")
    if not block.whole or block.all("RDATE", "DURATION") or len(rules) > 1:
        return False
    begins, ends = local_of(start), local_of(block.value("DTEND") or start)
    if begins is None or ends is None:
        return False
    last = max(begins, ends)
    if rules:
        named = _UNTIL.search(rules[0].value)
        until = local_of(named[1]) if named else None
        if until is None:
            return False
        last = until + (last - min(begins, ends))
    early, late = (moment.replace(tzinfo=None) for moment in (window.starts_at, window.ends_at))
    return last < early - _MARGIN or min(begins, ends) > late + _MARGIN


def _is_inside(one: Date, window: Window) -> bool:
    """As the library has it: what ends when the window begins is out, what begins then is in."""
    lasts = one.ends_at > window.starts_at or one.starts_at == one.ends_at == window.starts_at
    return lasts and one.starts_at < window.ends_at


def _grouped(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """The entries of each UID: a series with the dates that differ from it."""
    groups: dict[str, list[Block]] = {}
    for block in blocks:
        groups.setdefault(uid_of(block), []).append(block)
    yield from groups.values()


def _skip(block: Block, reason: Passed, detail: str = "") -> Skip:
    title = shown_safely(unescaped(block.value("SUMMARY")))
    return Skip(title, shown_safely(block.value("DTSTART"), 40), reason, shown_safely(detail, 80))


class _Reader:
    """Gathers what is read and what is passed over."""

    def __init__(self, window: Window, zones: Zones, guard: Guard) -> None:
        self.window, self.zones, self.guard = window, zones, guard
        self.entries: list[Entry] = []
        self.skips: list[Skip] = []
        self.outside = 0
        self._dates = self._taken = 0

    def take(self, group: list[Block]) -> None:
        """Read the entries of one UID; of those that are no part of one series each by itself."""
        self._taken += len(group)
        if self._taken > MOST_ENTRIES:
            self._pass(group, Passed.TOO_MANY)
            return
        sound = [block for block in map(self._sound, group) if block]
        rest = [block for block in sound if block.all("RECURRENCE-ID")]
        masters = self._newest([block for block in sound if not block.all("RECURRENCE-ID")])
        for number, master in enumerate(masters):
            self._read([master, *(rest if number == 0 else [])], number)
        if rest and not masters:
            self._read(rest, 0)

    def _sound(self, block: Block) -> Block | None:
        """An entry without a fault. Of a date of a series that has one, what keeps it from being shown."""
        fault = _fault(block)
        if fault is None:
            return block
        self.skips.append(_skip(block, *fault))
        rule_start = block.first("RECURRENCE-ID")
        if rule_start is None:
            return None
        start = Line("DTSTART", {**rule_start.parameters}, rule_start.value)
        return Block([rule_start, start, Line("UID", {}, block.value("UID"))], whole=True, dropped=True)

    def _newest(self, masters: list[Block]) -> list[Block]:
        """Of several with one UID and one start the newest; others are entries of their own."""
        by_start: dict[str, Block] = {}
        for block in masters:
            start = block.value("DTSTART")
            before = by_start.get(start)
            if before is not None:
                older, block = sorted((before, block), key=_sequence)
                self.skips.append(_skip(older, Passed.REPEATED))
            by_start[start] = block
        return list(by_start.values())

    def _read(self, group: list[Block], number: int) -> None:
        try:
            with self.guard():
                entry = self._entry(group)
        except UnknownZone as error:
            self._pass(group, Passed.UNKNOWN_ZONE, str(error))
        except Unreadable as error:
            self._pass(group, error.reason, error.detail)
        except TimeoutError:
            self._pass(group, Passed.TOO_SLOW)
        except Exception as error:
            # The libraries raise what comes to them; whatever it is, it is this entry's fault alone.
            self._pass(group, Passed.BROKEN, type(error).__name__)
        else:
            self._keep(entry, group, number)

    def _entry(self, group: list[Block]) -> Entry:
        if len(group) == 1 and not group[0].all("RRULE", "RDATE", "RECURRENCE-ID"):
            entry = read_single(group[0], self.zones)
            inside = [one for one in entry.dates if _is_inside(one, self.window)]
            return replace(entry, dates=inside)
        series = read_series(group, self.zones)
        return replace(series.entry, dates=dates_of(series, self.window.starts_at, self.window.ends_at))

    def _keep(self, entry: Entry, group: list[Block], number: int) -> None:
        if not entry.dates:
            self.outside += len(group)
            return
        if self._dates + len(entry.dates) > MOST_DATES:
            self._pass(group, Passed.TOO_MANY)
            return
        self._dates += len(entry.dates)
        if number:
            digest = hashlib.sha256(f"{entry.uid}\n{entry.first_local.isoformat()}".encode()).hexdigest()
            entry = replace(entry, uid="sha256:" + digest)
        self.entries.append(replace(entry, digest=_digest(group)))

    def _pass(self, group: list[Block], reason: Passed, detail: str = "") -> None:
        self.skips += [_skip(block, reason, detail) for block in group]


def _digest(group: list[Block]) -> str:
    lines = sorted(repr((line.name, line.parameters, line.value)) for block in group for line in block.lines)
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()


def _sequence(block: Block) -> int:
    value = block.value("SEQUENCE")
    return int(value) if value.isdigit() and len(value) < 10 else 0


def _fault(block: Block) -> tuple[Passed, str] | None:
    """What is wrong with one entry by itself."""
    if not block.whole:
        return Passed.CUT_OFF, ""
    if block.value("CLASS").upper() in {"PRIVATE", "CONFIDENTIAL"}:
        return Passed.PRIVATE, ""
    if not block.value("DTSTART"):
        return Passed.NO_START, ""
    for name in ("SUMMARY", "LOCATION", "DESCRIPTION", "UID"):
        if is_forbidden(unescaped(block.value(name)).replace("\n", " ")):
            return Passed.CONTROL, name
    titled = block.all("RECURRENCE-ID") or one_line(unescaped(block.value("SUMMARY")), 200)
    return None if titled else (Passed.NO_TITLE, "")
