"""The organizers' pages of stands: recording on behalf, deciding on records, who says what."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import formats
from crm.core.db import db
from crm.core.listings import link_pages
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.demands import operations
from crm.demands.forms import DecideForm
from crm.demands.models import (
    DECIDED_HOW_NAMES,
    SOURCE_NAMES,
    Decision,
    StandState,
)
from crm.demands.queries import (
    Filter,
    count_stands,
    count_waiting_records,
    list_demands_in_force,
    list_records,
    list_waiting_records,
    page_of_stands,
)
from crm.organizations.models import KIND_NAMES, OrganizationKind

bp = Blueprint("endorsements", __name__, url_prefix="/<coalition>/organize/endorsements")
AT_ONCE = 100
COUNTED = 1000
IDS = range(1, 2**31)


@bp.app_context_processor
def words() -> dict[str, object]:
    """Names of what stands are told by."""
    return {
        "decided_how_names": DECIDED_HOW_NAMES,
        "stand_sources": SOURCE_NAMES,
        "organization_kinds": KIND_NAMES,
    }


@bp.route("/")
@allowed(Permission.ENDORSEMENT_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    """What waits for a coordinator, and every group's stand."""
    wanted = _filter()
    after, before = request.args.get("after"), request.args.get("before")
    page = page_of_stands(wanted, after=after, before=before)
    return render_template(
        "demands/stands.html",
        waiting=list_waiting_records(AT_ONCE),
        waiting_count=count_waiting_records(),
        stands=page.items,
        pages=link_pages(page, _count_label(count_stands(wanted, COUNTED))),
        demands=list_demands_in_force(str(get_locale())),
        wanted=wanted,
        active=sum(value is not None for value in (wanted.demand_id, wanted.state, wanted.kind)),
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
        return redirect(url_for("endorsements.index"))
    form = DecideForm()
    if form.validate_on_submit():
        result = operations.decide_records(viewer(), entries, accept=accept, reason=form.reason.data)
        db.session.commit()
        _tell(result, accept)
        return redirect(url_for("endorsements.index"))
    waiting = [entry for entry in entries if entry.decision is Decision.WAITING]
    page = render_template("demands/decide.html", form=form, entries=waiting, accept=accept)
    return page, 422 if form.errors else 200


def _filter() -> Filter:
    """What the address narrows the list to; what it can't mean is left out."""
    state, kind = request.args.get("state", ""), request.args.get("kind", "")
    return Filter(
        demand_id=number_in_address("demand"),
        state=StandState(state) if state in set(StandState) else None,
        kind=OrganizationKind(kind) if kind in set(OrganizationKind) else None,
    )


def _count_label(count: int) -> str:
    if count > COUNTED:
        return str(_("More than %(number)s", number=formats.number(COUNTED)))
    return str(ngettext("%(number)s stand", "%(number)s stands", count, number=formats.number(count)))


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
