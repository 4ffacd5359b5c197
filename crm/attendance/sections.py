"""What an event's pages, and a group's, show of who came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from flask import g, render_template, url_for
from flask_babel import ngettext
from markupsafe import Markup

from crm.attendance import queries
from crm.attendance.rules import rules_of
from crm.core import clock
from crm.core.contributions import TimelineEntry
from crm.core.db import db
from crm.core.permissions import Permission, Viewer
from crm.events.models import Event, EventKind
from crm.events.queries import find_date


def show_attendance(viewer: Viewer, event_id: int, on_date: date | None) -> Markup:
    """For organizers: how many came to a date; of all dates, which groups have stopped coming."""
    event = db.session.get_one(Event, event_id)
    if on_date is None:
        return _show_missing(viewer, event)
    one, roll = find_date(event, viewer, on_date), queries.list_roll(event_id, on_date)
    # How many are at a demonstration is estimated, which is something else.
    if one is None or (event.kind is EventKind.DEMONSTRATION and not roll.people):
        return Markup()
    quorum = queries.count_quorum(event, roll, rules_of(g.coalition))
    page = render_template("attendance/_date.html", event=event, one=one, roll=roll, quorum=quorum)
    return Markup(page)  # noqa: S704 - a template of ours, which escapes what was typed


def _show_missing(viewer: Viewer, event: Event) -> Markup:
    missing = queries.list_missing(viewer, event.id, clock.today(g.coalition.zone) + timedelta(days=1))
    if not missing:
        return Markup()
    page = render_template("attendance/_missing.html", event=event, missing=missing)
    return Markup(page)  # noqa: S704 - a template of ours, which escapes what was typed


def list_timeline(viewer: Viewer, organization_id: int, most: int) -> Sequence[TimelineEntry]:
    """The dates to which a group came, of events that the viewer may know of, newest first."""
    if not viewer.can(Permission.EVENT_VIEW):
        return []
    return [
        TimelineEntry(
            at=came.at,
            icon="groups",
            title=event.title,
            text=ngettext("%(num)s person came.", "%(num)s people came.", came.people),
            url=url_for("events.show_date", slug=event.slug, on_date=came.on_date.isoformat()),
        )
        for event, came in queries.list_comings(viewer, organization_id, most)
    ]
