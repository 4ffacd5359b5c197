"""How long things are kept, and what will go."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Permission, viewer
from crm.core.retention import days_of, rules
from crm.core.web import allowed
from crm.privacy.forms import DaysForm, days_form
from crm.privacy.operations.periods import set_days
from crm.privacy.queries import look_ahead

bp = Blueprint("kept", __name__, url_prefix="/<coalition>/organize/settings/kept")


@bp.route("")
@allowed(Permission.SETTINGS_EDIT)
def index(coalition: Coalition) -> ResponseReturnValue:
    return _page(coalition, days_form(coalition.settings), {})


@bp.route("", methods=["POST"])
@allowed(Permission.SETTINGS_EDIT)
def save(coalition: Coalition) -> ResponseReturnValue:
    """Keep the days that were typed, or only show what would go with them."""
    form = days_form(coalition.settings)
    if not form.validate_on_submit():
        return _page(coalition, form, {}, 422)
    if "look" in request.form:
        return _page(coalition, form, form.days)
    changed = set_days(viewer(), form.days)
    db.session.commit()
    flash(_("Saved. It holds from tonight on.") if changed else _("Nothing was different."), "success")
    return redirect(url_for(".index"), 303)


def _page(
    coalition: Coalition, form: DaysForm, tried: dict[str, int], status: int = 200
) -> ResponseReturnValue:
    days = {kind: days_of(rule, coalition.settings) for kind, rule in rules.items()}
    lines = look_ahead({**days, **tried}, clock.now())
    trying = any(tried[kind] != days[kind] for kind in tried)
    return render_template("privacy/kept.html", form=form, lines=lines, trying=trying), status
