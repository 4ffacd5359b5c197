"""Entering what a target did with a demand, and taking back a slip."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from flask_babel import gettext as _

from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.demands.models import Demand
from crm.demands.operations.turns import hold_demands, wait_for
from crm.demands.queries import version_in_force
from crm.policies.models import Instrument, PolicyStatus, PolicyStep
from crm.policies.operations.ladder import refresh_offers
from crm.targets.models import Target

# A day before this is a year that was mistyped.
EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True)
class NewStep:
    """What a target did on a day; of what passed also its instrument, and whether it binds."""

    status: PolicyStatus
    happened_on: date
    instrument: Instrument | None = None
    binding: bool | None = None
    title: str = ""
    link: str = ""


def enter_step(
    viewer: Viewer, coalition: Coalition, demand: Demand, target: Target, step: NewStep
) -> PolicyStep:
    """Write down a step; the newest by its day is where the demand stands with the target, in public too.

    Where the demand is won by it, what waits for that is offered to the coordinators. Raises Refused (field
    `happened_on`, `instrument`, `binding` or `target_id`), and for a demand that is not in force.
    """
    hold_demands()
    wait_for(demand)
    if version_in_force(demand) is None or demand.retired_at is not None:
        raise Refused(_("Only a demand that is in force comes before a target."))
    if target.archived_at is not None:
        raise Refused(_("This target is archived: bring it back first."), "target_id")
    _check(step, clock.today(coalition.zone))
    by = {"entered_by_id": viewer.user_id, "entered_at": clock.now()}
    entered = PolicyStep(demand_id=demand.id, target_id=target.id, **asdict(step), **by)
    db.session.add(entered)
    record(viewer, "policy.enter", entered, status=step.status.value)
    refresh_offers(demand.id)
    return entered


def remove_step(viewer: Viewer, step: PolicyStep) -> None:
    """Take a step back: it is shown nowhere any more, and what it offered is offered no more."""
    hold_demands()
    db.session.refresh(step)
    if step.removed_at is None:
        step.removed_at = clock.now()
        record(viewer, "policy.remove", step)
        refresh_offers(step.demand_id)


def restore_step(viewer: Viewer, step: PolicyStep) -> None:
    """Let a step that was taken back count again."""
    hold_demands()
    db.session.refresh(step)
    if step.removed_at is not None:
        step.removed_at = None
        record(viewer, "policy.restore", step)
        refresh_offers(step.demand_id)


def _check(step: NewStep, today: date) -> None:
    if step.happened_on > today:
        raise Refused(_("This day is yet to come: enter what has happened."), "happened_on")
    if step.happened_on < EARLIEST:
        raise Refused(_("Check the year."), "happened_on")
    if step.status is PolicyStatus.PASSED:
        if step.instrument is None:
            raise Refused(_("Say what was passed."), "instrument")
        if step.binding is None:
            raise Refused(_("Say whether it binds."), "binding")
    elif step.instrument is not None:
        raise Refused(_("Only what passed has one: leave it out, or choose “Passed”."), "instrument")
    elif step.binding is not None:
        raise Refused(_("Only what passed can bind: leave it out, or choose “Passed”."), "binding")
