"""Which date of an event a handout is of."""

from __future__ import annotations

from datetime import datetime, timedelta

from crm.core.permissions import Viewer
from crm.events.models import Event
from crm.events.queries import EventDate, list_event_dates
from crm.events.series import Window

AHEAD = timedelta(days=400)


def next_date(event: Event, viewer: Viewer, now: datetime) -> EventDate | None:
    """The next date that takes place and that the viewer may know of."""
    dates = list_event_dates(event, viewer, Window(now, now + AHEAD), limit=20)
    return next((one for one in dates if not one.cancelled), None)
