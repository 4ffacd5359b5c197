"""What two wordings of a demand differ in, for the public and, the draft too, for organizers."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from crm.coalitions.models import Coalition
from crm.core.languages import name_here
from crm.core.permissions import Permission
from crm.core.web import allowed
from crm.demands.difference import compare
from crm.demands.models import CHANGE_NAMES, Demand, DemandVersion
from crm.demands.queries import adopted_versions, by_language, draft_of
from crm.demands.views.demands import wanted
from crm.demands.views.public import page_of
from crm.demands.views.public import wanted as wanted_in_public

bp = Blueprint("differences", __name__, url_prefix="/<coalition>/organize/demands")
public = Blueprint("public_differences", __name__, url_prefix="/<coalition>/demands")
# How the draft is named in an address.
DRAFT = "draft"


@bp.route("/<slug>/difference")
@allowed(Permission.DEMAND_VIEW)
def show(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Between any two versions, or one and the draft: ?from=1&to=draft. Without any: the last step."""
    demand = wanted(slug)
    versions = adopted_versions(demand)
    if draft := draft_of(demand):
        versions.insert(0, draft)
    return render_template("demands/difference.html", **_shown(demand, versions))


@public.route("/<slug>/difference")
@allowed(Permission.PUBLIC)
def show_in_public(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Between any two versions that were adopted."""
    demand = wanted_in_public(slug)
    return page_of("demands/public_difference.html", **_shown(demand, adopted_versions(demand)))


def _shown(demand: Demand, versions: list[DemandVersion]) -> dict[str, object]:
    """Both versions and what they differ in; `versions` are those that may be chosen, the newest first."""
    if len(versions) < 2:
        abort(404)
    older = _chosen("from", versions, versions[1])
    newer = _chosen("to", versions, versions[0])
    return {
        "demand": demand,
        "versions": versions,
        "older": older,
        "newer": newer,
        "changes": compare(by_language(older), by_language(newer), newer.binding_language),
        "change_names": CHANGE_NAMES,
        "language_name": name_here,
        "key_of": _key,
    }


def _chosen(name: str, versions: list[DemandVersion], default: DemandVersion) -> DemandVersion:
    wanted_key = request.args.get(name)
    if wanted_key is None:
        return default
    return next((one for one in versions if _key(one) == wanted_key), None) or abort(404)


def _key(version: DemandVersion) -> str:
    return str(version.number) if version.number is not None else DRAFT
