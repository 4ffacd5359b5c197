"""The second step of signing in: after the password a passkey, or a code."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.access.factor_operations import FEW, note_recovery_code
from crm.access.forms import SecondStepForm
from crm.accounts.models import HalfSignIn
from crm.accounts.operations.entering import let_in
from crm.accounts.operations.factors import end_half, use_code
from crm.accounts.operations.passkeys import Purpose, check_passkey, relying_party
from crm.accounts.queries import count_recovery_codes, find_half_sign_in, list_passkeys
from crm.core import clock, cookies, limits
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission
from crm.core.web import allowed, safe_next

bp = Blueprint("second_step", __name__)
# Codes of six digits are guessed sooner than passwords: fewer tries are free.
FREE_TRIES = 5


@bp.route("/login/second")
@allowed(Permission.PUBLIC)
def show() -> ResponseReturnValue:
    half = _half()
    if half is None:
        return redirect(url_for("accounts.sign_in"))
    return _page(half, SecondStepForm(next=request.args.get("next", "")))


@bp.route("/login/second", methods=["POST"])
@allowed(Permission.PUBLIC)
def go_on() -> ResponseReturnValue:
    """A passkey, a code of the app, or one of those on paper."""
    half, form = _half(), SecondStepForm()
    if half is None:
        flash(_("That took more than 10 minutes. Sign in again."), "error")
        return redirect(url_for("accounts.sign_in"), 303)
    # The request's own lock is given back, as a try is counted by itself.
    db.session.commit()
    pace = limits.Pace("sign_in.second", str(half.user_id), free=FREE_TRIES)
    if wait := limits.take_turn(pace):
        return _wait(half, form, wait)
    if not _shown(half, form):
        return _page(half, form, 422)
    limits.forget(pace.form, pace.subject)
    return _enter(half, form)


def _half() -> HalfSignIn | None:
    return find_half_sign_in(cookies.half_secret() or "", clock.now())


def _shown(half: HalfSignIn, form: SecondStepForm) -> bool:
    """Whether what was sent is right; what is wrong stands beside the field. Commits what it used up."""
    try:
        if form.credential.data and form.credential.validate(form):
            check_passkey(form.credential.data, Purpose.SECOND, half.user_id)
        elif not form.validate():
            return False
        elif (kind := use_code(half.user_id, form.code.data)) is None:
            raise Refused(_("This code is not right, or it was used already."))
        elif kind == "recovery":
            note_recovery_code(half.user)
    except Refused as error:
        db.session.rollback()
        form.refuse("code", error.message)
        return False
    db.session.commit()
    return True


def _enter(half: HalfSignIn, form: SecondStepForm) -> ResponseReturnValue:
    user, own_device = half.user, half.own_device
    end_half(cookies.half_secret() or "")
    target = safe_next(form.next.data, let_in(user, own_device=own_device))
    left = count_recovery_codes(user.id)
    if left < FEW:
        flash(
            ngettext(
                "You have %(num)s recovery code left. Make new ones under “Your account”.",
                "You have %(num)s recovery codes left. Make new ones under “Your account”.",
                left,
            )
        )
    return redirect(target, 303)


def _page(half: HalfSignIn, form: SecondStepForm, status: int = 200) -> ResponseReturnValue:
    has_passkeys = relying_party() is not None and bool(list_passkeys(half.user_id))
    return render_template("access/second_step.html", form=form, has_passkeys=has_passkeys), status


def _wait(half: HalfSignIn, form: SecondStepForm, seconds: int) -> ResponseReturnValue:
    text = ngettext(
        "Too many tries. Wait %(num)s second, then try again.",
        "Too many tries. Wait %(num)s seconds, then try again.",
        seconds,
    )
    form.refuse("code", text)
    response = make_response(_page(half, form, 429))
    response.headers["Retry-After"] = str(seconds)
    return response
