"""A weekly demonstration, and groups to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from crm.core.db import db
from crm.events.models import Event, EventKind, Visibility
from crm.events.operations import Plan, schedule_event
from crm.events.recurrence import Frequency, Rule, Weekday

# A Friday: the first Saturday is tomorrow.
FRIDAY = datetime(2026, 11, 27, 18, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 28, 12)


def typed_plan(
    weekly: bool = True, visibility: Visibility = Visibility.PUBLIC, starts: datetime = SATURDAY
) -> Plan:
    """What an organizer types."""
    return Plan(
        kind=EventKind.DEMONSTRATION,
        title="March on the Harbor",
        starts_local=starts,
        duration=timedelta(hours=2),
        visibility=visibility,
        rule=Rule(Frequency.WEEKLY, weekdays=frozenset({Weekday.SATURDAY})) if weekly else None,
    )


@pytest.fixture
def friday(app) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(FRIDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def schedule(friday, coalition, organizer) -> Callable[..., Event]:
    """Make a demonstration: schedule(weekly=True, visibility=…)."""

    def make(
        *, weekly: bool = True, visibility: Visibility = Visibility.PUBLIC, starts: datetime = SATURDAY
    ) -> Event:
        event = schedule_event(organizer.viewer, coalition, typed_plan(weekly, visibility, starts))
        db.session.commit()
        return event

    return make


@pytest.fixture
def saturdays(schedule) -> Event:
    """Every Saturday at noon, from tomorrow on."""
    return schedule()
