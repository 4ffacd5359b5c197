"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.accounts import throttle
from crm.accounts.forms import DeviceForm, ProfileForm, SignInForm
from crm.accounts.models import User
from crm.accounts.operations import (
    close_own_session,
    close_session,
    close_sessions,
    edit_profile,
    find_user_by_password,
    name_own_session,
)
from crm.accounts.operations.entering import let_in
from crm.accounts.operations.factors import begin_half
from crm.accounts.operations.landing import landing_url
from crm.accounts.operations.passkeys import Purpose, check_passkey
from crm.accounts.queries import find_own_session, list_sessions
from crm.core import contributions, cookies
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, safe_next

bp = Blueprint("accounts", __name__)


@bp.route("/login", methods=["GET", "POST"])
@allowed(Permission.PUBLIC)
def sign_in() -> ResponseReturnValue:
    form = SignInForm(next=request.args.get("next", ""))
    user_id = viewer().user_id
    if request.method == "GET" and user_id is not None:
        return redirect(safe_next(form.next.data, landing_url(user_id)))
    if form.is_submitted() and form.credential.data:
        return _enter_by_passkey(form)
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), 422 if form.is_submitted() else 200
    if wait := throttle.wait_to_sign_in(form.email.data):
        return _wait(form, wait)
    user = find_user_by_password(form.email.data, form.password.data)
    if user is None:
        form.refuse("password", _("The address or the password is not right."))
        return render_template("accounts/sign_in.html", form=form), 422
    throttle.forget_tries(form.email.data)
    return _go_on(user, form)


@bp.route("/logout", methods=["POST"])
@allowed(Permission.PUBLIC)
def sign_out() -> ResponseReturnValue:
    if secret := cookies.present_secret():
        close_session(secret)
        db.session.commit()
    cookies.end()
    flash(_("You are signed out."), "success")
    return redirect(url_for(".sign_in"), 303)


@bp.route("/account/", methods=["GET", "POST"])
@allowed(Permission.SIGNED_IN)
def account() -> ResponseReturnValue:
    user = db.session.get_one(User, viewer().user_id)
    form = ProfileForm(name=user.name, language=user.language or "")
    if form.validate_on_submit():
        edit_profile(user, form.name.data, form.language.data or None)
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for(".account"), 303)
    here = find_own_session(cookies.present_secret() or "")
    page = render_template(
        "accounts/account.html",
        form=form,
        user=user,
        devices=list_sessions(user.id),
        here=here.id if here else None,
        sections=[part(viewer()) for part in contributions.account_sections],
    )
    return page, 422 if form.is_submitted() else 200


@bp.route("/account/devices/<int:session_id>/end", methods=["POST"])
@allowed(Permission.SIGNED_IN)
def end_device(session_id: int) -> ResponseReturnValue:
    """Ended twice is ended; another person's device is not known of."""
    close_own_session(viewer(), session_id)
    db.session.commit()
    flash(_("That device is signed out."), "success")
    return redirect(url_for(".account") + "#devices", 303)


@bp.route("/account/devices/<int:session_id>/name", methods=["POST"])
@allowed(Permission.SIGNED_IN)
def name_device(session_id: int) -> ResponseReturnValue:
    """What its owner calls a device; nothing when it is not theirs or has ended."""
    form = DeviceForm()
    if not form.validate():
        flash(_("A name of up to %(number)s characters, please.", number=DeviceForm.LONGEST), "error")
        return redirect(url_for(".account") + "#devices", 303)
    name_own_session(viewer(), session_id, form.label.data)
    here = find_own_session(cookies.present_secret() or "")
    if here is not None and here.id == session_id:
        cookies.name_browser(form.label.data or None)
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect(url_for(".account") + "#devices", 303)


@bp.route("/account/devices/end-others", methods=["POST"])
@allowed(Permission.SIGNED_IN)
def end_other_devices() -> ResponseReturnValue:
    user = db.session.get_one(User, viewer().user_id)
    ended = close_sessions(user, but=cookies.present_secret() or "")
    db.session.commit()
    flash(
        ngettext("%(num)s other device is signed out.", "%(num)s other devices are signed out.", ended),
        "success",
    )
    return redirect(url_for(".account") + "#devices", 303)


def _enter_by_passkey(form: SignInForm) -> ResponseReturnValue:
    """A passkey is something that somebody has and knows: nothing more is asked for."""
    try:
        if not form.credential.validate(form):
            raise Refused(form.credential.errors[0])
        user = check_passkey(form.credential.data, Purpose.ENTER).user
    except Refused as error:
        db.session.rollback()
        form.form_errors.append(str(error.message))
        return render_template("accounts/sign_in.html", form=form), 422
    return redirect(safe_next(form.next.data, let_in(user, own_device=form.own_device.data)), 303)


def _go_on(user: User, form: SignInForm) -> ResponseReturnValue:
    """In, or to the page that asks for a passkey or a code."""
    if user.factor_since is None:
        return redirect(safe_next(form.next.data, let_in(user, own_device=form.own_device.data)), 303)
    secret = begin_half(user, own_device=form.own_device.data)
    db.session.commit()
    cookies.begin_half(secret)
    return redirect(url_for("second_step.show", next=form.next.data or None), 303)


def _wait(form: SignInForm, seconds: int) -> ResponseReturnValue:
    text = ngettext(
        "Too many tries. Wait %(num)s second, then try again; or ask for a new password.",
        "Too many tries. Wait %(num)s seconds, then try again; or ask for a new password.",
        seconds,
    )
    form.refuse("password", text)
    response = make_response(render_template("accounts/sign_in.html", form=form), 429)
    response.headers["Retry-After"] = str(seconds)
    return response
