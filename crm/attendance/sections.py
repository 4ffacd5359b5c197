"""What an event's pages, and a group's, show of who came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import g, render_template, url_for
from flask_babel import ngettext
from markupsafe import Markup
from sqlalchemy import func, select

from crm.attendance import queries
from crm.attendance.models import Attendance
from crm.attendance.rules import rules_of
from crm.core import clock
from crm.core.contributions import MOST, OF_GROUP, Questions, TimelineEntry, TimelinePart
from crm.core.db import db
from crm.core.permissions import Permission, Viewer
from crm.events.models import Event, EventKind
from crm.events.queries import find_date
from crm.events.rights import visible_to


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


def _questions(viewer: Viewer) -> Questions:
    """The dates to which a group came, of events that the viewer may know of."""
    if not viewer.can(Permission.EVENT_VIEW):
        return {}
    first, people = func.min(Attendance.at), func.sum(Attendance.count)
    query = (
        select(Event.title, Event.slug, Attendance.on_date, first.label("at"), people.label("people"))
        .join(Attendance, Attendance.event_id == Event.id)
        .where(Attendance.organization_id == OF_GROUP, Attendance.count > 0, visible_to(viewer))
        .group_by(Event.id, Attendance.on_date)
    )
    return {"comings": query.order_by(first.desc()).limit(MOST)}


def _tell(viewer: Viewer, found: Mapping[str, Sequence[Any]]) -> list[TimelineEntry]:
    return [
        TimelineEntry(
            at=came.at,
            icon="groups",
            title=came.title,
            text=ngettext("%(num)s person came.", "%(num)s people came.", came.people),
            url=url_for("events.show_date", slug=came.slug, on_date=came.on_date.isoformat()),
        )
        for came in found["comings"]
    ]


TIMELINE = TimelinePart(_questions, _tell)
