"""Noting who came: by an organizer (`roll`), at the door (`door`); forgetting names (`retention`)."""

from crm.attendance.operations.door import Arrival, close_page, open_page, reveal_wishes, sign_in, token_of
from crm.attendance.operations.retention import forget_names, forget_wishes
from crm.attendance.operations.roll import (
    add_delegate,
    count_heads,
    remove_entry,
    set_group,
    set_rules,
    tell_group,
)

__all__ = [
    "Arrival",
    "add_delegate",
    "close_page",
    "count_heads",
    "forget_names",
    "forget_wishes",
    "open_page",
    "remove_entry",
    "reveal_wishes",
    "set_group",
    "set_rules",
    "sign_in",
    "tell_group",
    "token_of",
]
