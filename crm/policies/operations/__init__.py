"""What targets did with demands, and what a win opens."""

from crm.policies.operations.ladder import ask_endorsers, refresh_offers, set_rung, settle, take_up
from crm.policies.operations.steps import NewStep, enter_step, remove_step, restore_step

__all__ = [
    "NewStep",
    "ask_endorsers",
    "enter_step",
    "refresh_offers",
    "remove_step",
    "restore_step",
    "set_rung",
    "settle",
    "take_up",
]
