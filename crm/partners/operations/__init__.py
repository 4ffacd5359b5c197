"""Subscribing to calendars of others and keeping what is read in them."""

from crm.partners.operations.calendars import (
    KEPT_AFTER_REMOVAL,
    add_calendar,
    ask_now,
    change_calendar,
    forget_calendar,
    pause_calendar,
    put_back,
    remove_calendar,
    resume_calendar,
)
from crm.partners.operations.reading import keep_failure, keep_known, keep_visit

__all__ = [
    "KEPT_AFTER_REMOVAL",
    "add_calendar",
    "ask_now",
    "change_calendar",
    "forget_calendar",
    "keep_failure",
    "keep_known",
    "keep_visit",
    "pause_calendar",
    "put_back",
    "remove_calendar",
    "resume_calendar",
]
