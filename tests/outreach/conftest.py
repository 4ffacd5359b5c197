"""Groups to talk to, and short ways to talk to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.organizations.models import Contact, Organization, Stage
from crm.outreach.models import Channel, Outcome
from crm.outreach.operations import Logged, NextStep, Touch, log_touch
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


@pytest.fixture
def count_queries(app: Flask) -> Callable[[Person, str], int]:
    """How many statements a page takes: count_queries(person, url)."""

    def count(person: Person, url: str) -> int:
        person.browser.page(url)
        seen: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
            seen.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        try:
            person.browser.page(url)
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", note)
        return len([one for one in seen if one.lstrip().upper().startswith("SELECT")])

    return count


def make_group(name: str = "Dockworkers Local 12", **values: object) -> Organization:
    """A group of the chosen coalition."""
    now = clock.now()
    group = Organization(
        name=name,
        sort_name=name.casefold(),
        identity_key=name.casefold(),
        stage_since=now - timedelta(days=90),
        created_at=now,
        updated_at=now,
        **values,
    )
    db.session.add(group)
    db.session.commit()
    return group


@pytest.fixture
def group(coalition: Coalition) -> Organization:
    return make_group()


@pytest.fixture
def contact(group: Organization) -> Contact:
    person = Contact(
        organization_id=group.id, name="Ana Ruiz", role="president", is_primary=True, created_at=clock.now()
    )
    db.session.add(person)
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
