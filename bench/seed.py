"""A coalition with many public events, for the benchmarks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from config import Settings, new_field_keys, new_secret
from crm import create_app
from crm.coalitions.models import Coalition
from crm.coalitions.operations import create_coalition
from crm.core import tenancy
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.events.models import EventKind, Visibility
from crm.events.operations import Plan, schedule_event
from crm.events.recurrence import Frequency, Rule, Weekday

BENCH = Viewer(name="the benchmark")
SLUG = "bench"
KINDS = tuple(EventKind)


def environment(folder: Path) -> dict[str, str]:
    """The settings of a Muster of its own in a folder."""
    return {
        "DATABASE_URL": f"sqlite:///{folder / 'bench.db'}",
        "BASE_URL": "http://localhost:8000",
        "SECRET_KEY": new_secret(),
        "FIELD_KEYS": new_field_keys(),
        "LIMITS": "off",
        "DEMO": "off",
    }


def application(folder: Path, settings: Mapping[str, str]) -> Flask:
    """The same Muster within this process, its database up to date."""
    app = create_app(
        Settings(
            database_url=settings["DATABASE_URL"],
            base_url=settings["BASE_URL"],
            secret_key=settings["SECRET_KEY"],
            field_keys=settings["FIELD_KEYS"],
            instance=folder,
            limits=False,
        )
    )
    with app.app_context():
        upgrade()
    return app


def fill(count: int) -> Coalition:
    """A coalition with so many public events: one in ten a series, the rest spread over a year."""
    coalition = create_coalition(slug=SLUG, name="Benchmark Coalition", timezone="America/Los_Angeles")
    db.session.commit()
    today = datetime.now(UTC).replace(hour=18, minute=0, second=0, microsecond=0, tzinfo=None)
    with tenancy.in_coalition(coalition.id):
        for number in range(count):
            schedule_event(BENCH, coalition, _plan(number, today + timedelta(days=number * 360 // count)))
        db.session.commit()
    return coalition


def _plan(number: int, starts: datetime) -> Plan:
    weekly = Rule(Frequency.WEEKLY, weekdays=frozenset({Weekday(starts.weekday())}), count=20)
    return Plan(
        kind=KINDS[number % len(KINDS)],
        title=f"Meeting number {number}, with friends and neighbors",
        description="Bring a friend; childcare and interpretation are there. " * 3,
        starts_local=starts,
        duration=timedelta(hours=2),
        visibility=Visibility.PUBLIC,
        rule=weekly if number % 10 == 0 else None,
        place_name=f"Hall {number}",
        address=f"{number} Harbor Way",
        area="Ballard",
    )
