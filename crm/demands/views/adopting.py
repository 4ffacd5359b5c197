"""A draft's end: put in force, or thrown away. A second press of either is answered as the first."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.languages import name_here
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.demands import operations
from crm.demands.forms import AdoptForm
from crm.demands.models import ACCEPTING, DemandVersion
from crm.demands.queries import count_states, draft_of, find_demand, version_in_force
from crm.demands.views.demands import bp, wanted, wanted_draft

# The blueprint with all of its pages, those of demands.py and these.
__all__ = ["bp"]


@bp.route("/<slug>/adopt")
@allowed(Permission.DEMAND_EDIT)
def read(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Show exactly what becomes public."""
    draft = wanted_draft(slug)
    return _adoption(coalition, draft, AdoptForm(edition=draft.edition))


@bp.post("/<slug>/adopt")
@allowed(Permission.DEMAND_EDIT)
def adopt(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Put it in force."""
    demand, form = wanted(slug), AdoptForm()
    draft = draft_of(demand)
    if draft is not None and not form.validate():
        return _adoption(coalition, draft, form)
    try:
        if draft is not None:
            operations.adopt_version(viewer(), draft, edition=form.edition.data)
            db.session.commit()
        if current := version_in_force(demand):
            flash(_("Version %(number)s is in force and public.", number=current.number), "success")
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal.message), "error")
    return redirect(url_for("demands.show", slug=slug))


@bp.post("/<slug>/discard")
@allowed(Permission.DEMAND_EDIT)
def discard(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Throw the draft away."""
    demand = find_demand(slug)
    draft = draft_of(demand) if demand else None
    stays = demand is not None and version_in_force(demand) is not None
    try:
        if draft is not None:
            operations.discard_draft(viewer(), draft)
            db.session.commit()
        flash(_("The draft is thrown away."), "success")
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal.message), "error")
        stays = True
    return redirect(url_for("demands.show", slug=slug) if stays else url_for("demands.index"))


def _adoption(coalition: Coalition, draft: DemandVersion, form: AdoptForm) -> ResponseReturnValue:
    written = {wording.language for wording in draft.wordings}
    counts = count_states(draft.demand_id)
    page = render_template(
        "demands/adopt.html",
        form=form,
        demand=draft.demand,
        draft=draft,
        before=version_in_force(draft.demand),
        missing=[name_here(code) for code in coalition.languages if code not in written],
        language_name=name_here,
        endorsing=sum(counts.get(state, 0) for state in ACCEPTING),
    )
    return page, 422 if form.errors else 200
