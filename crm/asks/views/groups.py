"""Asking chosen groups, as ticked in the matrix: what that does is said first, then it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.asks import operations
from crm.asks.forms import AskGroupsForm
from crm.asks.models import AskKind
from crm.asks.queries import LEFT_OUT_NAMES, plan_groups
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.formats import full_date, number
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.demands.models import DemandVersion
from crm.demands.queries import find_demand, version_in_force
from crm.demands.rules import rules_of

bp = Blueprint("ask_groups", __name__, url_prefix="/<coalition>/organize/demands/ask")
IDS = range(1, 2**31)
# No address holds more groups than this; a page of the matrix has 200.
MOST = 500


@dataclass(frozen=True)
class Wanted:
    """What an address asks for: ?demand=…&kind=…&id=…&id=…."""

    version: DemandVersion
    kind: AskKind
    ids: list[int]


@bp.route("/groups", methods=["GET", "POST"])
@allowed(Permission.ENDORSEMENT_DECIDE)
def ask(coalition: Coalition) -> ResponseReturnValue:
    """Who would be asked, who is left out and why; then the groups are asked."""
    wanted, form = _wanted(), AskGroupsForm()
    if request.method == "GET":
        form.until.data = clock.today(coalition.zone) + timedelta(days=rules_of(coalition).answer_days)
    elif form.validate():
        try:
            return _act(wanted, form)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal.field or "until", refusal.message)
    return _page(wanted, form)


def _act(wanted: Wanted, form: AskGroupsForm) -> ResponseReturnValue:
    operations.check_until(form.day())
    count = operations.ask_groups(
        viewer(),
        wanted.version,
        wanted.ids,
        wanted.kind,
        form.day(),
        by_phone=bool(form.by_phone.data),
        form_key=form.form_key.data,
    )
    db.session.commit()
    flash(_told(count, len(wanted.ids) - count, form), "success" if count else "message")
    return redirect(url_for("asked.show", slug=wanted.version.demand.slug), 303)


def _told(count: int, left: int, form: AskGroupsForm) -> str:
    asked = ngettext(
        "%(number)s group is asked until %(day)s.",
        "%(number)s groups are asked until %(day)s.",
        count,
        number=number(count),
        day=full_date(form.day()),
    )
    out = ngettext("%(number)s was left out.", "%(number)s were left out.", left, number=number(left))
    return " ".join([str(asked) if count else _("Nobody is asked."), *([str(out)] if left else [])])


def _page(wanted: Wanted, form: AskGroupsForm) -> ResponseReturnValue:
    plan = plan_groups(wanted.version, wanted.ids, wanted.kind)
    page = render_template(
        "asks/ask_groups.html",
        form=form,
        version=wanted.version,
        demand=wanted.version.demand,
        confirming=wanted.kind is AskKind.CONFIRM,
        plan=plan,
        notes={group.id: [_("said no before")] for group in plan.said_no},
        chosen=len(wanted.ids),
        left_out_names=LEFT_OUT_NAMES,
    )
    return page, 422 if form.errors else 200


def _wanted() -> Wanted:
    demand = find_demand(request.args.get("demand", "")) or abort(404)
    version, kind = version_in_force(demand), request.args.get("kind", "")
    if version is None or demand.retired_at is not None or kind not in operations.CHOSEN:
        abort(404)
    typed = {text for text in request.args.getlist("id") if text.isascii() and text.isdigit()}
    ids = sorted({int(text) for text in typed if len(text) < 11 and int(text) in IDS})
    if len(ids) > MOST:
        abort(400)
    return Wanted(version, AskKind(kind), ids)
