"""Lines that hold times, written so that the library reads in them what their author meant."""

from __future__ import annotations

import re

from .lines import Line, local_of
from .words import Passed
from .zones import Zones

_DAY = re.compile(r"\d{8}", re.ASCII)
_PERIOD = re.compile(r"[^/]+/[^/]+")
EARLIEST, LATEST = "19000101", "22000101"


class Unreadable(ValueError):
    """An entry that is passed over, with the reason."""

    def __init__(self, reason: Passed, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


def is_day(line: Line) -> bool:
    """Whether a line names days and not times of day."""
    return _DAY.fullmatch(line.value.split(",")[0].strip()) is not None


def written(line: Line, zones: Zones) -> str:
    """A line of times with its zone named as the time zone database does. Raises Unreadable, UnknownZone."""
    values = [value.strip() for value in line.value.split(",") if value.strip()]
    name = line.name + (";RANGE=THISANDFUTURE" if "RANGE" in line.parameters else "")
    if is_day(line):
        return f"{name};VALUE=DATE:{','.join(_checked(values, line))}"
    if line.parameters.get("VALUE") == "PERIOD":
        return _periods(line, values, zones)
    _checked(values, line)
    if values[0].endswith("Z"):
        return f"{name}:{','.join(values)}"
    first, named = local_of(values[0]), line.parameters.get("TZID")
    zone = zones.find(named, first) if named and first else zones.floating
    return f"{name};TZID={zone}:{','.join(values)}"


def _periods(line: Line, values: list[str], zones: Zones) -> str:
    starts = [value.split("/")[0] for value in values if _PERIOD.fullmatch(value)]
    if len(starts) != len(values):
        raise Unreadable(Passed.BROKEN, line.name)
    # What begins is what counts; a length of its own is rare enough to be left out.
    return written(Line(line.name, {**line.parameters, "VALUE": ""}, ",".join(starts)), zones)


def _checked(values: list[str], line: Line) -> list[str]:
    for value in values:
        if local_of(value) is None or not EARLIEST <= value[:8] < LATEST:
            raise Unreadable(Passed.BROKEN, line.name)
    return values
