"""The public names that groups ask for; a coordinator decides."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.groups.forms import DeclineNameForm, PressForm
from crm.groups.operations.listing import accept_name, decline_name
from crm.groups.queries import count_waiting_names, find_name_request, list_namesakes, list_waiting_names

bp = Blueprint("group_names", __name__, url_prefix="/<coalition>/organize/sign-ons/names")
MOST = 50


@bp.app_context_processor
def counts() -> dict[str, object]:
    """For the page of sign-ons: how many names wait."""
    return {"count_waiting_names": count_waiting_names}


@bp.route("/")
@allowed(Permission.SIGN_ON_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    """The names that wait, the oldest first."""
    return _index()


@bp.route("/<int:request_id>/accept", methods=["POST"])
@allowed(Permission.SIGN_ON_DECIDE)
def accept(coalition: Coalition, request_id: int) -> ResponseReturnValue:
    """List the group under its new name."""
    asked = find_name_request(request_id) or abort(404)
    try:
        accept_name(viewer(), coalition, asked)
    except Refused as refused:
        db.session.rollback()
        flash(str(refused.message), "error")
        return redirect(url_for(".index"), 303)
    db.session.commit()
    flash(_("It is listed as “%(name)s” now. Who asked is told by mail.", name=asked.name), "success")
    return redirect(url_for(".index"), 303)


@bp.route("/<int:request_id>/decline", methods=["POST"])
@allowed(Permission.SIGN_ON_DECIDE)
def decline(coalition: Coalition, request_id: int) -> ResponseReturnValue:
    """Leave the name as it is."""
    asked = find_name_request(request_id) or abort(404)
    form = DeclineNameForm()
    if not form.validate_on_submit():
        return _index(declining=(asked.id, form)), 422
    try:
        decline_name(viewer(), coalition, asked, form.reason.data)
    except Refused as refused:
        db.session.rollback()
        flash(str(refused.message), "error")
        return redirect(url_for(".index"), 303)
    db.session.commit()
    flash(_("Declined. Who asked is told why by mail."), "success")
    return redirect(url_for(".index"), 303)


def _index(declining: tuple[int, DeclineNameForm] | None = None) -> str:
    waiting = list_waiting_names(MOST)
    return render_template(
        "groups/names.html",
        waiting=waiting,
        namesakes=list_namesakes(viewer(), waiting),
        declining=dict([declining] if declining else []),
        empty_form=DeclineNameForm(formdata=None),
        form=PressForm(formdata=None),
    )
