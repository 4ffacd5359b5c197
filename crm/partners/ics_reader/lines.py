"""A calendar file as lines, and its entries as the lines that matter: no line of one can spoil another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

_BREAK = re.compile("\r\n|\n|\r")
# NAME;PARAMETER=value;PARAMETER="quoted":VALUE (RFC 5545 section 3.1); blanks around the name are let pass.
_LINE = re.compile(r'\s*([A-Za-z0-9-]+)\s*((?:;[^":;]*(?:"[^"]*"[^":;]*)?)*):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';\s*([A-Za-z0-9-]+)\s*=\s*("[^"]*"|[^";]*)')
_MOMENT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?Z?)?", re.ASCII)
# What of an entry is looked at. People (ATTENDEE, ORGANIZER, CONTACT) are not.
KEPT = frozenset(
    "UID SUMMARY DESCRIPTION LOCATION URL STATUS CLASS SEQUENCE DTSTART DTEND DURATION RRULE RDATE EXRULE "
    "EXDATE RECURRENCE-ID".split()
)
_OF_CALENDAR = frozenset("X-WR-TIMEZONE X-WR-CALNAME NAME TZID".split())


@dataclass(frozen=True)
class Line:
    """One property: its name in capitals, its parameters by name in capitals, its value as it stands."""

    name: str
    parameters: dict[str, str]
    value: str


@dataclass
class Block:
    """The lines of one VEVENT; `whole` once its end was there. `dropped`: its date is not shown."""

    lines: list[Line] = field(default_factory=list)
    whole: bool = False
    dropped: bool = False

    def first(self, name: str) -> Line | None:
        """The first line of a name."""
        return next((line for line in self.lines if line.name == name), None)

    def value(self, name: str) -> str:
        """The value of the first line of a name, or ""."""
        line = self.first(name)
        return line.value.strip() if line else ""

    def all(self, *names: str) -> list[Line]:
        """The lines of these names that say something (some programs write an empty RRULE)."""
        return [line for line in self.lines if line.name in names and line.value.strip()]


@dataclass
class File:
    """A file taken apart: entries, time zones by their TZID (as text), and what is said of the whole."""

    blocks: list[Block] = field(default_factory=list)
    zones: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    is_calendar: bool = False


def decoded(content: bytes) -> str:
    """The file as text: UTF-8, or what Windows wrote before; marks of byte order are left out."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    return text.replace("\ufeff", "")


def unfolded(text: str) -> Iterator[str]:
    """Its logical lines: what begins with a blank goes on with the line before."""
    parts: list[str] = []
    for raw in _BREAK.split(text):
        if raw[:1] in (" ", "\t") and parts:
            parts.append(raw[1:])
            continue
        if parts:
            yield "".join(parts)
        parts = [raw]
    if parts:
        yield "".join(parts)


def line_of(text: str) -> Line | None:
    """One property, or None where the line is none."""
    match = _LINE.fullmatch(text)
    if match is None:
        return None
    # Most lines have none.
    found = _PARAMETER.findall(match[2]) if match[2] else ()
    parameters = {name.upper(): value.strip('"') for name, value in found}
    return Line(match[1].upper(), parameters, match[3])


def taken_apart(content: bytes) -> File:
    """The parts of a file; what is not understood is left out line by line."""
    file = File()
    opened: list[str] = []
    zone: list[str] = []
    for text in unfolded(decoded(content)):
        line = line_of(text)
        if line is None:
            continue
        inside = "VTIMEZONE" in opened
        if line.name == "BEGIN":
            _begin(file, opened, line.value.strip().upper())
        elif line.name == "END":
            _end(file, opened, line.value.strip().upper())
        elif opened[-1:] == ["VEVENT"] and line.name in KEPT:
            file.blocks[-1].lines.append(line)
        elif len(opened) <= 1 and line.name in _OF_CALENDAR:
            file.properties.setdefault(line.name, line.value.strip())
        if inside or "VTIMEZONE" in opened:
            zone.append(text)
            if "VTIMEZONE" not in opened:
                _keep_zone(file, zone)
    return file


def _begin(file: File, opened: list[str], name: str) -> None:
    if name == "VCALENDAR":
        file.is_calendar = True
        opened.clear()
    if name == "VEVENT":
        # One that was never ended is over where the next begins.
        del opened[1 if opened[:1] == ["VCALENDAR"] else 0 :]
        file.blocks.append(Block())
    opened.append(name)


def _end(file: File, opened: list[str], name: str) -> None:
    if name == "VEVENT" and "VEVENT" in opened:
        file.blocks[-1].whole = True
    if name in opened:
        del opened[opened.index(name) :]


def _keep_zone(file: File, zone: list[str]) -> None:
    lines = [line for line in map(line_of, zone) if line is not None]
    name = next((line.value.strip() for line in lines if line.name == "TZID"), "")
    file.zones.setdefault(name, "\r\n".join(zone) + "\r\n")
    zone.clear()


def local_of(value: str) -> datetime | None:
    """The wall time of a value (a day: its midnight), or None where it is none."""
    match = _MOMENT.fullmatch(value.strip())
    if match is None:
        return None
    try:
        return datetime(*(int(part or 0) for part in match.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return None
