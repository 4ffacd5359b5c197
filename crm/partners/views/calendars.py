"""Calendars that are subscribed to: the list, adding one, what is read in it and what is chosen for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.once import key_of, make_once
from crm.core.permissions import Permission, Viewer, viewer
from crm.core.web import allowed, flash_undo
from crm.organizations.queries import search_organizations
from crm.partners import operations, queries
from crm.partners.forms import AddForm, CalendarForm
from crm.partners.models import PartnerCalendar
from crm.partners.words import say_failure, say_reason, say_when

bp = Blueprint("partners", __name__, url_prefix="/<coalition>/organize/events/partners")
CHOICES = 6


@bp.context_processor
def words() -> dict[str, object]:
    """What templates say of a calendar."""
    return {"say_failure": say_failure, "reasons": reasons}


def reasons(skipped: list[list[str]]) -> list[tuple[str, str, str]]:
    """(title, when, the reason as a sentence) of each entry that was passed over."""
    return [(title, say_when(when), say_reason(word, detail)) for title, when, word, detail in skipped]


@bp.route("/")
@allowed(Permission.EVENT_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    """The calendars that are subscribed to, and how each is doing."""
    return render_template(
        "partners/index.html",
        calendars=queries.list_partner_calendars(),
        counts=queries.count_dates(clock.now()),
    )


@bp.route("/new", methods=["GET", "POST"])
@allowed(Permission.EVENT_EDIT)
def create(coalition: Coalition) -> ResponseReturnValue:
    form = AddForm()
    if form.validate_on_submit():
        try:
            made = make_once(
                PartnerCalendar, key_of(form), lambda: operations.add_calendar(viewer(), _typed(form))
            )
            flash(_("Added. It is being asked for now; its dates are here in a moment."), "success")
            return redirect(url_for("partners.show", calendar_id=made.id))
        except Refused as refusal:
            form.refuse(refusal.field or "address", refusal.message)
    return render_template("partners/edit.html", form=form, calendar=None), 422 if form.errors else 200


@bp.route("/<int:calendar_id>")
@allowed(Permission.EVENT_VIEW)
def show(coalition: Coalition, calendar_id: int) -> ResponseReturnValue:
    """One calendar: when it was asked for, what was passed over and why, what comes next in it."""
    calendar = wanted(calendar_id)
    return render_template(
        "partners/show.html",
        calendar=calendar,
        dates=queries.list_partner_dates(calendar.id, clock.now()),
        zone=coalition.zone,
        now=clock.now(),
    )


@bp.route("/<int:calendar_id>/edit", methods=["GET", "POST"])
@allowed(Permission.EVENT_EDIT)
def edit(coalition: Coalition, calendar_id: int) -> ResponseReturnValue:
    calendar = wanted(calendar_id)
    group = calendar.organization.name if calendar.organization else ""
    shown = {name: getattr(calendar, name) for name in ("name", "shown_in_calendar", "in_own_feed")}
    form = CalendarForm(data={**shown, "organization": group})
    if form.validate_on_submit():
        try:
            operations.change_calendar(viewer(), calendar, _typed(form))
            db.session.commit()
            flash(_("Saved."), "success")
            return redirect(url_for("partners.show", calendar_id=calendar.id))
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal.field or "organization", refusal.message)
    return render_template("partners/edit.html", form=form, calendar=calendar), 422 if form.errors else 200


@bp.post("/<int:calendar_id>/ask")
@allowed(Permission.EVENT_EDIT)
def ask(coalition: Coalition, calendar_id: int) -> ResponseReturnValue:
    return _acted(calendar_id, operations.ask_now, _("It is being asked for now."))


@bp.post("/<int:calendar_id>/pause")
@allowed(Permission.EVENT_EDIT)
def pause(coalition: Coalition, calendar_id: int) -> ResponseReturnValue:
    return _acted(
        calendar_id, operations.pause_calendar, _("Paused: it is not asked for, and its dates are hidden.")
    )


@bp.post("/<int:calendar_id>/resume")
@allowed(Permission.EVENT_EDIT)
def resume(coalition: Coalition, calendar_id: int) -> ResponseReturnValue:
    return _acted(
        calendar_id, operations.resume_calendar, _("Its dates are shown again; it is being asked for now.")
    )


@bp.post("/<int:calendar_id>/remove")
@allowed(Permission.EVENT_EDIT)
def remove(coalition: Coalition, calendar_id: int) -> ResponseReturnValue:
    calendar = wanted(calendar_id)
    operations.remove_calendar(viewer(), calendar)
    db.session.commit()
    flash_undo(
        _("“%(name)s” is removed, with all of its dates.", name=calendar.name),
        url_for("partners.put_back", calendar_id=calendar.id),
    )
    return redirect(url_for("partners.index"))


@bp.post("/<int:calendar_id>/put-back")
@allowed(Permission.EVENT_EDIT)
def put_back(coalition: Coalition, calendar_id: int) -> ResponseReturnValue:
    operations.put_back(viewer(), queries.find_partner_calendar(calendar_id) or abort(404))
    db.session.commit()
    flash(_("It is back."), "success")
    return redirect(url_for("partners.show", calendar_id=calendar_id))


def wanted(calendar_id: int) -> PartnerCalendar:
    """A calendar on the list; else 404."""
    found = queries.find_partner_calendar(calendar_id)
    return found if found and found.removed_at is None else abort(404)


def _acted(
    calendar_id: int, act: Callable[[Viewer, PartnerCalendar], None], said: str
) -> ResponseReturnValue:
    act(viewer(), wanted(calendar_id))
    db.session.commit()
    flash(said, "success")
    return redirect(url_for("partners.show", calendar_id=calendar_id))


def _typed(form: CalendarForm) -> dict[str, Any]:
    """What operations take. Raises Refused where the group cannot be told."""
    return {**form.values, "organization_id": _group_id(form.organization.data)}


def _group_id(name: str) -> int | None:
    if not name:
        return None
    found = list(search_organizations(viewer(), name, limit=CHOICES))
    exact = [group for group in found if group.name.casefold() == name.casefold()] or found
    if len(exact) == 1:
        return exact[0].id
    if not found:
        raise Refused(_("No group of this name is known. Add it under Groups first."), "organization")
    names = ", ".join(group.name for group in found)
    raise Refused(_("Several groups fit: %(names)s. Write the whole name.", names=names), "organization")
