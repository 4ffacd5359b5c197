"""Reading what targets did with a demand, and where it stands with each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from crm.core.db import db
from crm.core.together import Question
from crm.policies.models import WON, Instrument, PolicyStatus, PolicyStep
from crm.targets.models import Target


@dataclass(frozen=True)
class Reached:
    """How far a demand has come with one target: its steps, the newest first."""

    target: Target
    steps: Sequence[PolicyStep]

    @property
    def now(self) -> PolicyStep:
        """The step that says where it stands."""
        return self.steps[0]

    @property
    def former(self) -> Sequence[PolicyStep]:
        """The steps before, the newest first."""
        return self.steps[1:]

    @property
    def law(self) -> PolicyStep | None:
        """What passed and holds: the present step, or the passage of what is enforced; None for the rest."""
        if self.now.status is PolicyStatus.ENFORCED:
            return next((step for step in self.former if step.status is PolicyStatus.PASSED), None)
        return self.now if self.now.status is PolicyStatus.PASSED else None

    @property
    def instrument(self) -> Instrument | None:
        """By what it holds."""
        return self.law.instrument if self.law else None

    @property
    def binding(self) -> bool | None:
        """Whether what holds binds; None where nothing does."""
        return self.law.binding if self.law else None


def list_reached(demand_id: int) -> Sequence[Reached]:
    """How far a demand has come with each target of which a step is known, by the targets' names.

    Steps of one day count in the order in which they were entered. One statement.
    """
    query = (
        select(PolicyStep)
        .where(PolicyStep.demand_id == demand_id, PolicyStep.removed_at.is_(None))
        .options(joinedload(PolicyStep.target), joinedload(PolicyStep.entered_by))
        .order_by(PolicyStep.happened_on.desc(), PolicyStep.id.desc())
    )
    by_target: dict[int, list[PolicyStep]] = {}
    for step in db.session.scalars(query):
        by_target.setdefault(step.target_id, []).append(step)
    reached = [Reached(steps[0].target, steps) for steps in by_target.values()]
    return sorted(reached, key=lambda one: (one.target.name.casefold(), one.target.id))


def find_step(demand_id: int, step_id: int) -> PolicyStep | None:
    """A step of a demand, taken back or not."""
    query = select(PolicyStep).where(PolicyStep.id == step_id, PolicyStep.demand_id == demand_id)
    return db.session.scalars(query.options(joinedload(PolicyStep.target))).one_or_none()


def list_won(demand_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """From which targets each of the demands is won now: demand id → their names. One statement."""
    return read_won(db.session.execute(ask_for_won(demand_ids)).all())


def ask_for_won(demand_ids: Any) -> Question:
    """The question for that, in no order; `read_won` reads its rows."""
    rank = func.row_number().over(
        partition_by=(PolicyStep.demand_id, PolicyStep.target_id),
        order_by=(PolicyStep.happened_on.desc(), PolicyStep.id.desc()),
    )
    ranked = (
        select(PolicyStep.demand_id, PolicyStep.target_id, PolicyStep.status, rank.label("rank"))
        .where(PolicyStep.demand_id.in_(demand_ids), PolicyStep.removed_at.is_(None))
        .subquery()
    )
    return (
        select(ranked.c.demand_id, Target.name, Target.id)
        .join(Target, Target.id == ranked.c.target_id)
        .where(ranked.c.rank == 1, ranked.c.status.in_(WON))
    )


def read_won(rows: Sequence[Any]) -> Mapping[int, Sequence[str]]:
    """Demand id → the names of the targets from which it is won, by the alphabet."""
    won: dict[int, list[str]] = {}
    for row in sorted(rows, key=lambda row: (row.name, row.id)):
        won.setdefault(row.demand_id, []).append(row.name)
    return won
