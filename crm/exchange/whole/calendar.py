"""The calendar of an export: every event that its viewer may know of, whenever it is, with its address."""

from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.calendars.entries import EntryText, Telling, feed_events
from crm.calendars.ics import FeedCalendar, FeedEvent, write_calendar
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.core.web import absolute_url
from crm.events.models import Event
from crm.events.queries import exceptions_of, series_of
from crm.events.rights import visible_to
from crm.events.series import SeriesException, Window
from crm.events.venues import venue_on

ALWAYS = Window(datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))


def calendar_of(coalition: Coalition, viewer: Viewer | None) -> bytes:
    """As iCalendar. Without a viewer every event is in it."""
    query = select(Event).options(joinedload(Event.occurrences)).order_by(Event.id)
    if viewer is not None:
        query = query.where(visible_to(viewer))
    entries: list[FeedEvent] = []
    for event in db.session.scalars(query).unique():
        entries += feed_events(series_of(event), exceptions_of(event), _telling(coalition, event), ALWAYS)
    calendar = FeedCalendar(
        name=coalition.name,
        url=absolute_url("calendar.index", coalition=coalition.slug),
        timezone=coalition.timezone,
        cancelled_prefix=_("CANCELLED: "),
    )
    return write_calendar(calendar, entries, year=clock.today(coalition.zone).year)


def _telling(coalition: Coalition, event: Event) -> Telling:
    rows = {one.on_date: one for one in event.occurrences}
    url = absolute_url("events.show", coalition=coalition.slug, slug=event.slug)

    def tell(exception: SeriesException | None) -> EntryText:
        venue = venue_on(event, rows.get(exception.date) if exception else None)
        where = ", ".join(part for part in (venue.place_name, venue.address, venue.area) if part)
        return EntryText(event.title, description=event.description.strip(), location=where, url=url)

    return tell
