"""A weekly demonstration to change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.events.models import Event, EventKind, Visibility
from crm.events.operations import Change, Plan, schedule_event
from crm.events.recurrence import Frequency, Rule, Weekday
from crm.events.series import Window
from tests.people import Person

SATURDAYS = Rule(Frequency.WEEKLY, weekdays=frozenset({Weekday.SATURDAY}), until=date(2027, 1, 20))
WINTER = Window(datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC))


def plan_of(**changes: Any) -> Plan:
    """Saturdays at noon until 20 January, not on 26 December, and on 2 January at two at city hall."""
    values = {
        "kind": EventKind.DEMONSTRATION,
        "title": "March on the Harbor",
        "starts_local": datetime(2026, 11, 28, 12),
        "duration": timedelta(hours=2),
        "visibility": Visibility.PUBLIC,
        "rule": SATURDAYS,
        "place_name": "Pier 9",
        "address": "9 Harbor Way",
        "skipped": frozenset({date(2026, 12, 26)}),
        "changes": ((date(2027, 1, 2), Change(datetime(2027, 1, 2, 14), place_name="City Hall")),),
    }
    return Plan(**{**values, **changes})


def once(**changes: Any) -> Plan:
    """One meeting, without a rule."""
    return plan_of(**{"rule": None, "skipped": frozenset(), "changes": (), **changes})


@pytest.fixture
def november() -> Iterator[time_machine.Coordinates]:
    """It is Saturday, 21 November 2026, until a test moves the clock."""
    with time_machine.travel(datetime(2026, 11, 21, 18, tzinfo=UTC), tick=True) as clock:
        yield clock


@pytest.fixture
def march(november: object, coalition: Coalition, organizer: Person) -> Event:
    event = schedule_event(organizer.viewer, coalition, plan_of())
    db.session.commit()
    return event
