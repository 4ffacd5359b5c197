"""What an event's pages show of its meetings."""

from __future__ import annotations

from datetime import date

from flask import g, render_template
from markupsafe import Markup

from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.events.models import Event, EventKind
from crm.events.queries import find_date
from crm.meetings import queries


def show_meeting(viewer: Viewer, event_id: int, on_date: date | None) -> Markup:
    """For organizers: the agenda of a date, what came of it, and what is open; of all dates, what is open."""
    event = db.session.get_one(Event, event_id)
    if on_date is None:
        return _show_open(viewer, event)
    one, items = find_date(event, viewer, on_date), queries.list_agenda(event_id, on_date)
    if one is None or (event.kind is EventKind.DEMONSTRATION and not items):
        return Markup()
    kept = queries.find_minutes(event_id, on_date)
    page = render_template(
        "meetings/_date.html",
        event=event,
        one=one,
        table=queries.lay_out(items, one.starts_local, one.ends_local),
        kept=kept,
        readers=queries.readers_of(event, kept),
        decisions=queries.list_decisions(event_id, on_date),
        actions=queries.list_action_items(event_id, on_date),
        today=clock.today(g.coalition.zone),
    )
    return Markup(page)  # noqa: S704 - a template of ours, which escapes what was typed


def _show_open(viewer: Viewer, event: Event) -> Markup:
    left_open = queries.list_open_before(viewer, event, date.max)
    if not left_open:
        return Markup()
    page = render_template(
        "meetings/_open.html", event=event, left_open=left_open, today=clock.today(g.coalition.zone)
    )
    return Markup(page)  # noqa: S704 - a template of ours, which escapes what was typed


def show_published(_viewer: Viewer, event_id: int, on_date: date | None) -> Markup:
    """For everybody: where the minutes are, if they are published."""
    days = queries.list_published_days(event_id, on_date)
    if not days:
        return Markup()
    page = render_template("meetings/_public.html", event=db.session.get_one(Event, event_id), days=days)
    return Markup(page)  # noqa: S704 - a template of ours, which escapes what was typed
