"""The morning mail: on and off in one's own account, and ended by one press from the mail."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.mornings import operations

bp = Blueprint("mornings", __name__, url_prefix="/<coalition>")


@bp.record_once
def _let_mail_programs_in(state: BlueprintSetupState) -> None:
    """Who reads mail presses "unsubscribe" in a program of theirs, which has no form of ours (RFC 8058)."""
    state.app.extensions["csrf"].exempt(f"{__name__}.{leave.__name__}")


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
    return _private(render_template("mornings/leave.html", token=token, done=False))


@bp.route("/mornings/leave/<token>", methods=["POST"])
@allowed(Permission.PUBLIC)
def leave(coalition: Coalition, token: str) -> ResponseReturnValue:
    """No more; the same answer however often it is pressed, from this page or from a mail program."""
    operations.leave(token)
    db.session.commit()
    return _private(render_template("mornings/leave.html", token=token, done=True))


def _private(page: str) -> Response:
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
