"""Reading what is asked of groups."""

from crm.asks.queries.asks import (
    count_by_state,
    find_ask,
    list_asks_about,
    list_objections_of,
    list_objectors,
    list_open_asks_of,
    page_of_asks,
)
from crm.asks.queries.groups import LEFT_OUT_NAMES, AskPlan, LeftOut, plan_groups
from crm.asks.queries.impact import Impact, Planned, impact_of, plan_asks, reachable
from crm.asks.queries.proposals import find_proposal, open_proposals, other_coordinators

__all__ = [
    "LEFT_OUT_NAMES",
    "AskPlan",
    "Impact",
    "LeftOut",
    "Planned",
    "count_by_state",
    "find_ask",
    "find_proposal",
    "impact_of",
    "list_asks_about",
    "list_objections_of",
    "list_objectors",
    "list_open_asks_of",
    "open_proposals",
    "other_coordinators",
    "page_of_asks",
    "plan_asks",
    "plan_groups",
    "reachable",
]
