"""The mailed link: a page with a button. Opening it changes nothing, however often scanners do so."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.crypto import token_hash
from crm.core.db import db
from crm.core.errors import error_page
from crm.core.permissions import Permission
from crm.core.transactions import set_reading
from crm.core.web import allowed
from crm.demands.queries import list_demands_in_force, words_of
from crm.sign_ons import guard
from crm.sign_ons.decision_forms import PressForm
from crm.sign_ons.models import SignOn, SignOnState
from crm.sign_ons.operations import confirm_sign_on, renew_link
from crm.sign_ons.queries import find_by_token
from crm.sign_ons.views.blueprint import bp, language
from crm.sign_ons.views.drafts import Draft, Stage, go_on, typed_of


@bp.route("/sign-on/confirm/<token>", methods=["GET"])
@allowed(Permission.PUBLIC)
def confirm(coalition: Coalition, token: str) -> ResponseReturnValue:
    """What is confirmed, and the button."""
    sign_on = find_by_token(token)
    return _page(sign_on, token) if sign_on else _unknown()


@bp.route("/sign-on/confirm/<token>", methods=["POST"])
@allowed(Permission.PUBLIC)
def confirm_once(coalition: Coalition, token: str) -> ResponseReturnValue:
    """The button: once, and told so when it is pressed again."""
    fresh = confirm_sign_on(token)
    db.session.commit()
    sign_on = find_by_token(token)
    return _page(sign_on, token, fresh=fresh) if sign_on else _unknown()


@bp.route("/sign-on/correct/<token>", methods=["POST"])
@allowed(Permission.PUBLIC)
def correct_asked(coalition: Coalition, token: str) -> ResponseReturnValue:
    """Back to the form with what was sent; sent again, it takes the place of that, and is confirmed anew."""
    set_reading(True)
    sign_on = find_by_token(token)
    if sign_on is None:
        return _unknown()
    if _stage(sign_on, token) != "open":
        return redirect(url_for(".confirm", token=token), 303)
    in_force = list_demands_in_force(language())
    draft = Draft(Stage.TYPED, typed_of(sign_on, in_force, guard.ticket_of(sign_on.form_key)))
    return go_on(coalition, ".form", draft) or redirect(url_for(".form"), 303)


@bp.route("/sign-on/confirm/<token>/new-link", methods=["POST"])
@allowed(Permission.PUBLIC)
def new_link(coalition: Coalition, token: str) -> ResponseReturnValue:
    """A link that is over is followed by a new one, to the address that it was mailed to."""
    if guard.asks_too_often():
        return error_page(429)
    sign_on = renew_link(coalition, token)
    if sign_on is None:
        return _unknown()
    db.session.commit()
    return redirect(url_for(".confirm", token=token), 303)


def _page(sign_on: SignOn, token: str, *, fresh: bool = False) -> Response:
    stage = _stage(sign_on, token)
    stage = "thanks" if fresh and stage == "confirmed" else stage
    words = [(answer, words_of(answer.version, language())) for answer in sign_on.answers]
    page = render_template(
        "sign_ons/confirm.html", sign_on=sign_on, stage=stage, words=words, token=token, form=PressForm()
    )
    return make_response(page)


def _stage(sign_on: SignOn, token: str) -> str:
    """As far as the sign-on is: to confirm, confirmed, over, or followed by a newer link."""
    if sign_on.state is SignOnState.REPLACED:
        return "replaced"
    if sign_on.state is not SignOnState.UNCONFIRMED:
        return "confirmed"
    if clock.now() >= sign_on.expires_at:
        return "over"
    return "open" if sign_on.token_hash == token_hash(token) else "newer"


def _unknown() -> Response:
    return error_page(
        404,
        _("This link is not one of ours, or what it was for is gone. If you have a newer mail, use that."),
    )
