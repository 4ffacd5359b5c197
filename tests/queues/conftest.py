"""A queue of groups with numbers, and short ways to call through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from crm.core import clock
from crm.core.db import db
from crm.organizations.models import Organization
from crm.organizations.queries import Filters
from crm.outreach.models import Outcome
from crm.outreach.operations import NextStep
from crm.queues.models import CallQueue, QueueEntry
from crm.queues.operations import Call, create_queue, hand_out, settle
from tests.makers import make_contact, make_organization
from tests.people import Person

# Wednesday, ten in the morning in Los Angeles.
NOW = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
Clock = Callable[[datetime], None]


@pytest.fixture
def at(app: Flask) -> Iterator[Clock]:
    """Set the clock: at(instant)."""

    def set_to(instant: datetime) -> None:
        app.config["FIXED_CLOCK"] = instant.isoformat()

    set_to(NOW)
    yield set_to
    app.config["FIXED_CLOCK"] = None


def make_callable(name: str, people: int = 1, **values: Any) -> Organization:
    """A group of which so many people can be called."""
    group = make_organization(name, **values)
    for number in range(people):
        make_contact(
            group, f"Person {number} of {name}", phone=f"(406) 555-01{number:02}", is_primary=not number
        )
    return group


def make_queue(person: Person, **values: Any) -> CallQueue:
    """A queue of all the coalition's groups."""
    given = {"name": "Unions of the harbor", "demand_id": None, "script": "Ask them.", "cooling_days": 3}
    queue = create_queue(person.viewer, {**given, **values}, filters=Filters())
    db.session.commit()
    return queue


def next_for(person: Person, queue: CallQueue) -> QueueEntry | None:
    """The group that this caller gets."""
    entry = hand_out(person.viewer, queue)
    db.session.commit()
    return entry


def called(person: Person, entry: QueueEntry, outcome: Outcome, key: str = "", **told: Any) -> None:
    """Say what came of calling it."""
    if outcome in {Outcome.CALL_BACK, Outcome.ASKS_BOARD}:
        day = told.get("back_at", clock.now()).date()
        told["next_step"] = NextStep("Call back", day, person.user.id)
    call = Call(outcome, told.pop("contact_id", entry.contact_id), **told)
    settle(person.viewer, entry, call, form_key=key or f"press at {clock.now()} for {entry.id}")
    db.session.commit()
