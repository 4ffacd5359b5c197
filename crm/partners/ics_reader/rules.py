"""Which rules are expanded at all (5-calendars.md, "Import safely")."""

from __future__ import annotations

import re

from .words import Passed

MOST_TIMES = 999
_FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
# One week of FREQ=SECONDLY burned 25 seconds of a processor.
_TOO_FAST = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
_WITHIN_A_DAY = frozenset({"BYSECOND", "BYMINUTE", "BYHOUR"})


def fault_of(rule: str) -> Passed | None:
    """Why a rule is not expanded, or None where it may be."""
    pairs = (part.partition("=") for part in rule.split(";") if part.strip())
    parts = {name.strip().upper(): value.strip().upper() for name, _equals, value in pairs}
    frequency = parts.get("FREQ", "")
    if frequency in _TOO_FAST or _WITHIN_A_DAY & parts.keys():
        return Passed.TOO_OFTEN
    if frequency not in _FREQUENCIES:
        return Passed.BROKEN
    if "COUNT" in parts:
        if not re.fullmatch(r"\d{1,9}", parts["COUNT"]):
            return Passed.BROKEN
        if int(parts["COUNT"]) > MOST_TIMES:
            return Passed.TOO_OFTEN
    # An interval of nothing never ends.
    return None if re.fullmatch(r"0*[1-9]\d{0,3}", parts.get("INTERVAL", "1")) else Passed.BROKEN
