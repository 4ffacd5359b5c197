"""Changing call queues: making and closing them, handing out groups, saying what came of a call."""

from crm.queues.operations.calling import give_back, hand_out, skip
from crm.queues.operations.outcomes import Call, NoCalls, settle, take_back
from crm.queues.operations.running import (
    MOST_GROUPS,
    add_matching,
    close_queue,
    create_queue,
    edit_queue,
    hand_over,
    put_back,
    reopen_queue,
    see_to,
)

__all__ = [
    "MOST_GROUPS",
    "Call",
    "NoCalls",
    "add_matching",
    "close_queue",
    "create_queue",
    "edit_queue",
    "give_back",
    "hand_out",
    "hand_over",
    "put_back",
    "reopen_queue",
    "see_to",
    "settle",
    "skip",
    "take_back",
]
