"""Asking groups, and what comes of it."""

from crm.asks.operations.adoption import adopt, default_day, propose_editorial, withdraw_proposal
from crm.asks.operations.answers import (
    Told,
    answer_board,
    answer_decline,
    answer_endorse,
    answer_not_right,
    answer_object,
    answer_with_reservation,
    answer_withdraw,
)
from crm.asks.operations.more_time import ask_objectors, extend_asks, order_reminders
from crm.asks.operations.opening import ask_groups

__all__ = [
    "Told",
    "adopt",
    "answer_board",
    "answer_decline",
    "answer_endorse",
    "answer_not_right",
    "answer_object",
    "answer_with_reservation",
    "answer_withdraw",
    "ask_groups",
    "ask_objectors",
    "default_day",
    "extend_asks",
    "order_reminders",
    "propose_editorial",
    "withdraw_proposal",
]
