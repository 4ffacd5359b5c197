"""Who was asked about newer words: who answered, objected, is silent, or can't be written to."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.asks import operations
from crm.asks.forms import UntilForm
from crm.asks.models import ASK_STATE_NAMES, AskState
from crm.asks.queries import count_by_state, list_objectors, page_of_asks, reachable
from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.formats import number
from crm.core.listings import link_pages
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.demands.models import DemandVersion
from crm.demands.queries import adopted_versions, find_demand, version_in_force

bp = Blueprint("asked", __name__, url_prefix="/<coalition>/organize/demands")
# A state's mark: its tone and its shape (components/badge.html).
MARKS = {
    AskState.OPEN: ("neutral", "ring"),
    AskState.ANSWERED: ("good", "check"),
    AskState.OBJECTED: ("bad", "cross"),
    AskState.CARRIED: ("good", "half"),
    AskState.LAPSED: ("neutral", "square"),
    AskState.CLOSED: ("neutral", "dash"),
    AskState.REPLACED: ("neutral", "dash"),
}


@bp.route("/<slug>/asked")
@allowed(Permission.ENDORSEMENT_VIEW)
def show(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """The questions about the words in force, or about those of ?version=."""
    return _page(_version(slug), UntilForm(formdata=None), UntilForm(formdata=None, prefix="objectors-"))


@bp.post("/<slug>/asked/extend")
@allowed(Permission.DEMAND_EDIT)
def extend(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """More time for all who have not answered."""
    version, form = _version(slug), UntilForm()

    def act() -> str:
        count = operations.extend_asks(viewer(), version, form.day())
        return str(ngettext("%(num)s group has more time.", "%(num)s groups have more time.", count))

    return _acted(version, form, UntilForm(formdata=None, prefix="objectors-"), form, act)


@bp.post("/<slug>/asked/objectors")
@allowed(Permission.DEMAND_EDIT)
def ask_objectors(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Those who objected are asked to reconfirm until a day."""
    version, form = _version(slug), UntilForm(prefix="objectors-")

    def act() -> str:
        count = operations.ask_objectors(viewer(), version, form.day())
        told = ngettext(
            "%(num)s group is asked to reconfirm.", "%(num)s groups are asked to reconfirm.", count
        )
        return str(told)

    return _acted(version, UntilForm(formdata=None), form, form, act)


@bp.post("/<slug>/asked/remind")
@allowed(Permission.DEMAND_EDIT)
def remind(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """A reminder now for all who have not answered."""
    operations.order_reminders(viewer(), _version(slug))
    db.session.commit()
    flash(_("Everybody who has not answered is reminded in a moment, nobody twice on a day."), "success")
    return redirect(url_for("asked.show", slug=slug), 303)


def _version(slug: str) -> DemandVersion:
    demand = find_demand(slug) or abort(404)
    wanted = request.args.get("version", type=int)
    if wanted is None:
        return version_in_force(demand) or abort(404)
    return next((one for one in adopted_versions(demand) if one.number == wanted), None) or abort(404)


def _acted(
    version: DemandVersion,
    extend_form: UntilForm,
    objectors_form: UntilForm,
    form: UntilForm,
    act: Callable[[], str],
) -> ResponseReturnValue:
    """Do it and say so, or show the page again with what is wrong."""
    if form.validate():
        try:
            told = act()
            db.session.commit()
            flash(told, "success")
            return redirect(url_for("asked.show", slug=version.demand.slug), 303)
        except Refused as refusal:
            db.session.rollback()
            form.refuse("until", refusal.message)
    return _page(version, extend_form, objectors_form, 422)


def _page(
    version: DemandVersion, extend_form: UntilForm, objectors_form: UntilForm, status: int = 200
) -> ResponseReturnValue:
    asked = request.args.get("state", "")
    state = AskState(asked) if asked in set(AskState) else None
    page = page_of_asks(version.id, state, after=request.args.get("after"), before=request.args.get("before"))
    counts = count_by_state(version.id)
    shown = counts.get(state, 0) if state else sum(counts.values())
    values = {
        "demand": version.demand,
        "version": version,
        "asks": page.items,
        "pages": link_pages(
            page, ngettext("%(count)s group", "%(count)s groups", shown, count=number(shown))
        ),
        "counts": counts,
        "state": state,
        "reached": reachable([ask.organization_id for ask in page.items]),
        "objectors": list_objectors(version.id),
        "extend_form": extend_form,
        "objectors_form": objectors_form,
        "names": ASK_STATE_NAMES,
        "marks": MARKS,
    }
    return render_template("asks/asked.html", **values), status
