"""What opens a demand, and what coordinators do once that is won."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.demands.models import Demand
from crm.demands.queries import find_demand, version_in_force, words_of
from crm.policies import operations, queries
from crm.policies.forms import RungForm
from crm.policies.models import Rung

bp = Blueprint("ladder", __name__, url_prefix="/<coalition>/organize/demands/<slug>/ladder")
# Waits for none: no demand has this id.
NONE = 0


@bp.route("", methods=["GET", "POST"])
@allowed(Permission.DEMAND_EDIT)
def edit(coalition: Coalition, slug: str) -> ResponseReturnValue:
    demand = wanted(slug)
    firsts = {one.id: one for one in queries.list_possible_firsts(demand)}
    form = _rung_form(demand, firsts)
    if form.validate_on_submit():
        try:
            operations.set_rung(viewer(), demand, firsts.get(form.after_id.data))
            db.session.commit()
            flash(_("Saved."), "success")
            return redirect(url_for("demands.show", slug=slug, _anchor="ladder"))
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal.field or "after_id", refusal.message)
    page = render_template("policies/ladder.html", form=form, demand=demand)
    return page, 422 if form.errors else 200


@bp.post("/ask")
@allowed(Permission.DEMAND_EDIT)
def ask(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Ask who endorses the demand that was won to endorse this one."""
    try:
        asked = operations.ask_endorsers(viewer(), coalition, wanted_rung(slug))
        db.session.commit()
        done = ngettext("%(number)s group is asked.", "%(number)s groups are asked.", asked, number=asked)
        flash(done if asked else _("Everybody is asked already."), "success")
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal.message), "error")
    return redirect(url_for("demands.show", slug=slug, _anchor="ladder"))


@bp.post("/not-now")
@allowed(Permission.DEMAND_EDIT)
def settle(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Leave it alone."""
    operations.settle(viewer(), wanted_rung(slug))
    db.session.commit()
    flash(_("Left alone. You can take it up again on this page."), "success")
    return redirect(url_for("demands.show", slug=slug, _anchor="ladder"))


@bp.post("/take-up")
@allowed(Permission.DEMAND_EDIT)
def take_up(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Take up again what was left alone."""
    operations.take_up(viewer(), wanted_rung(slug))
    db.session.commit()
    return redirect(url_for("demands.show", slug=slug, _anchor="ladder"))


def wanted(slug: str) -> Demand:
    return find_demand(slug) or abort(404)


def wanted_rung(slug: str) -> Rung:
    return queries.find_rung(wanted(slug).id) or abort(404)


def _rung_form(demand: Demand, firsts: dict[int, Demand]) -> RungForm:
    rung = queries.find_rung(demand.id)
    if rung is not None:
        # One that was retired since may stay chosen.
        firsts.setdefault(rung.after_id, rung.after)
    form = RungForm(after_id=rung.after_id if rung else NONE)
    form.after_id.choices = [
        SelectChoice(NONE, _("It waits for none")),
        *(SelectChoice(one.id, _sentence(one)) for one in firsts.values()),
    ]
    return form


def _sentence(demand: Demand) -> str:
    version = version_in_force(demand) or demand.versions[-1]
    return words_of(version, str(get_locale())).sentence
