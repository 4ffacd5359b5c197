"""What a demand's pages show of targets and of the ladder."""

from __future__ import annotations

from datetime import timedelta

from flask import g, render_template
from markupsafe import Markup

from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Permission, Viewer
from crm.demands.models import Demand
from crm.demands.queries import version_in_force
from crm.demands.rules import rules_of
from crm.policies.queries import list_reached, list_rungs_around
from crm.targets.queries import list_targets_in_use

# So many targets are named with which nothing has happened yet.
MOST_NAMED = 12


def show_reached(viewer: Viewer, demand_id: int) -> Markup:
    """For organizers: how far the demand has come with whom."""
    demand, reached = db.session.get_one(Demand, demand_id), list_reached(demand_id)
    if version_in_force(demand) is None or not viewer.can(Permission.TARGET_VIEW):
        return Markup()
    known = {one.target.id for one in reached}
    in_use = list_targets_in_use()
    page = render_template(
        "policies/_reached.html",
        demand=demand,
        reached=reached,
        any_target=bool(in_use),
        untouched=[one.name for one in in_use if one.id not in known],
        most_named=MOST_NAMED,
    )
    return Markup(page)  # noqa: S704 - a template of ours, which escapes what was typed


def show_ladder(viewer: Viewer, demand_id: int) -> Markup:
    """For organizers: what opens the demand, what it opens, and what a win offers now."""
    page = render_template(
        "policies/_ladder.html",
        demand=db.session.get_one(Demand, demand_id),
        rungs=list_rungs_around(demand_id),
        closes_on=clock.today(g.coalition.zone) + timedelta(days=rules_of(g.coalition).answer_days),
    )
    return Markup(page)  # noqa: S704 - a template of ours, which escapes what was typed


def show_public(_viewer: Viewer, demand_id: int) -> Markup:
    """For everybody: where the demand stands with each target, with its source."""
    reached = list_reached(demand_id)
    if not reached:
        return Markup()
    page = render_template("policies/_public.html", reached=reached)
    return Markup(page)  # noqa: S704 - a template of ours, which escapes what was typed
