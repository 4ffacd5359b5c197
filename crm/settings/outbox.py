"""The demo's outbox: nothing leaves a demo, so its mail is read here."""

from __future__ import annotations

import ipaddress

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from crm.accounts.queries import list_members
from crm.coalitions.models import Coalition
from crm.coalitions.queries import find_demo
from crm.core.permissions import Permission, Role, viewer
from crm.core.tenancy import in_coalition
from crm.core.web import allowed, serve_within
from crm.mail.models import OutgoingMail
from crm.mail.queries import list_unsent

bp = Blueprint("outbox", __name__)
MOST = 200


@bp.route("/outbox")
@allowed(Permission.SIGNED_IN)
def index() -> ResponseReturnValue:
    """On loopback alone, to a coordinator of the demo alone; anybody else gets what does not exist."""
    demo = find_demo() if current_app.config["DEMO"] and _on_loopback() else None
    if demo is None:
        abort(404)
    with in_coalition(demo.id):
        roles = {user.id: member.role for user, member in list_members()}
    if roles.get(viewer().user_id or 0) is not Role.COORDINATOR:
        abort(404)
    serve_within(demo)
    mails = [mail for mail in list_unsent(MOST) if _is_of_the_demo(mail, demo, set(roles))]
    return render_template("settings/outbox.html", mails=mails)


def _on_loopback() -> bool:
    """Asked from this machine, and not through a proxy on it."""
    forwarded = {"X-Forwarded-For", "Forwarded", "Via", "X-Real-Ip"} & set(request.headers.keys())
    try:
        return not forwarded and ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _is_of_the_demo(mail: OutgoingMail, demo: Coalition, people: set[int]) -> bool:
    """Of the demo, or about the password of one of its people: never of a real coalition beside it."""
    if mail.coalition_id is not None:
        return mail.coalition_id == demo.id
    subject, _, number = mail.about.partition(":")
    return subject == "password" and number.isdigit() and int(number) in people
