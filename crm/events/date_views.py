"""Single dates of an event, and its cancelling: small acts, each on a page of its own."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.formats import day
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo
from crm.events import operations
from crm.events.date_forms import CancelForm, DateForm, typed_date
from crm.events.meanwhile import differences, hold
from crm.events.models import Event
from crm.events.queries import EventDate
from crm.events.views import attempt, bp, hint_at_clashes, wanted, wanted_date

# The blueprint with all of its pages, those of views.py and these.
__all__ = ["bp"]


def _back(slug: str) -> ResponseReturnValue:
    return redirect(url_for("events.show", slug=slug))


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
    """Move one date, hold it elsewhere, or say what is there."""
    event = wanted(slug)
    one = wanted_date(event, on_date)
    form = DateForm(data=typed_date(one) | {"seen": _edition(event, one)})
    changed = []
    if form.validate_on_submit():
        hold(event)
        changed = differences(form, typed_date(one)) if form.seen.data != _edition(event, one) else []
        if not changed and attempt(form, lambda: _change(event, one, form), "starts_on"):
            flash(_("Changed for %(day)s.", day=day(form.starts_on.data)), "success")
            hint_at_clashes(event, one.on_date)
            return _back(slug)
        form.seen.data = _edition(event, one)
    page = render_template("events/change_date.html", form=form, event=event, date=one, changed=changed)
    return page, 422 if form.errors or changed else 200


def _change(event: Event, one: EventDate, form: DateForm) -> None:
    if form.seen.data == _edition(event, one):
        operations.change_date(viewer(), event, one.on_date, form.change())


def _edition(event: Event, one: EventDate) -> str:
    """What of an event and of a date rises with each change."""
    own = next((row.sequence + 1 for row in event.occurrences if row.on_date == one.on_date), 0)
    return f"{event.sequence}-{own}"
