"""Which zone of the time zone database a calendar means by what it calls a zone.

Programs write Windows' names, abbreviations, offsets, paths and names of their own; a wrong guess would show
a meeting an hour off, so what cannot be told is passed over.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo, available_timezones

import icalendar
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

# Of the United States and Canada, where they are used as if they were zones.
_ABBREVIATIONS = {
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "ET": "America/New_York",
    "CST": "America/Chicago",
    "CDT": "America/Chicago",
    "CT": "America/Chicago",
    "MST": "America/Denver",
    "MDT": "America/Denver",
    "MT": "America/Denver",
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "PT": "America/Los_Angeles",
    "AKST": "America/Anchorage",
    "AKDT": "America/Anchorage",
    "HST": "Pacific/Honolulu",
}
_OFFSET = re.compile(r"\(?(?:UTC|GMT)\s*([+-])(\d{1,2}):?(\d{2})?\)?")
_WINDOWS = {name.lower(): zone for name, zone in WINDOWS_TO_OLSON.items()}
_SAMPLES = 25  # months around the present that a zone of a file's own is compared over


class UnknownZone(ValueError):
    """A zone that cannot be told; the text is what the file calls it."""


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    """Zones by their name in small letters."""
    return {name.lower(): name for name in available_timezones()}


@lru_cache(maxsize=256)
def named_zone(name: str) -> str | None:
    """The zone of a name as the database, Windows or a path (`/mozilla.org/…/Europe/Berlin`) spells it."""
    text = name.strip().strip('"').strip("/")
    parts = text.split("/")
    for start in range(len(parts)):
        found = _known().get("/".join(parts[start:]).lower())
        # Single words ("EST", "Navajo") only where they are the whole name.
        if found and ("/" in found or start == 0):
            return found
    return _WINDOWS.get(text.lower())


class Zones:
    """The zones of one file. `default`: the reader's; `present`: about when its dates are wanted."""

    def __init__(self, described: dict[str, str], own: str, default: str, present: datetime) -> None:
        self._described, self._present, self.default = described, present, default
        self._found: dict[str, str] = {}
        # What the file says of the whole of it (X-WR-TIMEZONE).
        self.own = named_zone(own) if own else None

    @property
    def floating(self) -> str:
        """Where times without a zone are told."""
        return self.own or self.default

    def find(self, name: str, local: datetime) -> str:
        """The zone that a TZID means for a wall time. Raises UnknownZone."""
        text = name.strip().strip('"')
        abbreviation = _ABBREVIATIONS.get(text.upper())
        if abbreviation:
            return self.own if self.own and self._uses(self.own, text.upper()) else abbreviation
        if known := named_zone(text):
            return known
        if text not in self._found and name in self._described:
            self._found[text] = self._alike(self._described[name]) or ""
        return self._found.get(text) or self._by_offset(text, local)

    def _uses(self, zone: str, abbreviation: str) -> bool:
        year = self._present.year
        told = {datetime(year, month, 1, tzinfo=ZoneInfo(zone)).tzname() for month in (1, 7)}
        return abbreviation in told or (len(abbreviation) == 2 and any(
            str(one)[0] == abbreviation[0] for one in told
        ))  # fmt: skip

    def _by_offset(self, text: str, local: datetime) -> str:
        match = _OFFSET.match(text)
        if match is None:
            raise UnknownZone(text)
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        offset = timedelta(minutes=-minutes if match[1] == "-" else minutes)
        for zone in filter(None, (self.own, self.default)):
            if local.replace(tzinfo=ZoneInfo(zone)).utcoffset() == offset:
                return zone
        hours, rest = divmod(minutes, 60)
        # Etc's signs are the other way round.
        fixed = f"Etc/GMT{'+' if match[1] == '-' else '-'}{hours}" if hours else "Etc/UTC"
        if rest or fixed.lower() not in _known():
            raise UnknownZone(text)
        return fixed

    def _alike(self, description: str) -> str | None:
        """A zone that has the offsets of a VTIMEZONE for a year before and after, the reader's own first."""
        try:
            component = icalendar.Timezone.from_ical(description)
            zone = component.to_tz() if isinstance(component, icalendar.Timezone) else None
        except Exception:
            return None
        if zone is None:
            return None
        offsets = self._offsets(zone)
        candidates = [name for name in (self.own, self.default) if name]
        candidates += sorted(name for name in _known().values() if "/" in name and not name.startswith("Etc"))
        return next((name for name in candidates if self._offsets(ZoneInfo(name)) == offsets), None)

    @cached_property
    def _moments(self) -> list[datetime]:
        first = self._present - timedelta(days=30 * (_SAMPLES // 2))
        return [first + timedelta(days=30 * number) for number in range(_SAMPLES)]

    def _offsets(self, zone: tzinfo) -> list[timedelta | None]:
        return [moment.replace(tzinfo=UTC).astimezone(zone).utcoffset() for moment in self._moments]
