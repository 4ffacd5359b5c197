"""Roles that a group takes for its people, and gives back."""

from __future__ import annotations

from datetime import date

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, representative
from crm.core.web import allowed
from crm.events.models import Event
from crm.events.queries import EventDate, find_date, find_event
from crm.events.recurrence import read_date
from crm.groups.forms import TakeForm
from crm.groups.views.blueprint import bp, own_group
from crm.roles.operations import Taker, release_role, take_role
from crm.roles.queries import OwnRole, find_taking_of, list_own_roles
from crm.roles.words import shift


def _wanted(slug: str, on_date: str) -> tuple[Event, EventDate]:
    """A date to come of an event that the group may know of; else 404."""
    event = find_event(representative(), slug) or abort(404)
    one = find_date(event, representative(), read_date(on_date) or abort(404)) or abort(404)
    return (event, one) if one.ends_at > clock.now() and not one.cancelled else abort(404)


@bp.route("/roles/<slug>/<on_date>")
@allowed(Permission.GROUP)
def roles(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """What a date needs people for, and what of it the group has taken."""
    event, one = _wanted(slug, on_date)
    return _page(event, one, {})


@bp.route("/roles/<slug>/<on_date>/<int:role_id>", methods=["POST"])
@allowed(Permission.GROUP)
def take_role_on(coalition: Coalition, slug: str, on_date: str, role_id: int) -> ResponseReturnValue:
    """Take a role for so many people; taken before, it is so many now."""
    event, one = _wanted(slug, on_date)
    own = _own(event, one.on_date, role_id)
    form = TakeForm(prefix=f"role{role_id}")
    if not form.validate_on_submit():
        return _page(event, one, {role_id: form})
    try:
        take_role(representative(), own.role, one.on_date, Taker(own_group()), form.count.data)
    except Refused as refused:
        db.session.rollback()
        form.refuse("count", refused.message)
        return _page(event, one, {role_id: form})
    db.session.commit()
    flash(_("Thank you. The organizers count on you: “%(role)s”.", role=own.role.name), "success")
    return redirect(url_for(".roles", slug=slug, on_date=on_date), 303)


@bp.route("/roles/<slug>/<on_date>/<int:role_id>/release", methods=["POST"])
@allowed(Permission.GROUP)
def give_role_back(coalition: Coalition, slug: str, on_date: str, role_id: int) -> ResponseReturnValue:
    """Give it back, so that others can take it."""
    event, one = _wanted(slug, on_date)
    taking = find_taking_of(_own(event, one.on_date, role_id).role.id, one.on_date, own_group().id)
    if taking is not None:
        release_role(representative(), taking)
        db.session.commit()
        flash(_("It is open to others again. Thank you for telling."), "success")
    return redirect(url_for(".roles", slug=slug, on_date=on_date), 303)


def _own(event: Event, on_date: date, role_id: int) -> OwnRole:
    found = (one for one in list_own_roles(own_group().id, event.id, on_date) if one.role.id == role_id)
    return next(found, None) or abort(404)


def _page(event: Event, one: EventDate, typed: dict[int, TakeForm]) -> ResponseReturnValue:
    own = list_own_roles(own_group().id, event.id, one.on_date)
    forms = {
        role.role.id: typed.get(role.role.id)
        or TakeForm(formdata=None, prefix=f"role{role.role.id}", count=role.mine or 1)
        for role in own
    }
    page = render_template("groups/roles.html", event=event, one=one, roles=own, forms=forms, shift=shift)
    return page, 422 if typed else 200
