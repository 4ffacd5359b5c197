"""Merging groups, parting them again, and remembering who is not the same."""

from crm.duplicates.operations.merging import (
    Chosen,
    ask_again,
    check_pair,
    forget_details,
    merge,
    say_not_same,
)
from crm.duplicates.operations.proposing import look_for_likely, propose
from crm.duplicates.operations.undoing import undo_merge

__all__ = [
    "Chosen",
    "ask_again",
    "check_pair",
    "forget_details",
    "look_for_likely",
    "merge",
    "propose",
    "say_not_same",
    "undo_merge",
]
