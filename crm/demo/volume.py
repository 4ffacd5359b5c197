"""Many more groups and events than anybody would invent: for benchmarks, by the bulk paths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, select

from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.tenancy import current_coalition_id
from crm.demands.models import DecidedHow, Endorsement, EndorsementChange, Source, StandState
from crm.demands.operations import refresh_standings
from crm.demo.chronicle import World
from crm.demo.content.groups import GROUPS
from crm.demo.content.people import person
from crm.events.models import EventKind, Visibility
from crm.events.operations import Plan, schedule_event
from crm.events.recurrence import Frequency, Rule, Weekday
from crm.organizations.models import Contact, OrganizationKind, Stage
from crm.organizations.operations import contact_columns, insert_organizations, keep_words
from crm.outreach.models import Channel, Interaction, Outcome

Count = Callable[[int, int], None]
BATCH = 500
PLACES = sorted({group.place for group in GROUPS})
SECTORS = ("", "Transport", "Education", "Health care", "Hospitality", "Construction")
# By kind: how such groups are called in an invented country of many streets.
NAMES = {
    OrganizationKind.UNION: "{trade} Workers of {street} Local {number}",
    OrganizationKind.CONGREGATION: "Congregation of {street} Road No. {number}",
    OrganizationKind.STUDENT_GROUP: "Students of {street} Hall, Room {number}",
    OrganizationKind.COMMUNITY_GROUP: "Neighbors of {number} {street} Street",
    OrganizationKind.PROFESSIONAL_GROUP: "{trade} Professionals’ Chapter {number}, {street}",
    OrganizationKind.BUSINESS: "{street} {trade} Cooperative {number}",
    OrganizationKind.OTHER: "Circle {number} of {street}",
}
STREETS = "Alder Birch Cedar Dogwood Elm Fir Ginkgo Hazel Ivy Juniper Katsura Larch Maple Nutmeg Oak".split()
TRADES = "Bakery Cable Dairy Ferry Glass Harvest Iron Kitchen Laundry Masonry Paper Transit Weaving".split()
TOUCHES, MOST_TOUCHES = 3, 50
PUBLIC_KINDS = (EventKind.NEIGHBORHOOD, EventKind.CAMPUS, EventKind.TRAINING, EventKind.DEMONSTRATION)
# Of the events: every fifth is a series; the rest lie between these days from now.
EVERY_SERIES, FIRST_DAY, DAYS = 5, -60, 400


def add_organizations(world: World, count: int, progress: Count) -> None:
    """Add so many groups, each with a contact and touches, four of ten with endorsements."""
    for numbers in _batches(count):
        rows = [_organization(world, number) for number in numbers]
        ids = insert_organizations(rows)
        insert_rows(Contact, (_contact(ids[i], n, rows[i]["name"]) for i, n in enumerate(numbers)))
        added = select(Contact.id, Contact.name).where(Contact.organization_id.in_(ids))
        keep_words((row.id, row.name) for row in db.session.execute(added))
        insert_rows(Interaction, (t for i, n in enumerate(numbers) for t in _touches(world, ids[i], n)))
        stands = [s for i, n in enumerate(numbers) if n % 5 < 2 for s in _stands(world, ids[i], n)]
        insert_rows(Endorsement, stands)
        insert_rows(EndorsementChange, map(_change, stands))
        progress(numbers[-1], count)
    refresh_standings(world.lead)
    if count > 0:
        record(world.lead, "demo.enlarge", world.coalition, organizations=count)


def add_events(world: World, count: int, progress: Count) -> None:
    """Schedule so many public events, a fifth of them series, from two months ago to over a year ahead."""
    today = clock.today(world.coalition.zone)
    for number in range(1, count + 1):
        place = PLACES[number % len(PLACES)]
        day = today + timedelta(days=FIRST_DAY + number * 37 % DAYS)
        is_series = number % EVERY_SERIES == 0
        weekly = Rule(Frequency.WEEKLY, weekdays=frozenset({Weekday(day.weekday())}), count=20)
        plan = Plan(
            kind=PUBLIC_KINDS[number % len(PUBLIC_KINDS)],
            title=f"{STREETS[number % len(STREETS)]} Street gathering {number}",
            starts_local=datetime.combine(day, time(9 + number % 11)),
            duration=timedelta(minutes=90),
            visibility=Visibility.PUBLIC,
            rule=weekly if is_series else None,
            place_name=f"Hall {number}",
            address=f"{number} Alder Street",
            area=place,
        )
        schedule_event(world.lead, world.coalition, plan)
        progress(number, count)


def _batches(count: int) -> Iterator[Sequence[int]]:
    return (range(start, min(start + BATCH, count + 1)) for start in range(1, count + 1, BATCH))


def insert_rows(model: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    """Rows of the coalition, all with the same columns; nothing where there are none.

    Not through the ORM, which would send them in as many statements as a value is there and is not in turns.
    """
    table, coalition_id = model.__table__, current_coalition_id()
    full = [{"coalition_id": coalition_id, **row} for row in rows]
    statement = insert(table)
    if db.session.get_bind().dialect.name == "postgresql":
        # For who wants something back, many rows go in one message.
        statement = statement.returning(table.c.id)
    if full:
        db.session.connection().execute(statement, full)


def _organization(world: World, number: int) -> dict[str, Any]:
    kinds = tuple(OrganizationKind)
    kind = kinds[number * number % 11 % len(kinds)]
    words = {"street": STREETS[number % 15], "trade": TRADES[number % 13], "number": number}
    return {
        "name": NAMES[kind].format(**words),
        "kind": kind,
        "place": PLACES[number % len(PLACES)],
        "city": "Bellwater",
        "sector": SECTORS[number % len(SECTORS)],
        "size": number * 7 % 900 if number % 4 else None,
        "size_public": number % 4 != 0,
        "stage": tuple(Stage)[number % len(Stage)],
        "assignee_id": (None, world.organizer.id, world.coordinator.id)[number % 3],
        "last_touch_at": clock.now() - timedelta(days=number % 80, hours=1),
    }


def _contact(organization_id: int, number: int, name: str) -> dict[str, Any]:
    columns = contact_columns(person(number, name))
    return {"organization_id": organization_id, "created_at": clock.now(), **columns}


def _touches(world: World, organization_id: int, number: int) -> Iterator[dict[str, Any]]:
    last = clock.now() - timedelta(days=number % 80, hours=1)
    for step in range(MOST_TOUCHES if number % 1000 == 1 else TOUCHES):
        yield {
            "organization_id": organization_id,
            "user_id": world.organizer.id if (number + step) % 3 else world.coordinator.id,
            "channel": tuple(Channel)[(number + step) % len(Channel)],
            "outcome": (Outcome.REACHED, Outcome.LEFT_MESSAGE, Outcome.NO_ANSWER)[step % 3],
            "at": last - timedelta(days=step * 9),
            "note": None if step else "Talked about the next Saturday.",
        }


def _stands(world: World, organization_id: int, number: int) -> Iterator[dict[str, Any]]:
    since = clock.now() - timedelta(days=number % 77, hours=2)
    for version in world.versions[: 4 if number % 5 else 2]:
        yield {
            "organization_id": organization_id,
            "demand_id": version.demand_id,
            "version_id": version.id,
            "state": StandState.ENDORSED,
            "source": Source.MINUTES,
            "decided_how": DecidedHow.BOARD,
            "decided_on": since.date(),
            "reservation": "",
            "public": True,
            "since": since,
        }


def _change(stand: dict[str, Any]) -> dict[str, Any]:
    kept = ("organization_id", "demand_id", "version_id", "state", "source")
    return {**{name: stand[name] for name in kept}, "at": stand["since"]}
