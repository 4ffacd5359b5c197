"""A cell of the matrix: what one group says to one demand."""

from __future__ import annotations

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.languages import name_here
from crm.core.navigation import first_url
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.demands.models import STANDING_MARKS, STANDING_NAMES, Demand, StandState
from crm.demands.queries import find_demand, find_standing, version_in_force
from crm.demands.queries.cell import read_cell
from crm.demands.views.stands import IDS
from crm.demands.views.stands import bp as bp
from crm.organizations.models import Organization
from crm.organizations.queries import find_organization


@bp.route("/<int:organization_id>/<int:demand_id>")
@allowed(Permission.ENDORSEMENT_VIEW)
def short(coalition: Coalition, organization_id: int, demand_id: int) -> ResponseReturnValue:
    """The short address that the matrix links to; a demand's address of digits alone goes before its id."""
    slug = str(demand_id) if find_demand(str(demand_id)) else None
    if slug is not None:
        return _page(organization_id, slug)
    known = select(Demand.slug).where(Demand.id == demand_id)
    found = db.session.scalar(known) if demand_id in IDS else None
    return redirect(url_for("endorsements.cell", organization_id=organization_id, slug=found or abort(404)))


@bp.route("/<int:organization_id>/<slug>")
@allowed(Permission.ENDORSEMENT_VIEW)
def cell(coalition: Coalition, organization_id: int, slug: str) -> ResponseReturnValue:
    """What the group says, to which words, who spoke, how it decided; and how that came to be."""
    return _page(organization_id, slug)


def _page(organization_id: int, slug: str) -> str:
    organization, demand = _group(organization_id), find_demand(slug) or abort(404)
    current = version_in_force(demand)
    if current is None:
        abort(404)
    history = read_cell(organization.id, demand.id)
    return render_template(
        "demands/cell.html",
        organization=organization,
        demand=demand,
        current=current,
        history=history,
        state=history.live.shown_state if history.live else None,
        standing=find_standing(organization.id),
        standing_names=STANDING_NAMES,
        standing_marks=STANDING_MARKS,
        language_name=name_here,
        ask_url=_ask_url(organization, demand),
        to_be_reconfirmed=StandState.TO_BE_RECONFIRMED,
    )


def _ask_url(organization: Organization, demand: Demand) -> str | None:
    """Where the group is asked by mail."""
    if organization.archived_at or demand.retired_at or not viewer().can(Permission.ENDORSEMENT_DECIDE):
        return None
    return first_url("ask_groups.ask", id=organization.id, demand=demand.slug)


def _group(organization_id: int) -> Organization:
    found = find_organization(organization_id) if organization_id in IDS else None
    return found or abort(404)
