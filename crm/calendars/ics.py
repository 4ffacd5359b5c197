"""Writes iCalendar files to the byte (RFC 5545, RFC 7986), by joining strings.

What is written here goes to apps that nobody can debug; every rule below is held by a named test in
tests/calendars/. Building library objects instead would take twenty times as long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import quote

from crm.calendars.vtimezone import vtimezone

PRODUCT = "-//Muster//Coalition calendar//EN"
FOLD_AT = 75  # octets, without the line break (RFC 5545 §3.1)

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Control characters and halves of UTF-16 pairs may not be in a file; a tab counts as a blank.
_UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_RULE = re.compile(r"FREQ=[A-Z]+(;[A-Z]+=[A-Z0-9,+-]+)*")
_URI_SAFE = "%/:?#[]@!$&'()*+,;=~-._"
_PLAIN_URI = re.compile(rf"[A-Za-z0-9{re.escape(_URI_SAFE)}]+")
_COLOR = re.compile(r"[a-z]+")


class UnwritableEvent(ValueError):
    """A value that no calendar file can hold: a programming error of the caller."""


class FeedStatus(StrEnum):
    """STATUS of a VEVENT."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class FeedCalendar:
    """The calendar itself. `url` is its page, `source` the feed's own public address (never a secret one);
    `color` a CSS colour name; `cancelled_prefix` stands before the title of what is cancelled."""

    name: str
    description: str = ""
    url: str = ""
    timezone: str = "UTC"
    color: str = ""
    refresh: timedelta = timedelta(hours=1)
    source: str = ""
    cancelled_prefix: str = "CANCELLED: "


@dataclass(slots=True)
class FeedEvent:
    """One VEVENT. Not frozen: frozen ones take three times as long to make.

    `stamp` is the instant of the last edit (aware UTC); `…_local` are naive wall times in `timezone`, the
    end exclusive. With `all_day` only their dates count and `rrule` carries a date as UNTIL. `exdates` and
    `recurrence_id` are naive starts of instances of the master's rule. `free`: it takes up nobody's time.
    """

    uid: str
    sequence: int
    stamp: datetime
    summary: str
    starts_local: datetime
    ends_local: datetime
    timezone: str
    description: str = ""
    location: str = ""
    url: str = ""
    status: FeedStatus = FeedStatus.CONFIRMED
    rrule: str = ""
    exdates: Sequence[datetime] = ()
    recurrence_id: datetime | None = None
    categories: Sequence[str] = ()
    all_day: bool = False
    free: bool = False


def clean(text: str) -> str:
    """Text that a file may hold: line breaks become LF, tabs blanks, control characters nothing."""
    if text.isprintable() or text.replace("\n", "").isprintable():
        return text
    return _UNWRITABLE.sub("", _BREAKS.sub("\n", text).replace("\t", " "))


def escape(text: str) -> str:
    r"""TEXT as RFC 5545 §3.3.11 wants it: backslash, semicolon, comma and line break escaped, once."""
    return clean(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def fold(line: str) -> str:
    """A content line of any length with its CRLF, folded at 75 octets.

    Never inside a character, and not beside a blank where that can be helped: some apps lose such blanks.
    """
    if len(line) <= FOLD_AT and (line.isascii() or len(line.encode()) <= FOLD_AT):
        return line + "\r\n"
    octets, parts, room = line.encode(), [], FOLD_AT
    while len(octets) > room:
        cut = _cut(octets, room)
        parts.append(octets[:cut].decode())
        octets, room = octets[cut:], FOLD_AT - 1  # the blank that marks a continuation takes one
    return "\r\n ".join((*parts, octets.decode())) + "\r\n"


def _cut(octets: bytes, room: int) -> int:
    """Where to break, at most `room` octets in."""
    longest = room
    while octets[longest] & 0xC0 == 0x80:  # inside a character of several octets
        longest -= 1
    for cut in range(longest, longest - 12, -1):
        if octets[cut] & 0xC0 != 0x80 and octets[cut] != 0x20 and octets[cut - 1] != 0x20:
            return cut
    return longest


def _text(name: str, value: str) -> str:
    return fold(f"{name}:{escape(value)}") if value else ""


def _uri(name: str, value: str) -> str:
    """A URI property: absolute http(s), percent-encoded where need be, never escaped (RFC 5545 §3.3.13)."""
    if not value:
        return ""
    if not value.startswith(("https://", "http://")):
        raise UnwritableEvent(f"{name} {value[:80]!r}")
    if not _PLAIN_URI.fullmatch(value):
        value = quote(clean(value).replace("\n", ""), safe=_URI_SAFE)
    return fold(f"{name}:{value}")


def _basic(moment: datetime) -> str:
    """20261128T120000, four times as fast as strftime."""
    return moment.isoformat()[:19].replace("-", "").replace(":", "")


def _utc(moment: datetime) -> str:
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return _basic(moment) + "Z"


def _day(moment: datetime) -> str:
    return f"{moment:%Y%m%d}"


def duration(span: timedelta) -> str:
    """A whole number of minutes as RFC 5545 §3.3.6 writes it: PT1H, PT90M."""
    minutes = max(1, int(span.total_seconds()) // 60)
    return f"PT{minutes // 60}H" if minutes % 60 == 0 else f"PT{minutes}M"


def _when(event: FeedEvent) -> str:
    """Everything that is told in the event's zone: all of one type and TZID, or clients drop the series."""
    if event.all_day:
        kind, told = ";VALUE=DATE:", _day
    else:
        kind, told = f";TZID={event.timezone}:", _basic
    lines = f"DTSTART{kind}{told(event.starts_local)}\r\nDTEND{kind}{told(event.ends_local)}\r\n"
    if event.recurrence_id is not None:
        lines += f"RECURRENCE-ID{kind}{told(event.recurrence_id)}\r\n"
    if event.rrule:
        if not _RULE.fullmatch(event.rrule):
            raise UnwritableEvent(f"RRULE {event.rrule[:80]!r}")
        lines += fold(f"RRULE:{event.rrule}")
    for moment in sorted(event.exdates):
        lines += f"EXDATE{kind}{told(moment)}\r\n"
    return lines


def _vevent(event: FeedEvent, cancelled_prefix: str) -> str:
    stamp, cancelled = _utc(event.stamp), event.status is FeedStatus.CANCELLED
    summary = cancelled_prefix + event.summary if cancelled else event.summary
    categories = ",".join(escape(each) for each in event.categories)
    return (
        f"BEGIN:VEVENT\r\n{_text('UID', event.uid)}DTSTAMP:{stamp}\r\nLAST-MODIFIED:{stamp}\r\n"
        f"SEQUENCE:{event.sequence}\r\n{_when(event)}{_text('SUMMARY', summary)}"
        f"{_text('DESCRIPTION', event.description)}{_text('LOCATION', event.location)}"
        f"{_uri('URL', event.url)}"
        f"{fold(f'CATEGORIES:{categories}') if categories else ''}STATUS:{event.status.value}\r\n"
        f"{'TRANSP:TRANSPARENT' + chr(13) + chr(10) if cancelled or event.free else ''}END:VEVENT\r\n"
    )


def _head(calendar: FeedCalendar) -> str:
    if calendar.color and not _COLOR.fullmatch(calendar.color):
        raise UnwritableEvent(f"COLOR {calendar.color[:80]!r}")
    every = duration(calendar.refresh)
    return "".join(
        (
            f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODUCT}\r\nCALSCALE:GREGORIAN\r\n",
            _text("NAME", calendar.name) + _text("X-WR-CALNAME", calendar.name),
            _text("DESCRIPTION", calendar.description) + _text("X-WR-CALDESC", calendar.description),
            _text("X-WR-TIMEZONE", calendar.timezone),
            _uri("URL", calendar.url),
            _uri("SOURCE;VALUE=URI", calendar.source),
            f"COLOR:{calendar.color}\r\n" if calendar.color else "",
            f"REFRESH-INTERVAL;VALUE=DURATION:{every}\r\nX-PUBLISHED-TTL:{every}\r\n",
        )
    )


@dataclass(frozen=True, slots=True)
class Entries:
    """VEVENTs as they are written, and the zones that their times are told in."""

    text: str
    zones: frozenset[str]


def write_entries(events: Iterable[FeedEvent], cancelled_prefix: str) -> Entries:
    """VEVENTs in the order given. Raises UnwritableEvent."""
    listed = list(events)
    zones = frozenset(event.timezone for event in listed if not event.all_day)
    return Entries("".join([_vevent(event, cancelled_prefix) for event in listed]), zones)


def join_calendar(calendar: FeedCalendar, entries: Iterable[Entries], *, year: int) -> bytes:
    """The file, as UTF-8 bytes, of entries that are written already (with the calendar's own prefix).

    `year` is the current one: the VTIMEZONEs are derived for it. Raises UnwritableEvent and UnknownZone.
    """
    listed = list(entries)
    zones = frozenset({calendar.timezone}).union(*(one.zones for one in listed))
    return "".join(
        (
            _head(calendar),
            *(vtimezone(zone, year) for zone in sorted(zones)),
            *(one.text for one in listed),
            "END:VCALENDAR\r\n",
        )
    ).encode()


def write_calendar(calendar: FeedCalendar, events: Iterable[FeedEvent], *, year: int) -> bytes:
    """The file of events in the order given: see `join_calendar`."""
    return join_calendar(calendar, [write_entries(events, calendar.cancelled_prefix)], year=year)
