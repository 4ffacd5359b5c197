"""What the public sees: the demands in their words, and who stands behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from crm.coalitions.models import Coalition
from crm.core import contributions
from crm.core.languages import name_here
from crm.core.listings import link_pages
from crm.core.navigation import first_url
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, public_page
from crm.demands.models import Demand
from crm.demands.queries import (
    MOST,
    adopted_versions,
    count_carried_over,
    count_public_endorsers,
    find_demand,
    list_demands_in_force,
    list_endorsers_by_version,
    list_public_endorsers,
    list_versions_endorsed,
    page_of_endorsers,
    version_in_force,
)
from crm.demands.wall import carried_in_words, count_of_groups, count_of_kind, people_in_words
from crm.organizations.models import Organization, OrganizationKind

bp = Blueprint("public_demands", __name__, url_prefix="/<coalition>/demands")
endorsers = Blueprint("endorsers", __name__, url_prefix="/<coalition>")
LONGEST_Q = 200


@bp.app_context_processor
def words() -> dict[str, object]:
    """How the wall is told in words, for every template that shows it."""
    return {
        "count_of_groups": count_of_groups,
        "count_of_kind": count_of_kind,
        "people_in_words": people_in_words,
        "carried_in_words": carried_in_words,
    }


@bp.route("/")
@allowed(Permission.PUBLIC)
def index(coalition: Coalition) -> ResponseReturnValue:
    """The demands in force, as posters."""
    demands = list_demands_in_force(str(get_locale()))
    return page_of("demands/public_index.html", demands=demands)


@bp.route("/<slug>")
@allowed(Permission.PUBLIC)
def show(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """A demand's words in force, what they mean, their versions, and who stands behind which."""
    demand = wanted(slug)
    return page_of(
        "demands/public_show.html",
        demand=demand,
        current=version_in_force(demand),
        versions=adopted_versions(demand),
        endorsers=list_endorsers_by_version(demand.id),
        most=MOST,
        sections=[part(viewer(), demand.id) for part in contributions.public_demand_sections],
        language_name=name_here,
    )


@endorsers.route("/endorsers", endpoint="index")
@allowed(Permission.PUBLIC)
def index_endorsers(coalition: Coalition) -> ResponseReturnValue:
    """Every public endorser by kind; of one kind or demand, or beyond the first names, a list with pages."""
    q = _asked_name()
    asked = request.args.get("kind", "")
    kind = OrganizationKind(asked) if asked in set(OrganizationKind) else None
    if kind is None and not any(request.args.get(name) for name in ("demand", "after", "before")):
        wall = list_public_endorsers(q=q)
        return page_of("demands/endorsers.html", wall=wall, q=q)
    return _list_of_endorsers(q, kind)


def _asked_name() -> str | None:
    """What is searched for, without what can't be shown."""
    typed = " ".join(request.args.get("q", "").split())[:LONGEST_Q]
    return "".join(char for char in typed if char.isprintable()) or None


def _list_of_endorsers(q: str | None, kind: OrganizationKind | None) -> Response:
    slug = request.args.get("demand")
    demand = wanted(slug) if slug else None
    narrowed: dict[str, Any] = {"kind": kind, "q": q, "demand_id": demand.id if demand else None}
    page = page_of_endorsers(**narrowed, after=request.args.get("after"), before=request.args.get("before"))
    count = count_public_endorsers(**narrowed)
    versions = _versions_of(demand, page.items) if demand else {}
    return page_of(
        "demands/endorsers_list.html",
        endorsers=page.items,
        pages=link_pages(page, count_of_kind(kind, count) if kind else count_of_groups(count)),
        kind=kind,
        q=q,
        demand=demand,
        current=version_in_force(demand) if demand else None,
        version_of=versions,
        carried={} if demand else count_carried_over([group.id for group in page.items]),
    )


def _versions_of(demand: Demand, groups: Sequence[Organization]) -> Mapping[int, tuple[int, bool]]:
    """The number of the version that each group endorses, and whether it came there by silence; nothing
    while there is but one."""
    numbers = {version.id: version.number for version in adopted_versions(demand)}
    if len(numbers) < 2:
        return {}
    endorsed = list_versions_endorsed(demand.id, [group.id for group in groups])
    return {group: (numbers[version] or 0, silent) for group, (version, silent) in endorsed.items()}


def wanted(slug: str) -> Demand:
    """A demand that the public may know: 404 before its adoption, 410 once it is retired."""
    demand = find_demand(slug)
    if demand is None or version_in_force(demand) is None:
        abort(404)
    if demand.retired_at is not None:
        abort(410)
    return demand


def page_of(template: str, **values: Any) -> Response:
    """A public page with the way to sign on, where there is one."""
    values["sign_on_url"] = first_url("sign_ons.form")
    return public_page(render_template(template, **values))
