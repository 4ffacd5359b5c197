"""The page of the lockdown: its one button, and what is switched on again."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.reentry import ReentryForm, ask_again
from crm.coalitions.models import Coalition
from crm.core import cookies
from crm.core.db import db
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.lockdown.operations import lift, lock_down
from crm.lockdown.parts import AGAIN, STOPPED, TITLES, Part

bp = Blueprint("lockdown", __name__, url_prefix="/<coalition>/organize/settings/lockdown")


@bp.route("")
@allowed(Permission.SETTINGS_EDIT)
def index(coalition: Coalition) -> ResponseReturnValue:
    """What it does, or what is stopped and what is on again."""
    return render_template("lockdown/index.html", parts=Part, titles=TITLES, stopped=STOPPED)


@bp.route("/start", methods=["POST"])
@allowed(Permission.SETTINGS_EDIT)
def start(coalition: Coalition) -> ResponseReturnValue:
    """After the password once more. Pressed twice, all is stopped twice, which is once."""
    again = ReentryForm()
    if not again.is_right():
        impact = _(
            "Everybody but you is signed out at once, the groups too. Private feeds, invitations and links "
            "that were mailed end for good. Nothing can be exported. The public pages stay. The other "
            "coordinators get a mail."
        )
        title = _("Lock the coalition down")
        return ask_again(again, title, impact, _("Lock down now"), url_for(".index"))
    lock_down(viewer(), but=cookies.present_secret() or "")
    db.session.commit()
    flash(_("Locked down. Look at the people and the audit, then switch on again what you need."), "success")
    return redirect(url_for(".index"), 303)


@bp.route("/lift", methods=["POST"])
@allowed(Permission.SETTINGS_EDIT)
def lift_part(coalition: Coalition) -> ResponseReturnValue:
    """One part is on again, after the password once more."""
    part = next((one for one in Part if one == request.form.get("part")), None) or abort(422)
    again = ReentryForm()
    if not again.is_right():
        title = _("Switch on again: %(part)s", part=TITLES[part])
        return ask_again(again, title, str(AGAIN[part]), _("Switch on"), url_for(".index"), part=part.value)
    lift(viewer(), part)
    db.session.commit()
    flash(_("Switched on again: %(part)s.", part=TITLES[part]), "success")
    return redirect(url_for(".index"), 303)
