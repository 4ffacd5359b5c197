"""Goals and counts of dates, whether the growth is public, and the same again next week."""

from crm.turnout.operations.asking_again import Asked
from crm.turnout.operations.counting import (
    Counted,
    add_count,
    choose_count,
    remove_count,
    restore_count,
    set_goal,
    show_growth,
)
from crm.turnout.operations.next_week import How, NextWeek, press_key, repeat_next_week
from crm.turnout.operations.taking_back import Done, call_off_next_week

__all__ = [
    "Asked",
    "Counted",
    "Done",
    "How",
    "NextWeek",
    "add_count",
    "call_off_next_week",
    "choose_count",
    "press_key",
    "remove_count",
    "repeat_next_week",
    "restore_count",
    "set_goal",
    "show_growth",
]
