"""Reading how far demands have come, and the ladder."""

from crm.policies.queries.ladder import (
    Offer,
    find_offer,
    find_rung,
    list_offers,
    list_possible_firsts,
    list_rungs_around,
)
from crm.policies.queries.steps import Reached, find_step, list_reached, list_won

__all__ = [
    "Offer",
    "Reached",
    "find_offer",
    "find_rung",
    "find_step",
    "list_offers",
    "list_possible_firsts",
    "list_reached",
    "list_rungs_around",
    "list_won",
]
