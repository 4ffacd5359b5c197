"""The rules by which a coalition asks groups and counts them: typed, with a sound value for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from crm.coalitions.models import Coalition

# Where they lie in `Coalition.settings`.
KEY = "rules"
# The fewest and the most days that groups have for an answer, and how many reminders at most.
FEWEST_DAYS, MOST_DAYS = 1, 365
MOST_REMINDERS = 5
MOST_NEEDED = 100


@dataclass(frozen=True)
class Rules:
    """What a coalition has agreed on; each value is the one for a coalition that has not said otherwise."""

    # How many days groups have to object to an editorial change.
    objection_days: int = 14
    # How many days groups have to reconfirm after a change of substance.
    answer_days: int = 30
    # How many days before the last one a group that has not answered is reminded, the earliest first.
    reminder_days: tuple[int, ...] = (14, 7, 1)
    # How many minimum demands a member endorses; None: all of them.
    gate_needed: int | None = None
    # Whether an endorsement with a reservation counts.
    gate_reservations: bool = True

    def kept(self) -> dict[str, Any]:
        """As it is kept in `Coalition.settings[KEY]`."""
        return {**asdict(self), "reminder_days": list(self.reminder_days)}


def read_rules(settings: Mapping[str, Any]) -> Rules:
    """The rules in a coalition's settings; what is missing there, or can't be, is as in `Rules()`."""
    kept = settings.get(KEY)
    if not isinstance(kept, Mapping):
        return Rules()
    found = {name: read(kept[name]) for name, read in _READ.items() if name in kept}
    return Rules(**{name: value for name, value in found.items() if value is not _WRONG})


def rules_of(coalition: Coalition) -> Rules:
    """The rules of a coalition."""
    return read_rules(coalition.settings)


_WRONG = object()


def _days(value: Any) -> Any:
    return value if _is_between(value, FEWEST_DAYS, MOST_DAYS) else _WRONG


def _reminders(value: Any) -> Any:
    if not isinstance(value, list) or len(value) > MOST_REMINDERS:
        return _WRONG
    if not all(_is_between(day, FEWEST_DAYS, MOST_DAYS) for day in value):
        return _WRONG
    return tuple(sorted(set(value), reverse=True))


def _needed(value: Any) -> Any:
    return value if value is None or _is_between(value, 1, MOST_NEEDED) else _WRONG


def _flag(value: Any) -> Any:
    return value if isinstance(value, bool) else _WRONG


def _is_between(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


_READ: dict[str, Callable[[Any], Any]] = {
    "objection_days": _days,
    "answer_days": _days,
    "reminder_days": _reminders,
    "gate_needed": _needed,
    "gate_reservations": _flag,
}
