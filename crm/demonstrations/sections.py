"""What an event's pages show of co-sponsors and promises."""

from __future__ import annotations

from datetime import date

from flask import g, render_template
from markupsafe import Markup

from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.demonstrations.models import CoSponsorState
from crm.demonstrations.operations import last_day
from crm.demonstrations.queries.co_sponsors import count_answers
from crm.demonstrations.queries.ledger import Period, list_ledger, sum_totals, total_by_group
from crm.events.models import Event, EventKind, OccurrenceState, Visibility


def show_co_sponsors(viewer: Viewer, event_id: int, on_date: date | None) -> Markup:
    """For organizers: how many said what, what is promised, and where to go on."""
    event = db.session.get_one(Event, event_id)
    if event.kind is not EventKind.DEMONSTRATION:
        return Markup()
    today = clock.today(g.coalition.zone)
    lines = list_ledger(viewer, Period(on_date, on_date), event_id=event_id) if on_date else []
    page = render_template(
        "demonstrations/_section.html",
        event=event,
        on_date=on_date,
        counts=count_answers(event_id, on_date),
        State=CoSponsorState,
        totals=sum_totals(total_by_group(lines, today)),
        overdue=sum(1 for line in lines if line.is_overdue(today)),
    )
    return Markup(page)  # noqa: S704 - a template of ours, which escapes what was typed


def show_public(_viewer: Viewer, event_id: int, on_date: date | None) -> Markup:
    """For everybody: a group can co-sponsor what lies ahead, and where it says so."""
    event = db.session.get_one(Event, event_id)
    if event.kind is not EventKind.DEMONSTRATION or event.visibility is not Visibility.PUBLIC:
        return Markup()
    if event.cancelled_at is not None or _is_over(event, on_date):
        return Markup()
    page = render_template("demonstrations/_public.html", event=event, on_date=on_date)
    return Markup(page)  # noqa: S704 - a template of ours, which escapes what was typed


def _is_over(event: Event, on_date: date | None) -> bool:
    """A date that does not take place is over for whoever would join it."""
    off = {one.on_date for one in event.occurrences if one.state is OccurrenceState.CANCELLED}
    if on_date in off:
        return True
    last = on_date if on_date is not None else last_day(event, None)
    return last is not None and last < clock.today(g.coalition.zone)
