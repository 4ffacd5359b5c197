"""Single dates of an event, its end and its cancelling: small acts, each on a page of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.queries import list_members
from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.formats import day
from crm.core.forms import Form
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo
from crm.events import operations
from crm.events.forms import CancelForm, DateForm, ExtendForm, ExtraDateForm
from crm.events.models import Visibility
from crm.events.operations import Change
from crm.events.queries import EventDate, list_named_people, series_of
from crm.events.recurrence import RecurrenceError
from crm.events.views import bp, wanted, wanted_date

# The blueprint with all of its pages, those of views.py and these.
__all__ = ["bp"]


def _back(slug: str) -> ResponseReturnValue:
    return redirect(url_for("events.show", slug=slug))


def _attempt(form: Form, act: object, otherwise: str) -> bool:
    """Do an act and commit it; a refusal goes beside its field."""
    try:
        act()  # type: ignore[operator]
        db.session.commit()
    except (Refused, RecurrenceError) as error:
        db.session.rollback()
        field = getattr(error, "field", None) or otherwise
        form.refuse(field if field in form else otherwise, error.message)
        return False
    return True


@bp.route("/<slug>/cancel", methods=["GET", "POST"])
@allowed(Permission.EVENT_EDIT)
def cancel(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Cancel all of it."""
    event, form = wanted(slug), CancelForm()
    if form.validate_on_submit():
        operations.cancel_event(viewer(), event, form.reason.data)
        db.session.commit()
        said = _("Cancelled “%(title)s”.", title=event.title)
        flash_undo(said, url_for(".restore", slug=slug))
        return _back(slug)
    page = render_template("events/cancel.html", form=form, event=event, date=None)
    return page, 422 if form.errors else 200


@bp.post("/<slug>/restore")
@allowed(Permission.EVENT_EDIT)
def restore(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Take the cancelling back."""
    operations.restore_event(viewer(), wanted(slug))
    db.session.commit()
    flash(_("It takes place after all."), "success")
    return _back(slug)


@bp.route("/<slug>/<on_date>/cancel", methods=["GET", "POST"])
@allowed(Permission.EVENT_EDIT)
def cancel_date(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """Cancel one date."""
    event, form = wanted(slug), CancelForm()
    one = wanted_date(event, on_date)
    if form.validate_on_submit():
        operations.cancel_date(viewer(), event, one.on_date, form.reason.data)
        db.session.commit()
        undo = url_for(".restore_date", slug=slug, on_date=on_date)
        flash_undo(_("Cancelled on %(day)s.", day=day(one.starts_local)), undo)
        return _back(slug)
    page = render_template("events/cancel.html", form=form, event=event, date=one)
    return page, 422 if form.errors else 200


@bp.post("/<slug>/<on_date>/restore")
@allowed(Permission.EVENT_EDIT)
def restore_date(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """Let a cancelled date take place after all."""
    event = wanted(slug)
    one = wanted_date(event, on_date)
    operations.restore_date(viewer(), event, one.on_date)
    db.session.commit()
    flash(_("%(day)s takes place after all.", day=day(one.starts_local)), "success")
    return _back(slug)


@bp.route("/<slug>/<on_date>/change", methods=["GET", "POST"])
@allowed(Permission.EVENT_EDIT)
def change_date(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """Move one date, or hold it elsewhere."""
    event = wanted(slug)
    one = wanted_date(event, on_date)
    form = DateForm(data=_typed(one))
    if form.validate_on_submit():
        starts = datetime.combine(form.starts_on.data, form.starts_at.data)
        ends = datetime.combine(form.starts_on.data, form.ends_at.data)
        length = (ends if ends > starts else ends + timedelta(days=1)) - starts
        change = Change(starts, length, form.place_name.data, form.address.data)
        if _attempt(form, lambda: operations.change_date(viewer(), event, one.on_date, change), "starts_on"):
            flash(_("Changed for %(day)s.", day=day(starts)), "success")
            return _back(slug)
    page = render_template("events/change_date.html", form=form, event=event, date=one)
    return page, 422 if form.errors else 200


def _typed(one: EventDate) -> dict[str, object]:
    return {
        "starts_on": one.starts_local.date(),
        "starts_at": one.starts_local.time(),
        "ends_at": one.ends_local.time(),
        "place_name": one.place_name,
        "address": one.address,
    }


@bp.route("/<slug>/add", methods=["GET", "POST"])
@allowed(Permission.EVENT_EDIT)
def add_date(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Add a date that the series does not make."""
    event = wanted(slug)
    form = ExtraDateForm(starts_at=event.starts_local.time())
    if form.validate_on_submit():
        starts = datetime.combine(form.starts_on.data, form.starts_at.data)
        if _attempt(form, lambda: operations.add_date(viewer(), event, starts), "starts_on"):
            flash(_("Added %(day)s.", day=day(starts)), "success")
            return _back(slug)
    page = render_template("events/add_date.html", form=form, event=event)
    return page, 422 if form.errors else 200


@bp.route("/<slug>/extend", methods=["GET", "POST"])
@allowed(Permission.EVENT_EDIT)
def extend(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Let a series go on."""
    event = wanted(slug)
    rule = series_of(event).rule or abort(404)
    form = ExtendForm(until=rule.until)
    if form.validate_on_submit():
        until = form.until.data
        if _attempt(form, lambda: operations.extend_series(viewer(), event, until), "until"):
            flash(_("The series goes on."), "success")
            return _back(slug)
    page = render_template("events/extend.html", form=form, event=event)
    return page, 422 if form.errors else 200


@bp.route("/<slug>/people", methods=["GET", "POST"])
@allowed(Permission.EVENT_EDIT)
def people(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Which organizers a closed event names."""
    event = wanted(slug)
    if event.visibility is not Visibility.CLOSED:
        abort(404)
    members = [user for user, _membership in list_members()]
    if request.method == "POST":
        chosen = request.form.get("user_id", "")
        user = next((user for user in members if str(user.id) == chosen), None) or abort(422)
        operations.name_on_event(viewer(), event, user.id)
        db.session.commit()
        flash(_("%(name)s sees this event now.", name=user.name), "success")
        return redirect(url_for(".people", slug=slug))
    named = list_named_people(event)
    others = [user for user in members if user.id not in {one.id for one in named}]
    return render_template("events/people.html", event=event, named=named, others=others)
