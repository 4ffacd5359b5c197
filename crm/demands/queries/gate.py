"""The gate: what a group's endorsements make of it in the coalition. Computed, never typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from sqlalchemy import select

from crm.core.db import db
from crm.demands.models import ACCEPTING, DemandKind, Endorsement, Standing
from crm.demands.queries.demands import list_demands_in_force


def standing_by(minimum: Set[int], in_force: Set[int], endorsed: Set[int]) -> Standing:
    """A member endorses every minimum demand, an ally some demand in force, the rest are not yet there.

    An endorsement of any adopted version counts, with a reservation too. Where no demand is a minimum one
    there is nothing to be a member by.
    """
    if minimum and minimum <= endorsed:
        return Standing.MEMBER
    return Standing.ALLY if in_force & endorsed else Standing.NOT_YET


def standing(organization_id: int) -> Standing:
    """Where one organization stands."""
    return list_standings([organization_id])[organization_id]


def list_standings(organization_ids: Iterable[int]) -> Mapping[int, Standing]:
    """Where each of the organizations stands, in a constant number of queries."""
    wanted = list(organization_ids)
    demands = list_demands_in_force()
    in_force = {demand.demand_id for demand in demands}
    minimum = {demand.demand_id for demand in demands if demand.kind is DemandKind.MINIMUM}
    endorsed: dict[int, set[int]] = {organization_id: set() for organization_id in wanted}
    query = select(Endorsement.organization_id, Endorsement.demand_id).where(
        Endorsement.organization_id.in_(wanted), Endorsement.state.in_(ACCEPTING)
    )
    for organization_id, demand_id in db.session.execute(query):
        endorsed[organization_id].add(demand_id)
    return {key: standing_by(minimum, in_force, demands) for key, demands in endorsed.items()}
