"""Saying that one comes to a date: without an account, without JavaScript."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import ANONYMOUS, Permission
from crm.core.tickets import is_unhurried, read_ticket
from crm.core.web import allowed
from crm.events.models import Event
from crm.events.queries import EventDate, find_event
from crm.events.recurrence import read_date
from crm.rsvps import guard
from crm.rsvps.forms import RsvpForm
from crm.rsvps.operations import say_coming
from crm.rsvps.queries import find_open_date, link_token, room_on

bp = Blueprint("rsvps", __name__, url_prefix="/<coalition>")


@bp.route("/events/<slug>/<on_date>/rsvp", methods=["GET", "POST"])
@allowed(Permission.PUBLIC)
def say(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """The form, and what becomes of it."""
    # Counted in a transaction of its own, so before any other.
    too_much = request.method == "POST" and guard.says_too_much(request.form.get("email", ""))
    event, one = _public_date(slug, on_date)
    form = RsvpForm()
    if request.method == "GET" and "people" in request.args:
        form.people.process(request.args)
    if request.method == "GET" or not form.check():
        return _page(event, one, form)
    key = read_ticket(form.ticket.data or "")
    if key is None or not is_unhurried(form.ticket.data or ""):
        return _page(event, one, form, 422, hurried=True)
    if too_much:
        return _wait(event, one, form)
    return _say(coalition, event, one, key, form)


def _say(coalition: Coalition, event: Event, one: EventDate, key: str, form: RsvpForm) -> ResponseReturnValue:
    try:
        rsvp = say_coming(coalition, event, one, key, form.coming(str(get_locale())))
        db.session.commit()
    except Refused:
        # The page says why: it is told of the date itself.
        db.session.rollback()
        return _page(event, one, form, 409)
    if form.email.data:
        return redirect(url_for(".sent", slug=event.slug, on_date=one.on_date.isoformat()), 303)
    return redirect(url_for(".show", token=link_token(rsvp)), 303)


@bp.route("/events/<slug>/<on_date>/rsvp/sent")
@allowed(Permission.PUBLIC)
def sent(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """Where it goes on by mail; the same for everybody, whatever is known of the address."""
    event, one = _public_date(slug, on_date)
    return render_template("rsvps/sent.html", event=event, one=one)


def _page(
    event: Event, one: EventDate, form: RsvpForm, status: int | None = None, **notices: object
) -> ResponseReturnValue:
    form.renew()
    page = render_template(
        "rsvps/form.html",
        event=event,
        one=one,
        form=form,
        room=room_on(event.id, one.on_date),
        over=one.ends_at <= clock.now(),
        **notices,
    )
    return page, status or (422 if form.errors else 200)


def _wait(event: Event, one: EventDate, form: RsvpForm) -> Response:
    response = make_response(_page(event, one, form, 429, wait=True))
    response.headers["Retry-After"] = "900"
    return response


def _public_date(slug: str, on_date: str) -> tuple[Event, EventDate]:
    event = find_event(ANONYMOUS, slug) or abort(404)
    day = read_date(on_date) or abort(404)
    return event, find_open_date(event, day) or abort(404)
