"""A series that goes on: longer, otherwise from a date on, or on one more date."""

from __future__ import annotations

from datetime import date, datetime

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.formats import day
from crm.core.once import find_made, key_of, make_once
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.events import operations
from crm.events.date_forms import ExtendForm, ExtraDateForm
from crm.events.forms import EventForm, typed_rest
from crm.events.meanwhile import hold
from crm.events.models import Event
from crm.events.operations import Plan
from crm.events.queries import find_date, series_of
from crm.events.recurrence import RecurrenceError, read_date
from crm.events.views import attempt, bp, checked_plan, hint_at_clashes, refuse, render_editor, wanted


@bp.route("/<slug>/<on_date>/split", methods=["GET", "POST"])
@allowed(Permission.EVENT_EDIT)
def split(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """From this date on the series goes on otherwise: described, read back, then made."""
    event, since = wanted(slug), read_date(on_date) or abort(404)
    form = EventForm(data=typed_rest(event, since))
    pressed = form.validate_on_submit()
    if pressed and (made := find_made(Event, key_of(form))):
        return redirect(url_for("events.show", slug=made.slug))
    one = find_date(event, viewer(), since)
    if one is None or one.is_extra or not one.is_series:
        abort(404)
    plan = checked_plan(form, event.timezone, event) if pressed else None
    reviewed = plan is not None and form.reviewed.data == form.stamp()
    if plan and reviewed and (later := _split(event, since, plan, form)):
        flash(_("From %(day)s on it goes on like this.", day=day(since, year=True)), "success")
        return redirect(url_for("events.show", slug=later.slug))
    return render_editor(form, plan, event.timezone, event, since=since)


def _split(event: Event, since: date, plan: Plan, form: EventForm) -> Event | None:
    hold(event)
    try:
        return make_once(Event, key_of(form), lambda: operations.split_series(viewer(), event, since, plan))
    except (Refused, RecurrenceError) as error:
        db.session.rollback()
        refuse(form, error)
        return None


@bp.route("/<slug>/add", methods=["GET", "POST"])
@allowed(Permission.EVENT_EDIT)
def add_date(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Add a date that the series does not make."""
    event = wanted(slug)
    form = ExtraDateForm(starts_at=event.starts_local.time())
    if form.validate_on_submit():
        starts = datetime.combine(form.starts_on.data, form.starts_at.data)
        if attempt(form, lambda: operations.add_date(viewer(), event, starts), "starts_on"):
            flash(_("Added %(day)s.", day=day(starts)), "success")
            hint_at_clashes(event, starts.date())
            return redirect(url_for("events.show", slug=slug))
    page = render_template("events/add_date.html", form=form, event=event)
    return page, 422 if form.errors else 200


@bp.route("/<slug>/extend", methods=["GET", "POST"])
@allowed(Permission.EVENT_EDIT)
def extend(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Let a series go on: until a day that is typed, or the natural one that a button holds."""
    event = wanted(slug)
    rule = series_of(event).rule or abort(404)
    form = ExtendForm(until=rule.until)
    if form.validate_on_submit():
        until = form.until.data
        if attempt(form, lambda: operations.extend_series(viewer(), event, until), "until"):
            told = _("The series goes on until %(day)s.", day=day(until, year=True)) if until else None
            flash(told or _("The series goes on without an end."), "success")
            return redirect(url_for("events.show", slug=slug))
    page = render_template("events/extend.html", form=form, event=event)
    return page, 422 if form.errors else 200
