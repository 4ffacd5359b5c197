"""A weekly march with roles to fill."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from crm.core import clock
from crm.core.db import db
from crm.events.models import EventKind, Visibility
from crm.events.operations import Plan, schedule_event
from crm.events.recurrence import Frequency, Rule, Weekday


def next_saturday() -> date:
    today = clock.now().date()
    return today + timedelta(days=(5 - today.weekday()) % 7 + 7)


@pytest.fixture
def saturday() -> date:
    return next_saturday()


@pytest.fixture
def march(coalition, organizer):
    plan = Plan(
        kind=EventKind.DEMONSTRATION,
        title="March on the Harbor",
        starts_local=datetime.combine(next_saturday(), datetime.min.time()).replace(hour=12),
        duration=timedelta(hours=2),
        visibility=Visibility.PUBLIC,
        rule=Rule(Frequency.WEEKLY, weekdays=frozenset({Weekday.SATURDAY})),
        place_name="City Hall, south steps",
        address="1 Harbor Way",
    )
    event = schedule_event(organizer.viewer, coalition, plan)
    db.session.commit()
    return event
