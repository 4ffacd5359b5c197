"""The page of one member's devices and addresses, for coordinators: each ended by itself, or all at once."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.models import User
from crm.accounts.reentry import ReentryForm, ask_again
from crm.coalitions.models import Coalition, Membership
from crm.core.db import db
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.lockdown.devices import ALL, FEED, LINKS, end_openings, find_openings

bp = Blueprint(
    "member_devices", __name__, url_prefix="/<coalition>/organize/settings/members/<int:member_id>/devices"
)


@bp.route("")
@allowed(Permission.MEMBER_INVITE)
def index(coalition: Coalition, member_id: int) -> ResponseReturnValue:
    """Where a member is signed in, and what else opens the coalition for them. One's own: the account."""
    member = _member(member_id)
    if member.user_id == viewer().user_id:
        return redirect(url_for("accounts.account") + "#devices")
    person = db.session.get_one(User, member.user_id)
    return render_template(
        "lockdown/devices.html", member=member, person=person, found=find_openings(member), all=ALL
    )


@bp.route("/end", methods=["POST"])
@allowed(Permission.MEMBER_INVITE)
def end(coalition: Coalition, member_id: int) -> ResponseReturnValue:
    """End one of it, or all, after the password once more. Ended twice is ended."""
    again = ReentryForm()
    right, member, what = again.is_right(), _member(member_id), request.form.get("what", "")
    if member.user_id == viewer().user_id:
        return redirect(url_for("accounts.account") + "#devices", 303)
    if not right:
        return _ask(again, member, what)
    end_openings(viewer(), member, what)
    db.session.commit()
    flash(_("Ended. They and the other coordinators get a mail."), "success")
    return redirect(url_for(".index", member_id=member_id), 303)


def _member(member_id: int) -> Membership:
    return db.session.get(Membership, member_id) or abort(404)


def _ask(again: ReentryForm, member: Membership, what: str) -> ResponseReturnValue:
    back = url_for(".index", member_id=member.id)
    if not find_openings(member, what):
        flash(_("That has ended already."), "success")
        return redirect(back, 303)
    person = db.session.get_one(User, member.user_id)
    title = _("End what opens the coalition for %(name)s", name=person.name)
    return ask_again(again, title, _impact(what), _("End it"), back, what=what)


def _impact(what: str) -> str:
    if what == FEED:
        ends = _("Their calendar app gets nothing new any more, until they make a new address.")
    elif what == LINKS:
        ends = _("The links that were mailed to them lead nowhere; they can ask for a new one.")
    elif what != ALL:
        ends = _("The device is signed out at once, of their other coalitions too.")
    else:
        ends = _(
            "All their devices are signed out at once, of their other coalitions too; the address of their "
            "calendar feed and mailed links end. They can sign in again."
        )
    return f"{ends} {_('They and the other coordinators get a mail.')}"
