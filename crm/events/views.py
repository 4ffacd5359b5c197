"""The organizers' pages of events."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import clock, contributions
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.once import key_of, make_once
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.events import operations
from crm.events.forms import EventForm, typed_from
from crm.events.models import Event, EventKind
from crm.events.operations import Plan
from crm.events.queries import (
    AHEAD,
    EventDate,
    exceptions_of,
    find_date,
    find_event,
    list_closed_owners,
    list_dates,
    list_event_dates,
    list_named_people,
    series_of,
    week_of,
)
from crm.events.recurrence import RecurrenceError, read_date
from crm.events.sentence import say_series
from crm.events.series import Window, expand
from crm.events.words import KIND_NAMES, VISIBILITY_NAMES, VISIBILITY_TEXTS

bp = Blueprint("events", __name__, url_prefix="/<coalition>/organize/events")
BEFORE = timedelta(days=60)
READ_BACK = 10
# The rule's own names for what the form has under another.
FIELDS = {"starts_local": "starts_on", "duration": "ends_at"}


@bp.app_context_processor
def words() -> dict[str, object]:
    """Names of kinds and visibilities, for every template that shows an event."""
    return {
        "event_kinds": KIND_NAMES,
        "event_visibilities": VISIBILITY_NAMES,
        "event_visibility_texts": VISIBILITY_TEXTS,
    }


def wanted(slug: str) -> Event:
    """The event of an address, if the viewer may know of it; else 404."""
    return find_event(viewer(), slug) or abort(404)


@bp.route("/")
@allowed(Permission.EVENT_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    """The dates to come by day, or those gone by."""
    now = clock.now()
    past = request.args.get("when") == "past"
    asked = request.args.get("kind", "")
    kinds = [EventKind(asked)] if asked in set(EventKind) else list(EventKind)
    window = Window(now - BEFORE * 6, now) if past else Window(now, now + AHEAD)
    dates = list_dates(viewer(), window, kinds)
    dates = list(reversed(dates))[:100] if past else dates[:100]
    closed = list_closed_owners(viewer()) if viewer().can(Permission.EVENT_WIDEN) else []
    return render_template(
        "events/index.html",
        dates=dates,
        past=past,
        kind=asked,
        closed=closed,
        today=now.astimezone(coalition.zone),
    )


@bp.route("/new", methods=["GET", "POST"])
@allowed(Permission.EVENT_EDIT)
def create(coalition: Coalition) -> ResponseReturnValue:
    """Describe an event, read back what was understood, then schedule it."""
    form = EventForm(kind=EventKind.NEIGHBORHOOD)
    if form.validate_on_submit():
        plan = checked_plan(form, coalition.timezone)
        if plan and form.reviewed.data == form.stamp():
            event = _schedule_once(coalition, plan, key_of(form))
            flash(_("Scheduled “%(title)s”.", title=event.title), "success")
            return redirect(url_for("events.show", slug=event.slug))
        return render_editor(form, plan, coalition.timezone, None)
    return render_editor(form, None, coalition.timezone, None)


def _schedule_once(coalition: Coalition, plan: Plan, key: str) -> Event:
    return make_once(Event, key, lambda: operations.schedule_event(viewer(), coalition, plan))


@bp.route("/<slug>/edit", methods=["GET", "POST"])
@allowed(Permission.EVENT_EDIT)
def edit(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Change the whole event; single dates are changed on their own."""
    event = wanted(slug)
    form = EventForm(data=typed_from(event))
    if form.validate_on_submit():
        plan = checked_plan(form, event.timezone)
        if plan and form.reviewed.data == form.stamp():
            try:
                operations.edit_event(viewer(), event, plan)
                db.session.commit()
                flash(_("Changed “%(title)s”.", title=event.title), "success")
                return redirect(url_for("events.show", slug=event.slug))
            except Refused as refused:
                db.session.rollback()
                form.refuse(refused.field or "title", refused.message)
        return render_editor(form, plan, event.timezone, event)
    return render_editor(form, None, event.timezone, event)


def checked_plan(form: EventForm, timezone: str) -> Plan | None:
    """The plan that was typed, or None with the error beside its field."""
    try:
        plan = form.plan()
        operations.check_plan(plan, timezone)
    except RecurrenceError as error:
        form.refuse(
            {"starts_local": "starts_on", "duration": "ends_at"}.get(error.field, error.field), error.message
        )
    except Refused as refused:
        form.refuse(refused.field or "title", refused.message)
    else:
        return plan
    return None


def render_editor(
    form: EventForm, plan: Plan | None, timezone: str, event: Event | None
) -> ResponseReturnValue:
    """The editor; with a plan, what was understood on top: the sentence and the next ten dates."""
    read_back = None
    if plan is not None and not form.errors:
        series, exceptions = operations.series_of_plan(plan, timezone, event)
        around = datetime.combine(plan.starts_local, plan.starts_local.time(), series.zone)
        dates = expand(
            series, exceptions, Window(around - timedelta(days=1), around + AHEAD * 3), limit=READ_BACK
        )
        read_back = {"sentence": say_series(series, exceptions), "dates": dates, "plan": plan}
        form.reviewed.data = form.stamp()
    page = render_template("events/editor.html", form=form, event=event, read_back=read_back, zone=timezone)
    return page, 422 if form.errors else 200


@bp.route("/<slug>")
@allowed(Permission.EVENT_VIEW)
def show(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """An event with its dates."""
    event, now = wanted(slug), clock.now()
    today = now.astimezone(coalition.zone).date()
    dates = list_event_dates(event, viewer(), Window(now - BEFORE, now + AHEAD))
    return render_template(
        "events/show.html",
        event=event,
        dates=dates,
        sentence=say_series(series_of(event), exceptions_of(event), since=today),
        upcoming=[one for one in dates if one.ends_at > now],
        people=list_named_people(event),
        sections=[part(viewer(), event.id, None) for part in contributions.event_sections],
    )


@bp.route("/<slug>/<on_date>/")
@allowed(Permission.EVENT_VIEW)
def show_date(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """One date of an event, with all that belongs to it."""
    event = wanted(slug)
    one = wanted_date(event, on_date)
    return render_template(
        "events/date.html",
        event=event,
        one=one,
        week=week_of(event, one.on_date),
        now=clock.now(),
        sections=[part(viewer(), event.id, one.on_date) for part in contributions.event_sections],
    )


def wanted_date(event: Event, text: str) -> EventDate:
    """One date of an event by the date in its address; else 404."""
    on_date = read_date(text) or abort(404)
    return find_date(event, viewer(), on_date) or abort(404)
