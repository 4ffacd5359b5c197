"""A coalition meeting every Tuesday, for the tests of what belongs to a meeting."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from crm.coalitions.models import Coalition
from crm.core.permissions import Viewer
from crm.events.models import Event, EventKind, Visibility
from crm.events.operations import Plan, schedule_event, split_series
from crm.events.recurrence import Frequency, Rule, Weekday

NOW = datetime.fromisoformat("2026-11-21T20:00:00+00:00")
FIRST, SECOND, THIRD, FOURTH = (date(2026, 12, day) for day in (1, 8, 15, 22))


def plan_of(**changes: Any) -> Plan:
    """Every Tuesday from December 1, 6:30 to 7:30 in the evening; public unless said otherwise."""
    plan: dict[str, Any] = {
        "kind": EventKind.COALITION,
        "title": "Coalition meeting",
        "starts_local": datetime(2026, 12, 1, 18, 30),
        "duration": timedelta(hours=1),
        "visibility": Visibility.PUBLIC,
        "rule": Rule(Frequency.WEEKLY, weekdays=frozenset({Weekday.TUESDAY})),
    }
    return Plan(**{**plan, **changes})


def make_meeting(viewer: Viewer, coalition: Coalition, **changes: Any) -> Event:
    """Such a meeting, scheduled."""
    return schedule_event(viewer, coalition, plan_of(**changes))


def go_on_from(viewer: Viewer, event: Event, day: date, **changes: Any) -> Event:
    """The same meeting from a date on, at seven."""
    return split_series(viewer, event, day, plan_of(starts_local=datetime.combine(day, time(19)), **changes))
