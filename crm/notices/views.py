"""Mail me changes: asked for, confirmed from the mailbox, ended at one press."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.limits import network, over_limit
from crm.core.permissions import Permission
from crm.core.tickets import is_unhurried, read_ticket
from crm.core.web import allowed, open_to_mail_programs, private_page
from crm.events.models import EventKind
from crm.notices import operations
from crm.notices.forms import SubscribeForm
from crm.notices.queries import list_public_areas
from crm.organizations.queries import mail_index

bp = Blueprint("changes", __name__, url_prefix="/<coalition>/calendar/changes")
HOUR = timedelta(hours=1)
MOST_OF_A_NETWORK, MOST_TO_AN_ADDRESS = 60, 4


@bp.route("", methods=["GET", "POST"])
@allowed(Permission.PUBLIC)
def subscribe(coalition: Coalition) -> ResponseReturnValue:
    """The form. What it answers tells nothing of what is known of an address."""
    too_much = request.method == "POST" and _asks_too_much(request.form.get("email", ""))
    form = SubscribeForm()
    form.offer(list(EventKind), list_public_areas())
    if not form.validate_on_submit():
        return _page(form)
    key = read_ticket(form.ticket.data or "")
    if key is None or not is_unhurried(form.ticket.data or ""):
        return _page(form, 422, hurried=True)
    if too_much:
        return _page(form, 429, wait=True)
    operations.subscribe(coalition, key, form.email.data, form.kinds.data, form.areas.data, str(get_locale()))
    db.session.commit()
    return redirect(url_for(".sent"), 303)


@bp.route("/sent")
@allowed(Permission.PUBLIC)
def sent(coalition: Coalition) -> ResponseReturnValue:
    """The same for everybody."""
    return render_template("notices/sent.html")


@bp.route("/confirm/<token>", methods=["GET"])
@allowed(Permission.PUBLIC)
def confirm_page(coalition: Coalition, token: str) -> ResponseReturnValue:
    """The mailed link: a page with a button."""
    return private_page(render_template("notices/confirm.html", token=token, done=None))


@bp.route("/confirm/<token>", methods=["POST"])
@allowed(Permission.PUBLIC)
def confirm(coalition: Coalition, token: str) -> ResponseReturnValue:
    """From now on."""
    done = operations.confirm(token)
    db.session.commit()
    return private_page(render_template("notices/confirm.html", token=token, done=done))


@bp.route("/leave/<token>", methods=["GET"])
@allowed(Permission.PUBLIC)
def leave_page(coalition: Coalition, token: str) -> ResponseReturnValue:
    """The link at the end of each mail: a page with a button, as scanners open links, too."""
    return private_page(render_template("notices/leave.html", token=token, done=False))


@bp.route("/leave/<token>", methods=["POST"])
@allowed(Permission.PUBLIC)
def leave(coalition: Coalition, token: str) -> ResponseReturnValue:
    """No more; the same answer however often it is pressed, from this page or from a mail program."""
    operations.leave(token)
    db.session.commit()
    return private_page(render_template("notices/leave.html", token=token, done=True))


open_to_mail_programs(bp, leave)


def _page(form: SubscribeForm, status: int | None = None, **notices: object) -> ResponseReturnValue:
    form.renew()
    page = render_template("notices/subscribe.html", form=form, **notices)
    return page, status or (422 if form.errors else 200)


def _asks_too_much(address: str) -> bool:
    """Count one asking; whether it is one too many for the network, or for the mailbox that it names."""
    by_network = over_limit("changes.network", network(), most=MOST_OF_A_NETWORK, within=HOUR)
    mailbox = mail_index(address).hex()
    return over_limit("changes.address", mailbox, most=MOST_TO_AN_ADDRESS, within=HOUR) or by_network
