"""What an event's pages show of its roles."""

from __future__ import annotations

from datetime import date, timedelta

from flask import render_template
from markupsafe import Markup

from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Permission, Viewer
from crm.events.models import Event
from crm.events.queries import find_date, list_event_dates
from crm.events.series import Window
from crm.roles.models import USUAL
from crm.roles.queries import RoleOnDate, comes_once, list_roles, list_series_roles
from crm.roles.words import filled, shift

WORDS = {"filled": filled, "shift": shift}
# How far ahead the public page of a series looks for its next date.
AHEAD = timedelta(days=120)


def show_roles(viewer: Viewer, event_id: int, on_date: date | None) -> Markup:
    """For organizers: who has what, and what is still open; of a series, what each of its dates needs."""
    if not viewer.can(Permission.EVENT_VIEW):
        return Markup()
    event = db.session.get_one(Event, event_id)
    day = on_date or (event.starts_local.date() if comes_once(event) else None)
    roles = list_roles(event_id, day) if day else []
    needs = [] if day else list_series_roles(event_id)
    known = {role.kind for role in needs} | {one.role.kind for one in roles}
    page = render_template(
        "roles/_section.html",
        event=event,
        on_date=day,
        one_date=on_date,
        once=comes_once(event),
        roles=roles,
        needs=needs,
        usual_missing=any(kind not in known for kind in USUAL[event.kind]),
        **WORDS,
    )
    return Markup(page)  # noqa: S704 - a template of ours, which escapes what was typed


def show_public_roles(viewer: Viewer, event_id: int, on_date: date | None) -> Markup:
    """For everybody: what is still to be taken, on this date or on the next one; no names."""
    event = db.session.get_one(Event, event_id)
    found = _open_roles(event, viewer, on_date)
    if not found:
        return Markup()
    page = render_template(
        "roles/_public.html",
        event=event,
        on_date=found[0].on_date,
        roles=found,
        asked=on_date or comes_once(event),
        **WORDS,
    )
    return Markup(page)  # noqa: S704 - a template of ours, which escapes what was typed


def _open_roles(event: Event, viewer: Viewer, on_date: date | None) -> list[RoleOnDate]:
    now = clock.now()
    if on_date is not None:
        one = find_date(event, viewer, on_date)
        days = [one] if one else []
    else:
        days = list_event_dates(event, viewer, Window(now, now + AHEAD), limit=4)
    coming = [one for one in days if one.ends_at > now and not one.cancelled][:1]
    return [role for one in coming for role in list_roles(event.id, one.on_date) if role.open]
