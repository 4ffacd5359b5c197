"""The list by stage: the groups of each, and beside them what they say to the demands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm.demands.queries.demands import DemandInForce, list_demands_in_force
from crm.demands.queries.matrix import NOTHING, Cell, list_cells
from crm.organizations.models import Organization


@dataclass(frozen=True)
class Stands:
    """What some groups say to the demands in force."""

    demands: Sequence[DemandInForce]
    cells: Mapping[tuple[int, int], Cell]

    def of(self, group: Organization) -> Sequence[Cell]:
        """The group's cells, in the order of the demands."""
        return [self.cells.get((group.id, demand.demand_id), NOTHING) for demand in self.demands]


def show_stands(groups: Sequence[Organization], language: str) -> Stands:
    """What these groups say, in two statements."""
    demands = list_demands_in_force(language)
    return Stands(demands, list_cells([group.id for group in groups], demands))
