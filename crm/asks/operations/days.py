"""Days of a coalition: what today is there, and when a day is over."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from crm.core import clock
from crm.demands.queries import current_coalition


def today_here() -> date:
    """The day that it is now in the chosen coalition's zone."""
    return clock.today(current_coalition().zone)


def last_moment(day: date) -> datetime:
    """When a day ends in the chosen coalition's zone."""
    zone = current_coalition().zone
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)
