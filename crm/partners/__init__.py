"""Calendars of others: those subscribed to by address, and files brought in as the coalition's own events."""

from crm.core import contributions
from crm.partners import queries

contributions.busy.append(queries.busy_times)
contributions.other_dates.append(queries.list_other_dates)
