"""The organizers' pages of stands: recording on behalf, deciding on records, who says what."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.coalitions.models import Coalition
from crm.core import formats
from crm.core.db import db
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.demands import operations
from crm.demands.forms import DecideForm
from crm.demands.models import (
    DECIDED_HOW_NAMES,
    SOURCE_NAMES,
    Decision,
)
from crm.demands.queries import (
    count_waiting_records,
    list_records,
    list_waiting_records,
)
from crm.organizations.models import KIND_NAMES

bp = Blueprint("endorsements", __name__, url_prefix="/<coalition>/organize/endorsements")
AT_ONCE = 100
IDS = range(1, 2**31)


@bp.app_context_processor
def words() -> dict[str, object]:
    """Names of what stands are told by."""
    return {
        "decided_how_names": DECIDED_HOW_NAMES,
        "stand_sources": SOURCE_NAMES,
        "organization_kinds": KIND_NAMES,
    }


@bp.route("/waiting")
@allowed(Permission.ENDORSEMENT_VIEW)
def waiting(coalition: Coalition) -> ResponseReturnValue:
    """Records on behalf of groups that wait for a coordinator."""
    return render_template(
        "demands/waiting.html",
        waiting=list_waiting_records(AT_ONCE),
        waiting_count=count_waiting_records(),
    )


@bp.route("/decide", methods=["GET", "POST"])
@allowed(Permission.ENDORSEMENT_DECIDE)
def decide(coalition: Coalition) -> ResponseReturnValue:
    """Show what accepting or declining the chosen records does, then do it."""
    chosen = [one for one in request.values.getlist("record", type=int) if one in IDS][:AT_ONCE]
    accept = request.values.get("decision") != "decline"
    entries = list_records(chosen)
    if not entries:
        flash(_("Choose the records first."), "error")
        return redirect(url_for("endorsements.waiting"))
    form = DecideForm()
    if form.validate_on_submit():
        result = operations.decide_records(viewer(), entries, accept=accept, reason=form.reason.data)
        db.session.commit()
        _tell(result, accept)
        return redirect(url_for("endorsements.waiting"))
    waiting = [entry for entry in entries if entry.decision is Decision.WAITING]
    page = render_template("demands/decide.html", form=form, entries=waiting, accept=accept)
    return page, 422 if form.errors else 200


def number_in_address(name: str) -> int | None:
    """A record's number from the address; None where it is none, or none that a record can have."""
    asked = request.args.get(name, type=int)
    return asked if asked is not None and asked in IDS else None


def _tell(result: operations.Decided, accept: bool) -> None:
    number = formats.number(result.done)
    if result.done and accept:
        flash(ngettext("Accepted %(number)s record.", "Accepted %(number)s records.", result.done,
                       number=number), "success")  # fmt: skip
    elif result.done:
        flash(ngettext("Declined %(number)s record.", "Declined %(number)s records.", result.done,
                       number=number), "success")  # fmt: skip
    for entry, why in result.refused:
        flash(f"{entry.organization.name}: {why}", "error")
