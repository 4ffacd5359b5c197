"""The morning mail: on and off in one's own account, and ended by one press from the mail."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, open_to_mail_programs, private_page
from crm.mornings import operations

bp = Blueprint("mornings", __name__, url_prefix="/<coalition>")


@bp.route("/organize/mornings/want", methods=["POST"])
@allowed(Permission.OUTREACH_LOG)
def want(coalition: Coalition) -> ResponseReturnValue:
    operations.want_mornings(viewer())
    db.session.commit()
    flash(_("The mail comes at seven in the morning, on days when there is something."), "success")
    return redirect(url_for("accounts.account") + "#mornings", 303)


@bp.route("/organize/mornings/stop", methods=["POST"])
@allowed(Permission.WORKBENCH_VIEW)
def stop(coalition: Coalition) -> ResponseReturnValue:
    operations.stop_mornings(viewer().user_id or 0)
    db.session.commit()
    flash(_("No more morning mail from %(coalition)s.", coalition=coalition.name), "success")
    return redirect(url_for("accounts.account") + "#mornings", 303)


@bp.route("/mornings/leave/<token>", methods=["GET"])
@allowed(Permission.PUBLIC)
def leave_page(coalition: Coalition, token: str) -> ResponseReturnValue:
    """The link at the end of each mail: a page with a button, as scanners open links, too."""
    return private_page(render_template("mornings/leave.html", token=token, done=False))


@bp.route("/mornings/leave/<token>", methods=["POST"])
@allowed(Permission.PUBLIC)
def leave(coalition: Coalition, token: str) -> ResponseReturnValue:
    """No more; the same answer however often it is pressed, from this page or from a mail program."""
    operations.leave(token)
    db.session.commit()
    return private_page(render_template("mornings/leave.html", token=token, done=True))


open_to_mail_programs(bp, leave)
