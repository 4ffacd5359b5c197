"""Dates to come to: a public one, one at somebody's home, and a series."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from crm.core import clock
from crm.core.db import db
from crm.events.models import Event, EventKind, Visibility
from crm.events.operations import Plan, schedule_event
from crm.events.recurrence import Frequency, Rule


def at_noon(coalition, days: int) -> datetime:
    """Noon, some days from today, as wall time of the coalition."""
    day = clock.today(coalition.zone) + timedelta(days=days)
    return datetime(day.year, day.month, day.day, 12)


def schedule(coalition, viewer, title: str, days: int = 10, **more) -> Event:
    plan = {
        "kind": EventKind.NEIGHBORHOOD,
        "title": title,
        "starts_local": at_noon(coalition, days),
        "duration": timedelta(hours=1),
        "visibility": Visibility.PUBLIC,
        "place_name": "Old Mill Library",
        "address": "310 Weaver Street",
        "area": "Old Mill",
        **more,
    }
    event = schedule_event(viewer, coalition, Plan(**plan))
    db.session.commit()
    return event


def form_of(event: Event, days: int | None = None) -> str:
    """The address of the form of a date (without `days`: the first)."""
    day = event.starts_local.date() + timedelta(days=days or 0)
    return f"/harbor/events/{event.slug}/{day.isoformat()}/rsvp"


@pytest.fixture
def meeting(coalition, organizer) -> Event:
    return schedule(coalition, organizer.viewer, "Old Mill meeting")


@pytest.fixture
def at_home(coalition, organizer) -> Event:
    return schedule(
        coalition,
        organizer.viewer,
        "Kitchen table",
        visibility=Visibility.AREA,
        place_name="",
        address="12 Alder Court",
        area="East Hill",
        is_home=True,
    )


@pytest.fixture
def series(coalition, organizer) -> Event:
    return schedule(coalition, organizer.viewer, "Potluck", rule=Rule(Frequency.DAILY, every=7, count=6))
