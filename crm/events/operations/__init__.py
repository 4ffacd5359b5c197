"""Scheduling events and changing them: all of one (`plans`, `whole`), or one date (`dates`).

Each change that a calendar app must notice raises SEQUENCE and the time of change (5-calendars.md), and
the version of the coalition's feeds (`changing`). A UID is made once and never changes.
"""

from crm.events.operations.changing import about_to_change
from crm.events.operations.dates import Change, add_date, cancel_date, change_date, restore_date
from crm.events.operations.plans import (
    Plan,
    check_plan,
    check_widening,
    edit_event,
    schedule_event,
    series_of_plan,
)
from crm.events.operations.splitting import exceptions_from, rest_of_rule, split_series
from crm.events.operations.visibility import (
    name_group,
    name_on_event,
    publish_event,
    set_visibility,
    unname_group,
    unname_on_event,
)
from crm.events.operations.whole import cancel_event, extend_series, natural_end, restore_event

__all__ = [
    "Change",
    "Plan",
    "about_to_change",
    "add_date",
    "cancel_date",
    "cancel_event",
    "change_date",
    "check_plan",
    "check_widening",
    "edit_event",
    "exceptions_from",
    "extend_series",
    "name_group",
    "name_on_event",
    "natural_end",
    "publish_event",
    "rest_of_rule",
    "restore_date",
    "restore_event",
    "schedule_event",
    "series_of_plan",
    "set_visibility",
    "split_series",
    "unname_group",
    "unname_on_event",
]
