"""Days of a coalition: what today is there, when a day is over, and which days can be set."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from flask_babel import gettext as _

from crm.core import clock
from crm.core.errors import Refused
from crm.core.formats import full_date
from crm.demands.queries import current_coalition

# No group is asked for an answer further off than this.
FURTHEST = timedelta(days=366)


def today_here() -> date:
    """The day that it is now in the chosen coalition's zone."""
    return clock.today(current_coalition().zone)


def last_moment(day: date) -> datetime:
    """When a day ends in the chosen coalition's zone."""
    zone = current_coalition().zone
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)


def check_until(until: date) -> None:
    """Whether groups can have time for an answer until a day. Raises Refused (field `until`)."""
    today = today_here()
    if until <= today:
        raise Refused(_("Choose a day that is still to come."), "until")
    if until > today + FURTHEST:
        raise Refused(_("Choose a day until %(day)s.", day=full_date(today + FURTHEST)), "until")
