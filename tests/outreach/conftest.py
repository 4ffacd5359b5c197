"""Groups to talk to, and short ways to talk to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.organizations.models import Contact, Organization, Stage
from crm.outreach.models import Channel, Outcome
from crm.outreach.operations import Logged, NextStep, Touch, log_touch
from tests.makers import make_contact, make_organization
from tests.people import Person

# Wednesday, ten in the morning in Los Angeles.
NOW = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)


@pytest.fixture
def at(app: Flask) -> Iterator[Callable[[datetime], None]]:
    """Set the clock: at(instant)."""

    def set_to(instant: datetime) -> None:
        app.config["FIXED_CLOCK"] = instant.isoformat()

    yield set_to
    app.config["FIXED_CLOCK"] = None


@pytest.fixture
def noon(at: Callable[[datetime], None]) -> datetime:
    at(NOW)
    return NOW


def make_group(name: str = "Dockworkers Local 12", **values: Any) -> Organization:
    """A group of the chosen coalition, at its stage for ninety days."""
    group = make_organization(name, stage_since=clock.now() - timedelta(days=90), **values)
    db.session.commit()
    return group


@pytest.fixture
def group(coalition: Coalition) -> Organization:
    return make_group()


@pytest.fixture
def contact(group: Organization) -> Contact:
    person = make_contact(group, "Ana Ruiz", role="president", is_primary=True)
    db.session.commit()
    return person


def touch(
    person: Person,
    group: Organization,
    outcome: Outcome = Outcome.LEFT_MESSAGE,
    *,
    at: datetime | None = None,
    note: str = "",
    step: NextStep | None = None,
    form_key: str | None = None,
) -> Logged:
    """Log a call."""
    told = Touch(Channel.CALL, outcome, at or clock.now(), note=note)
    logged = log_touch(person.viewer, group, told, next_step=step, form_key=form_key)
    db.session.commit()
    return logged


def stage_of(group: Organization) -> Stage:
    db.session.refresh(group)
    return group.stage
