"""For organizers: how many come, how many can; for hosts: who."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, viewer
from crm.core.spreadsheet import MARK, csv_lines
from crm.core.web import allowed
from crm.events.models import Event
from crm.events.operations import name_on_event
from crm.events.queries import EventDate, find_event_on
from crm.organizations.operations.lists import note_figures
from crm.rsvps.forms import PlacesForm
from crm.rsvps.operations import reveal_rsvps, set_places
from crm.rsvps.queries import is_host, list_rsvps, room_on
from crm.rsvps.words import STATE_NAMES

bp = Blueprint("coming", __name__, url_prefix="/<coalition>/organize/events/<slug>/<on_date>/coming")


@bp.route("/places", methods=["GET", "POST"])
@allowed(Permission.EVENT_EDIT)
def places(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """How many can come to this date, or to each."""
    event, one = _wanted(slug, on_date)
    room = room_on(event.id, one.on_date)
    form = PlacesForm(places=room.places)
    if form.validate_on_submit():
        day = None if form.every_date.data and one.is_series else one.on_date
        try:
            set_places(viewer(), coalition, event, day, form.places.data)
            db.session.commit()
            flash(_("Saved."), "success")
            return _back(event, one)
        except Refused as refused:
            db.session.rollback()
            form.refuse("places", refused.message)
    page = render_template("rsvps/places.html", event=event, one=one, form=form, room=room)
    return page, 422 if form.errors else 200


@bp.route("/people", methods=["POST"])
@allowed(Permission.CONTACT_REVEAL)
def people(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """Names and addresses, for hosts: looking at them is a POST, and noted."""
    event, one = _wanted(slug, on_date)
    if not is_host(viewer(), event):
        abort(403)
    rsvps = list(list_rsvps(event.id, one.on_date))
    reveal_rsvps(viewer(), event, rsvps)
    page = render_template(
        "rsvps/people.html", event=event, one=one, rsvps=rsvps, room=room_on(event.id, one.on_date)
    )
    db.session.commit()
    return page


@bp.route("/host", methods=["POST"])
@allowed(Permission.EVENT_WIDEN)
def host(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """A coordinator hosts it from now on, as well: it is noted, and its people are shown to them."""
    event, one = _wanted(slug, on_date)
    name_on_event(viewer(), event, viewer().user_id or abort(403))
    db.session.commit()
    flash(_("You are one of its hosts now."), "success")
    return _back(event, one)


@bp.route("/list.csv", methods=["POST"])
@allowed(Permission.LIST_CSV)
def as_csv(coalition: Coalition, slug: str, on_date: str) -> Response:
    """The answers as a sheet, without who gave them. A POST: that it was taken is noted."""
    event, one = _wanted(slug, on_date)
    rows = [
        (n, r.people, STATE_NAMES[r.state], r.created_at.astimezone(coalition.zone).date().isoformat())
        for n, r in enumerate(list_rsvps(event.id, one.on_date), 1)
    ]
    head = (_("Number"), _("People"), _("Answer"), _("Said on"))
    note_figures(viewer(), "coming.csv", event)
    db.session.commit()
    response = Response(MARK + csv_lines([head, *rows]), mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename=coming-{one.on_date.isoformat()}.csv"
    return response


def _wanted(slug: str, on_date: str) -> tuple[Event, EventDate]:
    return find_event_on(viewer(), slug, on_date) or abort(404)


def _back(event: Event, one: EventDate) -> ResponseReturnValue:
    address = url_for("events.show_date", slug=event.slug, on_date=one.on_date.isoformat())
    return redirect(f"{address}#coming", 303)
