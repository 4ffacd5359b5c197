"""The mailed invitation. Opening it changes nothing."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.access import joining
from crm.access.forms import ROLE_NAMES, AcceptForm
from crm.accounts.models import Invitation, User
from crm.accounts.operations import create_user, new_password_hash, open_session
from crm.accounts.queries import find_invitation, find_user
from crm.core import clock, cookies, tenancy
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.navigation import start_url
from crm.core.permissions import Permission, viewer
from crm.core.transactions import reading
from crm.core.web import allowed, serve_within

bp = Blueprint("invitations", __name__)


@bp.route("/invitation/<token>")
@allowed(Permission.PUBLIC)
def show(token: str) -> ResponseReturnValue:
    """Who invites to what; nothing changes."""
    invitation = _invitation(token)
    return _page(invitation, AcceptForm(name=invitation.name), token)


@bp.route("/invitation/<token>/join", methods=["POST"])
@allowed(Permission.PUBLIC)
def join(token: str) -> ResponseReturnValue:
    """A person without an account chooses a name and a password, and is signed in."""
    form = AcceptForm()
    with reading():
        invitation = _invitation(token)
        if _state(invitation) != "new":
            return _page(invitation, form, token)
        if not form.validate():
            return _page(invitation, form, token, 422)
    try:
        secret = _join(token, form)
    except Refused as error:
        form.refuse(error.field or "password", error.message)
        return _page(_invitation(token), form, token, 422)
    cookies.begin(secret, own_device=False)
    flash(_("Welcome to %(coalition)s.", coalition=invitation.coalition.name), "success")
    return redirect(start_url(invitation.coalition.slug), 303)


@bp.route("/invitation/<token>/accept", methods=["POST"])
@allowed(Permission.SIGNED_IN)
def accept(token: str) -> ResponseReturnValue:
    """A person with an account joins with it. A second press says that it is done."""
    invitation = _invitation(token, lock=True)
    if _state(invitation) == "own":
        user = db.session.get_one(User, viewer().user_id)
        joining.accept(invitation, user)
        db.session.commit()
        flash(_("Welcome to %(coalition)s.", coalition=invitation.coalition.name), "success")
        return redirect(start_url(invitation.coalition.slug), 303)
    return _page(invitation, AcceptForm(), token)


def _invitation(token: str, *, lock: bool = False) -> Invitation:
    """The invitation of a link, its coalition entered; 404 for a link that never was one."""
    with tenancy.across_coalitions():
        found = find_invitation(token, lock=lock)
    if found is None:
        abort(404)
    serve_within(found.coalition)
    return found


def _state(invitation: Invitation) -> str:
    """What its reader can do with it: a word that the page knows."""
    if invitation.accepted_at:
        return "accepted"
    if invitation.withdrawn_at:
        return "withdrawn"
    if invitation.expires_at <= clock.now():
        return "expired"
    user = find_user(invitation.email)
    if viewer().signed_in:
        return "own" if user and user.id == viewer().user_id else "other"
    return "known" if user else "new"


def _join(token: str, form: AcceptForm) -> str:
    """Make the account and the membership; the secret of its first session. Raises Refused."""
    with reading():
        asked = _invitation(token)
        own = (asked.email, asked.name, form.name.data, asked.coalition.name, asked.coalition.slug)
    password_hash = new_password_hash(form.password.data, own)
    invitation = _invitation(token, lock=True)
    user = create_user(invitation.email, form.name.data, password_hash=password_hash)
    joining.accept(invitation, user)
    secret = open_session(user, own_device=False)
    db.session.commit()
    return secret


def _page(invitation: Invitation, form: AcceptForm, token: str, status: int = 200) -> ResponseReturnValue:
    inviter = db.session.get(User, invitation.invited_by_id) if invitation.invited_by_id else None
    page = render_template(
        "access/invitation.html",
        invitation=invitation,
        form=form,
        state=_state(invitation),
        inviter=inviter,
        role=ROLE_NAMES[invitation.role],
        token=token,
    )
    return page, status
