"""Importing lists: the upload, reading the rows, doing what they say; and back."""

from crm.exchange.operations.applying import finish_applying
from crm.exchange.operations.handling import apply_batch, prepare_batch, remove_made, set_back
from crm.exchange.operations.looking import look_into
from crm.exchange.operations.mappings import forget_mapping, keep_mapping
from crm.exchange.operations.parents import set_parents, tell_of_parents
from crm.exchange.operations.staging import count_staged, make_plan, stage_batch
from crm.exchange.operations.undoing import finish_undoing, order_undoing
from crm.exchange.operations.uploads import (
    KEPT,
    LARGEST,
    Choices,
    begin_import,
    check_choices,
    discard_import,
    forget_import,
    is_stalled,
    key_of_upload,
    order_applying,
    order_staging,
    read_again,
    resume_import,
)
from crm.exchange.operations.words import Unknown, list_unknown, say_words

__all__ = [
    "KEPT",
    "LARGEST",
    "Choices",
    "Unknown",
    "apply_batch",
    "begin_import",
    "check_choices",
    "count_staged",
    "discard_import",
    "finish_applying",
    "finish_undoing",
    "forget_import",
    "forget_mapping",
    "is_stalled",
    "keep_mapping",
    "key_of_upload",
    "list_unknown",
    "look_into",
    "make_plan",
    "order_applying",
    "order_staging",
    "order_undoing",
    "prepare_batch",
    "read_again",
    "remove_made",
    "resume_import",
    "say_words",
    "set_back",
    "set_parents",
    "stage_batch",
    "tell_of_parents",
]
