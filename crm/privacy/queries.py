"""What will go, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm.core.retention import Due, Rule, rules

SOON = timedelta(days=30)


@dataclass(frozen=True)
class Outlook:
    """What a rule takes by tomorrow, and in the next thirty days, that included."""

    rule: Rule
    days: int
    tonight: Due
    soon: Due


def look_ahead(days: Mapping[str, int], now: datetime) -> list[Outlook]:
    """What each rule will take in the chosen coalition, were things kept for these days."""
    return [
        Outlook(
            rule,
            days[kind],
            rule.due(now + timedelta(days=1), timedelta(days=days[kind])),
            rule.due(now + SOON, timedelta(days=days[kind])),
        )
        for kind, rule in rules.items()
    ]
