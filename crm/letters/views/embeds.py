"""What other sites show of a coalition: a list and a number within their pages, and JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from crm.coalitions.models import Coalition
from crm.core.permissions import Permission
from crm.core.web import absolute_url, allowed
from crm.demands.queries import DemandInForce, list_demands_in_force
from crm.demands.queries.crowds import count_crowds
from crm.demands.queries.endorsers import is_public_endorser
from crm.letters.public_json import json_of
from crm.letters.queries import MOST, Signer, list_signers
from crm.letters.words import and_more, note_of

bp = Blueprint("embeds", __name__, url_prefix="/<coalition>")
MODES = {"light", "dark"}


@bp.route("/embed/endorsers")
@allowed(Permission.PUBLIC)
def endorsers(coalition: Coalition) -> ResponseReturnValue:
    """The public endorsers by kind, of all demands or of one."""
    demands, demand = _asked()
    chosen = demand.demand_id if demand else None
    crowd, _by_kind = count_crowds(is_public_endorser(chosen))
    signers = list_signers(demands, MOST, chosen)
    return _frame(
        "letters/embed_endorsers.html",
        demands=demands,
        demand=demand,
        count=crowd.groups,
        people=crowd.people,
        kinds=_by_kinds(signers),
        left_out=and_more(crowd.groups - len(signers)),
        note_of=note_of,
        full_url=_full_url(coalition, demand),
        sign_on_url=absolute_url("sign_ons.form", coalition=coalition.slug),
    )


@bp.route("/embed/counter")
@allowed(Permission.PUBLIC)
def counter(coalition: Coalition) -> ResponseReturnValue:
    """How many groups and people stand behind the demands, or behind one of them."""
    _demands, demand = _asked()
    crowd, _by_kind = count_crowds(is_public_endorser(demand.demand_id if demand else None))
    return _frame(
        "letters/embed_counter.html",
        count=crowd.groups,
        people=crowd.people,
        full_url=_full_url(coalition, demand),
    )


@bp.route("/endorsers.json")
@allowed(Permission.PUBLIC)
def endorsers_json(coalition: Coalition) -> ResponseReturnValue:
    """The public endorsers and what they endorse, for programs."""
    demands, demand = _asked()
    chosen = demand.demand_id if demand else None
    crowd, _by_kind = count_crowds(is_public_endorser(chosen))
    return _kept(jsonify(json_of(coalition, demands, crowd, list_signers(demands, MOST, chosen))))


def _asked() -> tuple[Sequence[DemandInForce], DemandInForce | None]:
    """What the letter is about: all demands in force; and the one that the address names, 404 if none is."""
    demands = list_demands_in_force(str(get_locale()))
    slug = request.args.get("demand")
    if not slug:
        return demands, None
    found = [demand for demand in demands if demand.slug == slug]
    return (found, found[0]) if found else abort(404)


def _by_kinds(signers: Sequence[Signer]) -> Sequence[tuple[Any, Sequence[Signer]]]:
    """By kind, the largest first; within one as they came."""
    grouped = groupby(sorted(signers, key=lambda one: one.kind), key=lambda one: one.kind)
    kinds = [(kind, list(ones)) for kind, ones in grouped]
    return sorted(kinds, key=lambda pair: -len(pair[1]))


def _full_url(coalition: Coalition, demand: DemandInForce | None) -> str:
    if demand is None:
        return absolute_url("letters.letter", coalition=coalition.slug)
    return absolute_url("public_demands.show", coalition=coalition.slug, slug=demand.slug)


def _frame(template: str, **values: Mapping[str, Any] | Any) -> Response:
    asked = request.args.get("theme")
    page = render_template(template, mode=asked if asked in MODES else None, **values)
    return _kept(make_response(page))


def _kept(response: Response) -> Response:
    """Kept by browsers and asked about each time; the same for everybody, signed in or not."""
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.add("Accept-Language")
    response.add_etag()
    response.make_conditional(request)
    return response
