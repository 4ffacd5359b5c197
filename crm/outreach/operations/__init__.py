"""Changing what outreach knows: touches, stages, follow-ups."""

from crm.outreach.operations.follow_ups import (
    add_follow_up,
    edit_follow_up,
    finish_follow_up,
    put_back,
    reopen_follow_up,
    snooze_follow_up,
)
from crm.outreach.operations.stages import move_stage, reach_stage, undo_stage_change
from crm.outreach.operations.touches import (
    Logged,
    NextStep,
    Touch,
    delete_interaction,
    edit_interaction,
    log_touch,
)

__all__ = [
    "Logged",
    "NextStep",
    "Touch",
    "add_follow_up",
    "delete_interaction",
    "edit_follow_up",
    "edit_interaction",
    "finish_follow_up",
    "log_touch",
    "move_stage",
    "put_back",
    "reach_stage",
    "reopen_follow_up",
    "snooze_follow_up",
    "undo_stage_change",
]
