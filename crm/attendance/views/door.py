"""The sign-in page at the door: no account, one date alone, without JavaScript too."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.attendance import operations, queries
from crm.attendance.forms import DoorForm
from crm.attendance.models import SignInPage
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.limits import network, over_limit
from crm.core.permissions import ANONYMOUS, Permission
from crm.core.web import allowed
from crm.demands.queries import list_public_names
from crm.events.models import Event
from crm.events.queries import EventDate, find_date
from crm.events.rights import OPEN
from crm.rsvps.queries import load_event

bp = Blueprint("door", __name__, url_prefix="/<coalition>/sign-in")
# Groups that may be chosen: those that everybody can read at /endorsers, the first so many of each kind.
NAMED_OF_A_KIND = 60
# A hall full of people comes from one network.
MOST_OF_A_NETWORK = 1_200
HOUR = timedelta(hours=1)
# A hall without a network: so long after the night the devices that were at the door may send what they kept.
LATE = timedelta(days=3)


def _wanted(token: str) -> tuple[SignInPage, Event, EventDate]:
    """The page of an address, and its date; 404 for one that never was."""
    page = queries.find_page(token) or abort(404)
    event = load_event(page.event_id)
    return page, event, find_date(event, ANONYMOUS, page.on_date) or abort(404)


@bp.route("/<token>")
@allowed(Permission.PUBLIC)
def show(coalition: Coalition, token: str) -> ResponseReturnValue:
    """Who are you, how many?"""
    page, event, one = _wanted(token)
    return _page(page, event, one, DoorForm(formdata=None), thanks="thanks" in request.args)


@bp.post("/<token>")
@allowed(Permission.PUBLIC)
def take(coalition: Coalition, token: str) -> ResponseReturnValue:
    """Somebody is here: answered once it is kept, and kept once."""
    page, event, one = _wanted(token)
    if not (_is_open(page) or (_is_script() and _takes_late(page))):
        return (jsonify(closed=True), 410) if _is_script() else _page(page, event, one, DoorForm())
    if over_limit("door.network", network(), most=MOST_OF_A_NETWORK, within=HOUR):
        abort(429)
    form = DoorForm()
    if not form.validate():
        errors = {field.name: str(field.errors[0]) for field in form if field.errors}
        return (jsonify(errors=errors), 422) if _is_script() else _page(page, event, one, form)
    operations.sign_in(coalition, page, event, one, form.arrival)
    db.session.commit()
    return jsonify(kept=True) if _is_script() else redirect(url_for(".show", token=token, thanks=1), 303)


def _is_script() -> bool:
    return request.headers.get("Accept") == "application/json"


def _is_open(page: SignInPage) -> bool:
    return page.closed_at is None and page.ends_at > clock.now()


def _takes_late(page: SignInPage) -> bool:
    """Whether what devices kept is taken still: not where a host closed it before its night was over."""
    by_hand = page.closed_at is not None and page.closed_at < page.ends_at
    return not by_hand and page.ends_at + LATE > clock.now()


def _page(
    page: SignInPage, event: Event, one: EventDate, form: DoorForm, *, thanks: bool = False
) -> ResponseReturnValue:
    if not _is_open(page):
        late = form if _takes_late(page) else None
        return render_template("attendance/closed.html", one=one, page=page, form=late), 410
    html = render_template(
        "attendance/door.html",
        page=page,
        one=one,
        # What is not public is not named to whoever photographs a code.
        title=event.title if event.visibility in OPEN and event.published_at else None,
        form=form,
        groups=list_public_names(NAMED_OF_A_KIND),
        thanks=thanks,
    )
    return html, 422 if form.errors else 200
