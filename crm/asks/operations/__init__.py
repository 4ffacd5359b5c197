"""Asking groups, and what comes of it."""

from crm.asks.operations.adoption import (
    adopt,
    default_day,
    join_terms,
    propose_editorial,
    settle_terms,
    withdraw_proposal,
)
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
from crm.asks.operations.days import check_until
from crm.asks.operations.groups import CHOSEN, ask_groups
from crm.asks.operations.more_time import ask_objectors, extend_asks, order_reminders

__all__ = [
    "CHOSEN",
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
    "check_until",
    "default_day",
    "extend_asks",
    "join_terms",
    "order_reminders",
    "propose_editorial",
    "settle_terms",
    "withdraw_proposal",
]
