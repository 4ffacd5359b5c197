"""The pages' blueprint, and what their addresses ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Blueprint

from crm.organizations.queries import Filters
from crm.pipeline.queries.board import CardOrder

bp = Blueprint("pipeline", __name__, url_prefix="/<coalition>/organize/outreach")


@dataclass(frozen=True)
class Asked:
    """Which groups, in which order."""

    filters: Filters
    order: CardOrder

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Asked:
        """What the query of an address asks for; what is on no allow-list counts for nothing.

        The stage is no filter here: each has its column.
        """
        order = query.get("order")
        filters = replace(Filters.asked(query), stage="", archived=False)
        return cls(filters, CardOrder(order) if order in set(CardOrder) else CardOrder.NEWEST)

    @property
    def parameters(self) -> dict[str, str]:
        """The same for the query of another address."""
        order = {} if self.order is CardOrder.NEWEST else {"order": self.order.value}
        return {**self.filters.parameters, **order}
