"""What browsers ask for before they make or show a passkey: JSON for static/js/passkeys.js."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, current_app
from flask.typing import ResponseReturnValue

from crm.accounts.operations.passkeys import Purpose, ask_to_make, ask_to_show, relying_party
from crm.accounts.queries import find_half_sign_in
from crm.accounts.reentry import ReentryForm, own_account
from crm.core import clock, cookies, limits
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed

bp = Blueprint("passkeys", __name__)
bp.add_app_template_global(relying_party, "passkey_host")
MOST_AN_HOUR = 240


@bp.route("/login/passkey", methods=["POST"])
@allowed(Permission.PUBLIC)
def enter() -> ResponseReturnValue:
    """At the door, where nobody has said who they are."""
    if limits.over_limit("passkey.network", limits.network(), most=MOST_AN_HOUR, within=timedelta(hours=1)):
        abort(429)
    return _answer(ask_to_show(Purpose.ENTER, None))


@bp.route("/login/second/passkey", methods=["POST"])
@allowed(Permission.PUBLIC)
def second() -> ResponseReturnValue:
    """After the right password."""
    half = find_half_sign_in(cookies.half_secret() or "", clock.now())
    return _answer(ask_to_show(Purpose.SECOND, half.user_id)) if half else abort(410)


@bp.route("/account/passkeys/again", methods=["POST"])
@allowed(Permission.SIGNED_IN)
def again() -> ResponseReturnValue:
    """Before a deed that asks once more who it is."""
    return _answer(ask_to_show(Purpose.AGAIN, viewer().user_id))


@bp.route("/account/passkeys/make", methods=["POST"])
@allowed(Permission.SIGNED_IN)
def make() -> ResponseReturnValue:
    """To make one, with the password once more: a stranger at an open session must not add their own."""
    form = ReentryForm()
    if not form.is_right():
        errors = [error for field in form for error in field.errors]
        return {"error": str(errors[0]) if errors else ""}, 422
    try:
        return _answer(ask_to_make(own_account()))
    except Refused as error:
        return {"error": str(error.message)}, 422


def _answer(options: str) -> ResponseReturnValue:
    db.session.commit()
    return current_app.response_class(options, mimetype="application/json")
