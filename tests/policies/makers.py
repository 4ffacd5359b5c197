"""Targets and their steps for tests, made by the program's own operations. The commit is the test's."""

from __future__ import annotations

from datetime import date
from typing import Any

from crm.coalitions.models import Coalition
from crm.core.permissions import Viewer
from crm.demands.models import Demand
from crm.policies.models import Instrument, PolicyStatus, PolicyStep
from crm.policies.operations import NewStep, enter_step
from crm.targets.models import Target, TargetKind
from crm.targets.operations import add_target

PROGRAM = Viewer(name="the tests")
DAY = date(2026, 3, 2)


def make_target(name: str = "City of Harbor", kind: TargetKind = TargetKind.CITY, place: str = "") -> Target:
    """Who can grant a demand."""
    return add_target(PROGRAM, name=name, kind=kind, place=place)


def take_step(
    coalition: Coalition,
    demand: Demand,
    target: Target,
    status: PolicyStatus,
    happened_on: date = DAY,
    **more: Any,
) -> PolicyStep:
    """What a target did; a binding ordinance where it passed and nothing else is said."""
    if status is PolicyStatus.PASSED:
        more = {"instrument": Instrument.ORDINANCE, "binding": True, **more}
    return enter_step(PROGRAM, coalition, demand, target, NewStep(status, happened_on, **more))
