"""How far the demo's demands have come, and which one a win opens."""

from __future__ import annotations

from datetime import time

from crm.core import clock
from crm.demands.models import DemandKind
from crm.demands.operations import create_demand
from crm.demo.chronicle import Chronicle, World
from crm.demo.content.campaign import AFTER, NEXT, RECORDS, STEPS, TARGETS, Told
from crm.demo.content.demands import LANGUAGE
from crm.policies.operations import NewStep, enter_step, set_rung
from crm.targets.models import TargetKind
from crm.targets.operations import add_target

TARGETS_ADDED, DRAFTED = 95, 45


def add_campaign(chronicle: Chronicle) -> None:
    """Add the targets and their steps, and a draft that opens with a win."""
    world = chronicle.world
    for number, (name, kind, place) in enumerate(TARGETS):
        chronicle.add(TARGETS_ADDED, time(19, number), _add_target, world, name, kind, place)
    for told in STEPS:
        chronicle.add(told.days_ago, time(21), _enter, world, told)
    chronicle.add(DRAFTED, time(20), _draft_next, world)


def _add_target(world: World, name: str, kind: TargetKind, place: str) -> None:
    world.targets[name] = add_target(world.lead, name=name, kind=kind, place=place)


def _enter(world: World, told: Told) -> None:
    step = NewStep(
        status=told.status,
        happened_on=clock.today(world.coalition.zone),
        instrument=told.instrument,
        binding=told.binding,
        title=told.title,
        link=f"{RECORDS[told.target]}/{told.page}" if told.page else "",
    )
    demand = world.versions[told.demand].demand
    enter_step(world.organizing, world.coalition, demand, world.targets[told.target], step)


def _draft_next(world: World) -> None:
    english, spanish = NEXT
    demand = create_demand(
        world.lead,
        kind=DemandKind.EXTENDED,
        binding_language=LANGUAGE,
        wordings={"en": english, "es": spanish},
    )
    set_rung(world.lead, demand, world.versions[AFTER].demand)
