"""What the coalition has agreed on about attendance, among its settings."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.attendance import operations
from crm.attendance.forms import RulesForm
from crm.attendance.rules import rules_of
from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed

bp = Blueprint("attendance_settings", __name__, url_prefix="/<coalition>/organize/settings")


@bp.route("/attendance", methods=["GET", "POST"])
@allowed(Permission.SETTINGS_EDIT)
def index(coalition: Coalition) -> ResponseReturnValue:
    """Names of delegates or not; the quorum."""
    form = RulesForm.of(rules_of(coalition))
    if form.validate_on_submit():
        operations.set_rules(viewer(), form.rules)
        db.session.commit()
        flash(_("Saved. It holds from now on."), "success")
        return redirect(url_for(".index"), 303)
    return render_template("attendance/rules.html", form=form), 422 if form.errors else 200
