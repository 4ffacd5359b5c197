"""A stage of the demo's own, and groups that were moved by hand of late."""

from __future__ import annotations

from datetime import time

from crm.core.permissions import Viewer
from crm.demo.chronicle import Chronicle, World
from crm.organizations.models import Stage
from crm.organizations.operations.stages import add_stage
from crm.outreach.operations import move_stage

LABEL = "Board takes it up"
CODE = "in_conversation-1"
# (group, to which stage, days ago, by the coordinator)
MOVES = (
    ("Ferry Landing Cooperative Grocery", CODE, 4, True),
    ("Mount Olivet Community Church", CODE, 3, True),
    ("United Port and Ferry Workers Local 77 Deckhands", CODE, 2, False),
    ("Women’s Night School", Stage.DORMANT, 2, False),
    ("Letter Sorters and Couriers Branch 27", CODE, 1, False),
)


def add_stages(chronicle: Chronicle) -> None:
    """Two weeks ago the coordinator added a stage; this week cards went to it on the board."""
    world = chronicle.world
    chronicle.add(14, time(9, 30), _add, world.lead)
    for number, (name, code, days_ago, by_lead) in enumerate(MOVES):
        who = world.lead if by_lead else world.organizing
        chronicle.add(days_ago, time(16, 10 + number), _move, who, world, name, code)


def _add(viewer: Viewer) -> None:
    add_stage(viewer, label=LABEL, meaning=Stage.IN_CONVERSATION, form_key="demo")


def _move(viewer: Viewer, world: World, name: str, code: str) -> None:
    move_stage(viewer, world.organizations[name], code)
