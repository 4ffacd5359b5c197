"""Calendar files for the tests of partners."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crm.partners.ics_reader.found import Entry, Reading
from crm.partners.ics_reader.reading import Window, read_calendar

SEATTLE = "America/Los_Angeles"
START = datetime(2026, 11, 1, tzinfo=UTC)


def event(*lines: str, uid: str = "one", title: str = "Potluck") -> str:
    """A VEVENT of these lines."""
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{title}", *lines, "END:VEVENT", ""])


def calendar(*events: str, head: str = "") -> bytes:
    """A file of these VEVENTs; `head`: more lines of the calendar."""
    whole = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//\r\n", head, *events, "END:VCALENDAR\r\n")
    return "".join(whole).encode()


def read(content: bytes, days: int = 400, start: datetime = START, zone: str = SEATTLE) -> Reading:
    """A file, for so many days from a start."""
    return read_calendar(content, Window(start, start + timedelta(days=days), zone))


def only(content: bytes) -> Entry:
    """The one entry of a file in which nothing is passed over."""
    reading = read(content)
    assert reading.skips == []
    (entry,) = reading.entries
    return entry


def starts(entry: Entry) -> list[str]:
    """When its dates start, in UTC."""
    return [f"{one.starts_at:%Y-%m-%d %H:%M}" for one in entry.dates]
