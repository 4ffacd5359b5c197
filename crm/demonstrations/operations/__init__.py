"""Asking groups to stand behind demonstrations, what they answer, promise and deliver."""

from crm.demonstrations.operations.answering import (
    ANSWERS,
    answer_co_sponsorship,
    ask_to_co_sponsor,
    reopen_co_sponsorship,
)
from crm.demonstrations.operations.counting import Count, count_all, count_delivered
from crm.demonstrations.operations.following import follow_promises
from crm.demonstrations.operations.inviting import (
    Invitation,
    check_invitation,
    default_closing,
    invite_groups,
    last_day,
)
from crm.demonstrations.operations.promising import cancel_promise, change_promise, is_fixed, promise
from crm.demonstrations.operations.requesting import (
    decide_request,
    request_to_co_sponsor,
    take_back_invitation,
)
from crm.demonstrations.operations.turns import Overtaken

__all__ = [
    "ANSWERS",
    "Count",
    "Invitation",
    "Overtaken",
    "answer_co_sponsorship",
    "ask_to_co_sponsor",
    "cancel_promise",
    "change_promise",
    "check_invitation",
    "count_all",
    "count_delivered",
    "decide_request",
    "default_closing",
    "follow_promises",
    "invite_groups",
    "is_fixed",
    "last_day",
    "promise",
    "reopen_co_sponsorship",
    "request_to_co_sponsor",
    "take_back_invitation",
]
