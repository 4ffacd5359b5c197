"""Where an event's pages lead to its handouts."""

from __future__ import annotations

from datetime import date

from flask import g, render_template
from markupsafe import Markup

from crm.core import clock
from crm.core.db import db
from crm.core.languages import own_name
from crm.core.permissions import ANONYMOUS, Permission, Viewer
from crm.events.models import Event
from crm.events.queries import EventDate, find_date
from crm.events.rights import OPEN
from crm.handouts.queries import next_date


def show_handouts(viewer: Viewer, event_id: int, on_date: date | None) -> Markup:
    """For organizers: the run sheet of a date, and the flyer of what is public."""
    event = db.session.get_one(Event, event_id)
    one = _date(event, viewer, on_date)
    if one is None or not viewer.can(Permission.EVENT_EDIT):
        return Markup()
    page = render_template(
        "handouts/_section.html",
        event=event,
        one=one,
        on_date=on_date,
        is_public=_is_public(event) and not one.cancelled,
        languages=_languages(),
    )
    return Markup(page)  # noqa: S704 - a template of ours, which escapes what was typed


def show_flyers(_viewer: Viewer, event_id: int, on_date: date | None) -> Markup:
    """For everybody: the flyer in each of the coalition's languages and on each paper."""
    event = db.session.get_one(Event, event_id)
    one = _date(event, ANONYMOUS, on_date)
    if one is None or one.cancelled or one.ends_at <= clock.now():
        return Markup()
    page = render_template("handouts/_public.html", event=event, on_date=on_date, languages=_languages())
    return Markup(page)  # noqa: S704 - a template of ours, which escapes what was typed


def _date(event: Event, viewer: Viewer, on_date: date | None) -> EventDate | None:
    if on_date is not None:
        return find_date(event, viewer, on_date)
    return next_date(event, viewer, clock.now())


def _is_public(event: Event) -> bool:
    return event.visibility in OPEN and event.published_at is not None


def _languages() -> list[tuple[str, str]]:
    return [(code, own_name(code)) for code in g.coalition.languages]
