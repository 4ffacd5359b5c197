"""What a coalition has agreed on about attendance: typed, with a sound value for each. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from crm.coalitions.models import Coalition

# Where they lie in `Coalition.settings`.
KEY = "attendance"
MOST_GROUPS = 1000


@dataclass(frozen=True)
class AttendanceRules:
    """Each value is the one for a coalition that has not said otherwise."""

    # Whether delegates are noted by name; off, attendance is by group or a head count alone.
    names: bool = False
    # The quorum of coalition meetings, one of the two or none: so many groups, or this share of the members.
    quorum_groups: int | None = None
    quorum_percent: int | None = None

    def needed(self, members: int) -> int | None:
        """How many of so many member groups make a quorum; None where the coalition has none."""
        if self.quorum_groups is not None:
            return self.quorum_groups
        if self.quorum_percent is not None:
            return max(math.ceil(members * self.quorum_percent / 100), 1)
        return None

    def kept(self) -> dict[str, Any]:
        """As it is kept in `Coalition.settings[KEY]`."""
        return asdict(self)


def read_rules(settings: Mapping[str, Any]) -> AttendanceRules:
    """The rules in a coalition's settings; what is missing, or can't be, is as in `AttendanceRules()`."""
    kept = settings.get(KEY)
    if not isinstance(kept, Mapping):
        return AttendanceRules()
    groups, percent = (
        _number(kept.get("quorum_groups"), MOST_GROUPS),
        _number(kept.get("quorum_percent"), 100),
    )
    return AttendanceRules(kept.get("names") is True, groups, None if groups else percent)


def rules_of(coalition: Coalition) -> AttendanceRules:
    """The rules of a coalition."""
    return read_rules(coalition.settings)


def _number(value: Any, most: int) -> int | None:
    fine = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most
    return value if fine else None
