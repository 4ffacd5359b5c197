"""A new password: by a mailed link, or knowing the old one."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.access.forms import ChangePasswordForm, ForgotForm, NewPasswordForm
from crm.access.operations import change_password, names_of, order_password_link, reset_password
from crm.accounts.models import PasswordReset
from crm.accounts.operations import is_password_of, new_password_hash
from crm.accounts.queries import find_reset, find_user
from crm.accounts.reentry import own_account
from crm.core import clock, cookies, limits
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.forms import normal_mail
from crm.core.permissions import Permission, viewer
from crm.core.transactions import reading
from crm.core.web import allowed

bp = Blueprint("passwords", __name__)
HOUR = timedelta(hours=1)


@bp.route("/password/forgot", methods=["GET", "POST"])
@allowed(Permission.PUBLIC)
def forgot() -> ResponseReturnValue:
    """The same answer, in the same time, whether the address is known or not."""
    form = ForgotForm()
    if not form.validate_on_submit():
        return render_template("access/forgot.html", form=form), 422 if form.is_submitted() else 200
    if limits.over_limit("password.network", limits.network(), most=30, within=HOUR):
        abort(429)
    often = limits.over_limit("password.account", normal_mail(form.email.data), most=5, within=HOUR)
    user = find_user(form.email.data)
    order_password_link(None if often else user)
    db.session.commit()
    return render_template("access/forgot_done.html", email=form.email.data)


@bp.route("/password/<token>", methods=["GET", "POST"])
@allowed(Permission.PUBLIC)
def reset(token: str) -> ResponseReturnValue:
    """Opening the link changes nothing and uses nothing up."""
    with reading():
        waiting = _open_reset(token)
        if waiting is None:
            return make_response(render_template("access/reset_gone.html"), 410)
        own, drops = names_of(waiting.user), waiting.drops_factors
    form = NewPasswordForm()
    if not form.validate_on_submit():
        return _reset_page(form, drops)
    try:
        password_hash = new_password_hash(form.password.data, own)
        reset_password(_open_reset(token), password_hash)
    except Refused as error:
        form.refuse(error.field or "password", error.message)
        return _reset_page(form, drops)
    db.session.commit()
    flash(_("Your new password holds. Sign in with it; every other device has been signed out."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.route("/account/password", methods=["GET", "POST"])
@allowed(Permission.SIGNED_IN)
def change() -> ResponseReturnValue:
    """The former one is asked for again, as the session may be a stranger's by now."""
    form = ChangePasswordForm()
    if not form.validate_on_submit():
        return render_template("access/change_password.html", form=form), 422 if form.is_submitted() else 200
    try:
        ended = _change(form.present.data, form.password.data)
    except Refused as error:
        form.refuse(error.field or "present", error.message)
        return render_template("access/change_password.html", form=form), 422
    flash(_("Your new password holds. Other devices signed out: %(number)s.", number=ended), "success")
    return redirect(url_for("accounts.account"), 303)


def _reset_page(form: NewPasswordForm, drops: bool) -> ResponseReturnValue:
    page = render_template("access/reset.html", form=form, drops=drops)
    return page, 422 if form.is_submitted() else 200


def _open_reset(token: str) -> PasswordReset | None:
    return find_reset(token, clock.now())


def _change(present: str, password: str) -> int:
    """Judge both passwords while no transaction is open, then change; the number of sessions ended."""
    who = viewer()
    if limits.take_turn(limits.Pace("password.change", str(who.user_id), free=8)):
        abort(429)
    if not is_password_of(who, present):
        raise Refused(_("This is not your present password."), "present")
    with reading():
        own = names_of(own_account())
    password_hash = new_password_hash(password, own)
    limits.forget("password.change", str(who.user_id))
    ended = change_password(who, password_hash, but=cookies.present_secret() or "")
    db.session.commit()
    return ended
