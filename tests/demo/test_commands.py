"""Loading the demo, a large one, and taking it away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import DatabaseError

from crm.accounts.models import User
from crm.accounts.operations import create_user, join
from crm.accounts.queries import find_user
from crm.audit.models import AuditEntry
from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.coalitions.operations import create_coalition
from crm.coalitions.queries import find_coalition
from crm.core import tenancy
from crm.core.db import db
from crm.core.permissions import Role
from crm.demo.assembly import add_assemblies
from crm.demo.chronicle import Chronicle, World
from crm.demo.content.groups import GROUPS
from crm.demo.content.meetings import COALITION_MEETING
from crm.demo.gatherings import add_gatherings, inauguration_day, next_saturday
from crm.organizations.models import Organization
from tests.demo.counting import rows
from tests.makers import make_organization
from tests.pages import ON_POSTGRESQL


def run(app: Flask, *command: str) -> tuple[int, str]:
    """A command as from a shell; its exit status and all that it said."""
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["demo", *command])
    db.session.expire_all()
    return result.exit_code, result.output


@pytest.fixture
def new_years_eve(app: Flask) -> Iterator[None]:
    app.config["FIXED_CLOCK"] = "2026-12-31T23:30:00+00:00"
    yield
    app.config["FIXED_CLOCK"] = None


@pytest.mark.skipif(ON_POSTGRESQL, reason="there tests/demo/test_story.py loads and removes it")
def test_a_large_one_is_loaded_once_whatever_the_day_and_removed_without_a_trace(
    app: Flask, coalition: Coalition, new_years_eve: None
):
    """The real coalition beside it keeps every row; the audit of the demo goes with the demo. Who also works
    elsewhere keeps the account.
    """
    record(None, "coalition.create", coalition)
    make_organization("Dockers Local 4")
    guest = create_user("guest@people.example", "Guest", "correct horse battery staple")
    before = rows()

    status, said = run(app, "load", "--organizations", str(len(GROUPS) + 40), "--events", "30")
    assert status == 0 and "coordinator@demo.example" in said
    assert re.search(r"Password +([a-z2-9]{4}-){3}[a-z2-9]{4}\n", said)
    loaded = rows()
    assert loaded["organization"] == len(GROUPS) + 40 + 1 and loaded["event"] == 30
    # A few answered twice: to the first words, and to those that took their place.
    assert loaded["endorsement_change"] > loaded["endorsement"] > 100

    status, said = run(app, "load")
    assert status != 0 and len(said.splitlines()) == 1 and "already" in said
    assert rows() == loaded

    city, organizer = find_coalition("demo"), find_user("organizer@demo.example")
    assert city and organizer
    join(organizer, Role.OBSERVER)
    with tenancy.in_coalition(city.id):
        join(guest, Role.OBSERVER)
    last = [db.session.scalar(select(func.max(model.id))) for model in (Coalition, User)]

    status, said = run(app, "remove")
    assert status == 0 and "Bellwater" in said
    assert rows() == {**before, "user": before["user"] + 1, "membership": 1}
    assert set(db.session.scalars(select(User.email))) == {"organizer@demo.example", "guest@people.example"}
    assert find_coalition("demo") is None

    status, said = run(app, "remove")
    assert status != 0 and len(said.splitlines()) == 1
    # What the audit still says of a coalition or an account of the demo is never read as another's.
    made = create_coalition(slug="bay", name="Bay Coalition", timezone="America/Los_Angeles")
    user = create_user("cora@people.example", "Cora", "correct horse battery staple")
    assert [made.id, user.id] == [number + 1 for number in last if number]


def test_the_audit_of_a_real_coalition_stays_and_none_becomes_a_demo(app: Flask, coalition: Coalition):
    record(None, "coalition.create", coalition)
    db.session.commit()
    for change in (
        update(Coalition).values(is_demo=True),
        AuditEntry.__table__.delete(),
        update(AuditEntry).values(action="nothing"),
    ):
        with pytest.raises(DatabaseError):
            db.session.execute(change)
        db.session.rollback()


def test_another_coalition_of_that_address_is_in_the_way(app: Flask, coalition: Coalition):
    coalition.slug = "demo"
    status, said = run(app, "load")
    assert status != 0 and len(said.splitlines()) == 1
    assert db.session.scalar(select(func.count()).select_from(Organization)) == 0


@pytest.mark.parametrize(
    ("now", "next_one", "last"),
    [
        ("2026-11-21 13:59", date(2026, 11, 21), date(2027, 1, 20)),
        ("2026-11-21 14:00", date(2026, 11, 28), date(2027, 1, 20)),
        ("2026-11-22 09:00", date(2026, 11, 28), date(2027, 1, 20)),
        ("2026-12-24 09:00", date(2026, 12, 26), date(2028, 1, 20)),
        ("2027-01-20 23:00", date(2027, 1, 23), date(2028, 1, 20)),
    ],
)
def test_whatever_the_day_there_is_a_next_one_and_room_behind_it(now: str, next_one: date, last: date):
    local = datetime.fromisoformat(now).replace(tzinfo=ZoneInfo("America/Los_Angeles"))
    assert next_saturday(local) == next_one
    assert inauguration_day(next_one) == last


@pytest.mark.parametrize("day", range(22, 29))
def test_on_every_day_of_the_week_a_meeting_is_scheduled_before_it_is_prepared(
    app: Flask, coalition, day: int
):
    world = World(coalition, User(id=1, name="Lead"), User(id=2, name="Organizer"))
    chronicle = Chronicle(datetime(2026, 11, day, 9, tzinfo=ZoneInfo("America/Los_Angeles")), world)
    add_gatherings(chronicle)
    add_assemblies(chronicle)
    scheduled = [at for at, act in chronicle.acts if COALITION_MEETING in act.args]
    followed = [at for at, act in chronicle.acts if act.func.__module__ == add_assemblies.__module__]
    assert len(scheduled) == 1 and len(followed) > 5
    assert scheduled[0] < min(followed)
