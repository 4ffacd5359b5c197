"""Reading what is kept of partners' calendars and of files that were brought in."""

from crm.partners.queries.calendars import (
    busy_times,
    count_dates,
    find_by_address,
    find_partner_calendar,
    list_due,
    list_other_dates,
    list_partner_calendars,
    list_partner_dates,
)

__all__ = [
    "busy_times",
    "count_dates",
    "find_by_address",
    "find_partner_calendar",
    "list_due",
    "list_other_dates",
    "list_partner_calendars",
    "list_partner_dates",
]
