"""What the pages of an event and of its dates show of who comes."""

from __future__ import annotations

from datetime import date, timedelta

from flask import render_template
from markupsafe import Markup

from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.events.models import Event
from crm.events.queries import find_date, list_event_dates
from crm.events.series import Window
from crm.rsvps.queries import find_open_date, is_host, list_hosts, list_rooms, room_on

# So many dates to come are listed on the page of a series.
MOST_DATES = 8
AHEAD = timedelta(days=400)


def show_public(_viewer: Viewer, event_id: int, on_date: date | None) -> Markup:
    """For everybody, on a date to come: the way to say that one comes."""
    # The page has read it already.
    event = db.session.get_one(Event, event_id)
    day = on_date or _only_date(event)
    one = find_open_date(event, day) if day else None
    if one is None or one.cancelled or one.ends_at <= clock.now():
        return Markup()
    page = render_template("rsvps/_public.html", event=event, one=one, room=room_on(event.id, one.on_date))
    return Markup(page)  # noqa: S704 - a template of ours, which escapes what was typed


def show_coming(viewer: Viewer, event_id: int, on_date: date | None) -> Markup:
    """For organizers: how many come to a date; of a series, to each of the next dates."""
    # The page has read it already.
    event = db.session.get_one(Event, event_id)
    day = on_date or _only_date(event)
    if day is None:
        return _show_series(viewer, event)
    one = find_date(event, viewer, day)
    if one is None:
        return Markup()
    page = render_template(
        "rsvps/_coming.html",
        event=event,
        one=one,
        room=room_on(event.id, day),
        is_open=find_open_date(event, day) is not None,
        hosts=list_hosts(event),
        hosting=is_host(viewer, event),
        now=clock.now(),
    )
    return Markup(page)  # noqa: S704 - a template of ours, which escapes what was typed


def _show_series(viewer: Viewer, event: Event) -> Markup:
    now = clock.now()
    dates = list_event_dates(event, viewer, Window(now, now + AHEAD), limit=MOST_DATES)
    rooms = list_rooms(event.id, [one.on_date for one in dates])
    if not any(room.answers for room in rooms.values()):
        return Markup()
    page = render_template("rsvps/_series.html", event=event, dates=dates, rooms=rooms)
    return Markup(page)  # noqa: S704 - a template of ours, which escapes what was typed


def _only_date(event: Event) -> date | None:
    """The date of an event that is no series."""
    return event.starts_local.date() if event.recurrence is None else None
