"""A draft's end without being adopted. A second press is answered as the first."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.demands import operations
from crm.demands.queries import draft_of, find_demand, version_in_force
from crm.demands.views.demands import bp

# The blueprint with all of its pages, those of demands.py and these.
__all__ = ["bp"]


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
