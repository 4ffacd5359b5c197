"""Tags of the demo's groups, and what its coalition asks of groups and events beyond the usual."""

from __future__ import annotations

from datetime import time

from crm.bulk.operations import edit_many, want
from crm.bulk.queries import Wanted
from crm.demo.chronicle import Chronicle, World
from crm.fields.definitions import FieldKind, Subject
from crm.fields.operations import add_field, put_many, put_values
from crm.organizations.models import OrganizationKind

KICKOFF, YOUTH = "Came to the kickoff", "Youth"
HALL, SEATS, LANGUAGE, CHILDCARE = (
    "Has a hall for meetings",
    "Seats in the hall",
    "Language of its meetings",
    "Childcare",
)
LANGUAGES = ("English", "Spanish", "Both, with an interpreter")


def add_sorting(chronicle: Chronicle) -> None:
    """Ten days ago the coordinator added fields; since then many groups were tagged and filled in at once."""
    world = chronicle.world
    chronicle.add(10, time(9, 40), _define, world)
    chronicle.add(9, time(17, 5), _tag, world)
    chronicle.add(9, time(17, 20), _fill, world)


def _define(world: World) -> None:
    for subject, label, kind, choices in (
        (Subject.ORGANIZATION, HALL, FieldKind.YES_NO, ()),
        (Subject.ORGANIZATION, SEATS, FieldKind.NUMBER, ()),
        (Subject.ORGANIZATION, LANGUAGE, FieldKind.CHOICE, LANGUAGES),
        (Subject.EVENT, CHILDCARE, FieldKind.YES_NO, ()),
    ):
        add_field(world.lead, subject, label, kind, choices, "")


def _tag(world: World) -> None:
    groups = list(world.organizations.values())
    young = [group.id for group in groups if group.kind is OrganizationKind.STUDENT_GROUP]
    for label, ids in ((YOUTH, young), (KICKOFF, [group.id for group in groups[::4]])):
        changes = want(Wanted([label], None, {}), world.organizing)
        edit_many(world.organizing, ids, changes)


def _fill(world: World) -> None:
    """By the order in which the fields were added: every third group has a hall."""
    ids = [group.id for group in world.organizations.values()]
    halls = {one: {1: "yes", 2: str(40 + number * 15)} for number, one in enumerate(ids[::3])}
    put_many({one: {**halls.get(one, {}), 3: str(1 + one % 3)} for one in ids[:40]})
    for event in list(world.events.values())[:3]:
        put_values(Subject.EVENT, event.id, {4: "yes"})
