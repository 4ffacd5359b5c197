"""The roles of an event, for its organizers: naming them, filling them, giving them back."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms.fields.choices import SelectChoice

from crm.accounts.queries import list_members
from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.formats import short_day
from crm.core.once import key_of, make_once
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo
from crm.events.models import Event
from crm.events.queries import find_date, find_event
from crm.events.recurrence import read_date
from crm.organizations.models import Organization
from crm.organizations.queries import find_organization, search_organizations
from crm.roles import operations
from crm.roles.forms import FillForm, RoleForm, typed_from
from crm.roles.models import EventRole, RoleTaking
from crm.roles.operations import Taker
from crm.roles.queries import RoleOnDate, comes_once, find_role, find_taking, list_roles
from crm.roles.words import filled, shift

bp = Blueprint("roles", __name__, url_prefix="/<coalition>/organize/events/<slug>")
CHOICES = 12


def wanted(slug: str) -> Event:
    """The event of an address, if the viewer may know of it; else 404."""
    return find_event(viewer(), slug) or abort(404)


def _wanted_day(event: Event, text: str) -> date:
    """A date that the event has; else 404."""
    on_date = read_date(text) or abort(404)
    return on_date if find_date(event, viewer(), on_date) else abort(404)


def _asked_day(event: Event) -> date | None:
    """The one date that a page is about; none: each of them."""
    text = request.values.get("on", "")
    return _wanted_day(event, text) if text else None


def _back(event: Event, on_date: date | None) -> ResponseReturnValue:
    if on_date is None or comes_once(event):
        return redirect(url_for("events.show", slug=event.slug, _anchor="roles"), 303)
    page = url_for("events.show_date", slug=event.slug, on_date=on_date.isoformat(), _anchor="roles")
    return redirect(page, 303)


@bp.post("/roles/usual")
@allowed(Permission.EVENT_EDIT)
def usual(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Add what such an event usually needs."""
    event = wanted(slug)
    on_date = _asked_day(event)
    added = operations.add_usual_roles(viewer(), event, on_date)
    db.session.commit()
    said = ngettext("Added %(num)s role.", "Added %(num)s roles.", len(added))
    flash(f"{said} {_('Change what does not fit.')}", "success")
    return _back(event, on_date)


@bp.route("/roles/new", methods=["GET", "POST"])
@allowed(Permission.EVENT_EDIT)
def create(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Name a role: of each date, or of the one that was asked for."""
    event = wanted(slug)
    on_date = _asked_day(event)
    form = RoleForm(where="one" if on_date else "each")
    _offer_dates(form, event, on_date)
    if form.validate_on_submit():
        need = form.need(on_date if form.where and form.where.data == "one" else None)
        try:
            make_once(EventRole, key_of(form), lambda: operations.add_role(viewer(), event, need))
        except Refused as refused:
            form.refuse(refused.field or "kind", refused.message)
        else:
            flash(_("Added to the roles to fill."), "success")
            return _back(event, on_date)
    return _role_page(event, form, None, on_date)


def _offer_dates(form: RoleForm, event: Event, on_date: date | None) -> None:
    """On a date of a series, a role may be of that date alone."""
    if on_date is None or comes_once(event):
        del form.where
        return
    form.where.choices = [
        SelectChoice("one", _("%(day)s alone", day=short_day(on_date))),
        SelectChoice("each", _("Each date of the series")),
    ]


@bp.route("/roles/<int:role_id>/edit", methods=["GET", "POST"])
@allowed(Permission.EVENT_EDIT)
def edit(coalition: Coalition, slug: str, role_id: int) -> ResponseReturnValue:
    """Describe a role anew, on all of its dates."""
    event = wanted(slug)
    role = find_role(event.id, role_id) or abort(404)
    on_date = _asked_day(event)
    form = RoleForm(data=typed_from(role))
    del form.where
    if form.validate_on_submit():
        try:
            operations.change_role(viewer(), role, form.need())
            db.session.commit()
            flash(_("Changed “%(name)s”.", name=role.name), "success")
            return _back(event, on_date)
        except Refused as refused:
            db.session.rollback()
            form.refuse(refused.field or "kind", refused.message)
    return _role_page(event, form, role, on_date)


def _role_page(
    event: Event, form: RoleForm, role: EventRole | None, on_date: date | None
) -> ResponseReturnValue:
    page = render_template("roles/edit.html", event=event, form=form, role=role, on_date=on_date)
    return page, 422 if form.errors else 200


@bp.post("/roles/<int:role_id>/remove")
@allowed(Permission.EVENT_EDIT)
def remove(coalition: Coalition, slug: str, role_id: int) -> ResponseReturnValue:
    """It is not needed any more."""
    event = wanted(slug)
    role = find_role(event.id, role_id, removed_too=True) or abort(404)
    on_date = _asked_day(event)
    operations.remove_role(viewer(), role)
    db.session.commit()
    undo = url_for(".restore", slug=slug, role_id=role.id)
    flash_undo(_("Removed “%(name)s”.", name=role.name), undo, on=on_date.isoformat() if on_date else "")
    return _back(event, on_date)


@bp.post("/roles/<int:role_id>/restore")
@allowed(Permission.EVENT_EDIT)
def restore(coalition: Coalition, slug: str, role_id: int) -> ResponseReturnValue:
    """It is needed after all."""
    event = wanted(slug)
    role = find_role(event.id, role_id, removed_too=True) or abort(404)
    operations.restore_role(viewer(), role)
    db.session.commit()
    flash(_("“%(name)s” is there again.", name=role.name), "success")
    return _back(event, _asked_day(event))


@bp.route("/<on_date>/roles/<int:role_id>", methods=["GET", "POST"])
@allowed(Permission.EVENT_EDIT)
def fill(coalition: Coalition, slug: str, on_date: str, role_id: int) -> ResponseReturnValue:
    """Say who takes a role on a date."""
    event = wanted(slug)
    day = _wanted_day(event, on_date)
    one = next((one for one in list_roles(event.id, day) if one.role.id == role_id), None) or abort(404)
    form = FillForm(count=max(one.open, 1))
    form.user_id.choices = [
        SelectChoice("", _("Nobody chosen")),
        *(SelectChoice(str(user.id), user.name) for user, _membership in list_members()),
    ]
    if not form.validate_on_submit():
        return _fill_page(event, one, form)
    taker, found = _taker(form)
    return _fill(event, one, form, taker) if taker else _fill_page(event, one, form, found)


def _fill(event: Event, one: RoleOnDate, form: FillForm, taker: Taker) -> ResponseReturnValue:
    try:
        taking = operations.take_role(viewer(), one.role, one.on_date, taker, form.count.data)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse("count", refused.message)
        return _fill_page(event, one, form)
    flash_undo(_("Noted."), url_for(".release", slug=event.slug, taking_id=taking.id))
    return _back(event, one.on_date)


def _taker(form: FillForm) -> tuple[Taker | None, list[Organization]]:
    """Who was named; or None, with the groups to choose among, or with an error beside the field."""
    if form.user_id.data:
        return Taker(user_id=int(form.user_id.data)), []
    if form.person.data:
        return Taker(name=form.person.data), []
    if form.organization_id.data.isdigit():
        return Taker(find_organization(int(form.organization_id.data)) or abort(404)), []
    typed = form.organization.data
    found = list(search_organizations(viewer(), typed, limit=CHOICES))
    exact = [one for one in found if one.name.casefold() == typed.casefold()]
    if len(exact) == 1 or len(found) == 1:
        return Taker((exact or found)[0]), []
    if not found:
        form.refuse("organization", _("No group of this name is known. Add it under Groups first."))
    return None, found


def _fill_page(
    event: Event, one: RoleOnDate, form: FillForm, found: list[Organization] | None = None
) -> ResponseReturnValue:
    page = render_template(
        "roles/fill.html", event=event, one=one, form=form, found=found or [], filled=filled, shift=shift
    )
    return page, 422 if form.errors else 200


@bp.post("/roles/takings/<int:taking_id>/release")
@allowed(Permission.EVENT_EDIT)
def release(coalition: Coalition, slug: str, taking_id: int) -> ResponseReturnValue:
    """Give it back."""
    event = wanted(slug)
    taking = _taking(event, taking_id)
    operations.release_role(viewer(), taking)
    db.session.commit()
    undo = url_for(".retake", slug=slug, taking_id=taking.id)
    flash_undo(_("“%(name)s” is open again.", name=taking.role.name), undo)
    return _back(event, taking.on_date)


@bp.post("/roles/takings/<int:taking_id>/retake")
@allowed(Permission.EVENT_EDIT)
def retake(coalition: Coalition, slug: str, taking_id: int) -> ResponseReturnValue:
    """Take back that it was given back."""
    event = wanted(slug)
    taking = _taking(event, taking_id)
    try:
        operations.retake_role(viewer(), taking)
        db.session.commit()
        flash(_("Noted."), "success")
    except Refused as refused:
        db.session.rollback()
        flash(str(refused.message), "error")
    return _back(event, taking.on_date)


def _taking(event: Event, taking_id: int) -> RoleTaking:
    return find_taking(event.id, taking_id) or abort(404)
