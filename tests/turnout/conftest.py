"""A weekly march that began ten weeks ago."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from crm.core import clock
from crm.core.db import db
from crm.events.models import EventKind, Visibility
from crm.events.operations import Plan, schedule_event
from crm.events.recurrence import Frequency, Rule, Weekday

WEEK = timedelta(days=7)


@pytest.fixture
def first() -> date:
    today = clock.now().date()
    return today - timedelta(days=(today.weekday() - 5) % 7 or 7) - 9 * WEEK


@pytest.fixture
def march(coalition, organizer, first):
    plan = Plan(
        kind=EventKind.DEMONSTRATION,
        title="March on the Harbor",
        starts_local=datetime.combine(first, datetime.min.time()).replace(hour=12),
        duration=timedelta(hours=2),
        visibility=Visibility.PUBLIC,
        rule=Rule(Frequency.WEEKLY, weekdays=frozenset({Weekday.SATURDAY})),
        place_name="City Hall, south steps",
        address="1 Harbor Way",
    )
    event = schedule_event(organizer.viewer, coalition, plan)
    db.session.commit()
    return event
