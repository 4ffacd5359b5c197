"""One's own passkeys, app for codes and recovery codes: setting up, naming, taking away."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.access import factor_operations
from crm.access.forms import AppForm, PasskeyForm
from crm.access.requirement import is_needed
from crm.accounts.models import Passkey, User
from crm.accounts.operations.codes import new_secret, opened_secret, picture
from crm.accounts.operations.landing import landing_url
from crm.accounts.operations.passkeys import relying_party
from crm.accounts.queries import count_recovery_codes, find_code_app, list_passkeys
from crm.accounts.reentry import ReentryForm, ask_again, own_account
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission
from crm.core.web import allowed

bp = Blueprint("factors", __name__, url_prefix="/account/second-step")


@bp.route("/")
@allowed(Permission.SIGNED_IN)
def index() -> ResponseReturnValue:
    return _index(PasskeyForm())


@bp.route("/passkeys", methods=["POST"])
@allowed(Permission.SIGNED_IN)
def add_passkey() -> ResponseReturnValue:
    """What the browser made, after it was asked for at `passkeys.make` with the password once more."""
    form, user = PasskeyForm(), own_account()
    if not form.validate():
        return _index(form, 422)
    try:
        codes = factor_operations.add_passkey(user, form.credential.data, form.label.data)
    except Refused as error:
        db.session.rollback()
        form.refuse("label", error.message)
        return _index(form, 422)
    db.session.commit()
    return _added(user, codes, _("The passkey holds. From now on you can sign in with it alone."))


@bp.route("/passkeys/<int:passkey_id>/name", methods=["POST"])
@allowed(Permission.SIGNED_IN)
def rename(passkey_id: int) -> ResponseReturnValue:
    form = PasskeyForm()
    if not form.validate():
        flash(_("A name of up to %(number)s characters, please.", number=PasskeyForm.LONGEST), "error")
        return redirect(url_for(".index"), 303)
    factor_operations.rename_passkey(own_account(), passkey_id, form.label.data)
    db.session.commit()
    return _done(_("Saved."))


@bp.route("/passkeys/<int:passkey_id>/remove", methods=["POST"])
@allowed(Permission.SIGNED_IN)
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    form = ReentryForm()
    if not form.is_right():
        key, user = db.session.get(Passkey, passkey_id), own_account()
        label = key.label if key and key.user_id == user.id else ""
        return _ask(
            form, _("Remove the passkey “%(name)s”", name=label), _("Nobody can sign in with it any more.")
        )
    return _remove(lambda user, needed: factor_operations.remove_passkey(user, passkey_id, needed=needed))


@bp.route("/app", methods=["GET", "POST"])
@allowed(Permission.SIGNED_IN)
def app() -> ResponseReturnValue:
    """The square to scan; the app is kept once its first code is right."""
    form = AppForm()
    if not form.is_submitted():
        form.sealed.data = new_secret(own_account())
        return _app(form)
    if not form.is_right():
        return _app(form, 422)
    user = own_account()
    try:
        codes = factor_operations.add_app(user, form.sealed.data, form.code.data)
    except Refused as error:
        db.session.rollback()
        form.refuse("code", error.message)
        return _app(form, 422)
    db.session.commit()
    return _added(user, codes, _("The app is set up. Its code is asked for after the password."))


@bp.route("/app/remove", methods=["POST"])
@allowed(Permission.SIGNED_IN)
def remove_app() -> ResponseReturnValue:
    form = ReentryForm()
    if not form.is_right():
        return _ask(form, _("Remove the app"), _("Its codes do not hold any more."))
    return _remove(lambda user, needed: factor_operations.remove_app(user, needed=needed))


@bp.route("/codes", methods=["POST"])
@allowed(Permission.SIGNED_IN)
def renew_codes() -> ResponseReturnValue:
    form = ReentryForm()
    if not form.is_right():
        impact = _("You get ten new ones. The former ones do not hold any more.")
        return _ask(form, _("New recovery codes"), impact, _("Make new ones"))
    user = own_account()
    if user.factor_since is None:
        return _done(_("Set up a passkey or an app first."))
    codes = factor_operations.renew_recovery_codes(user)
    db.session.commit()
    return _codes(user, codes)


def _index(form: PasskeyForm, status: int = 200) -> ResponseReturnValue:
    user = own_account()
    page = render_template(
        "access/factors.html",
        form=form,
        again=ReentryForm(formdata=None),
        passkeys=list_passkeys(user.id),
        app=find_code_app(user.id),
        codes_left=count_recovery_codes(user.id),
        possible=relying_party() is not None,
        needed=is_needed(user),
        user=user,
    )
    return page, status


def _app(form: AppForm, status: int = 200) -> ResponseReturnValue:
    user = own_account()
    try:
        secret = opened_secret(user, form.sealed.data or "")
    except Refused:
        form.sealed.data = new_secret(user)
        secret = opened_secret(user, form.sealed.data)
    typed = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    page = render_template("access/code_app.html", form=form, picture=picture(user, secret), secret=typed)
    return page, status


def _added(user: User, codes: list[str], text: str) -> ResponseReturnValue:
    """With the first factor come codes on paper, shown this once."""
    if not codes:
        return _done(text)
    flash(text, "success")
    return _codes(user, codes)


def _codes(user: User, codes: list[str]) -> ResponseReturnValue:
    return render_template("access/recovery_codes.html", codes=codes, user=user, onward=landing_url(user.id))


def _ask(form: ReentryForm, title: str, impact: str, button: str | None = None) -> ResponseReturnValue:
    return ask_again(form, title, impact, button or _("Remove"), url_for(".index"))


def _remove(remove: Any) -> ResponseReturnValue:
    user = own_account()
    try:
        remove(user, is_needed(user))
    except Refused as error:
        db.session.rollback()
        flash(str(error.message), "error")
        return redirect(url_for(".index"), 303)
    db.session.commit()
    return _done(_("Removed."))


def _done(text: str) -> ResponseReturnValue:
    flash(text, "success")
    return redirect(url_for(".index"), 303)
