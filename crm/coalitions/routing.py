"""From the first part of an address to its coalition: every request's first step."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response

from crm.coalitions.queries import find_coalition, find_coalition_by_former_slug
from crm.core import limiting, tenancy
from crm.core.paging import LARGEST
from crm.core.transactions import begin_to_write, set_reading
from crm.core.web import serve_within

READS = {"GET", "HEAD", "OPTIONS"}


class RowNumber(IntegerConverter):
    """`<int:…>` in an address: what no row can have as its id is no address, not a fault of the database."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(map, *args, **{"max": LARGEST, **kwargs})


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = RowNumber
    app.before_request(_open)
    app.teardown_request(_close)
    app.url_defaults(_same_coalition)
    app.context_processor(lambda: {"coalition": g.get("coalition")})


def _open() -> Response | None:
    """Enter the coalition that the address names; the view gets it in place of its slug."""
    g.scope_token, g.limit_token = tenancy.enter(None), limiting.enter(None)
    set_reading(True)
    if any(map(_is_impossible, (request.view_args or {}).values())):
        abort(404)
    slug = (request.view_args or {}).get("coalition")
    if slug is None or request.view_args is None:
        return None
    coalition = find_coalition(slug)
    if coalition is None:
        return _moved(slug)
    request.view_args["coalition"] = coalition
    serve_within(coalition)
    return None


def let_write() -> None:
    """Who asks, and where, is known by now, and nobody stood in line for that. What is no GET may write.

    It begins with no transaction open, so that it may check passwords and limits.
    """
    if request.method not in READS:
        begin_to_write()


def _is_impossible(value: object) -> bool:
    """What no record is called by, and no database takes: a NUL, a number beyond 64 bits."""
    return "\x00" in value if isinstance(value, str) else isinstance(value, int) and value >= 2**63


def _moved(slug: str) -> Response | None:
    """A former address: 301 for pages; a feed is answered where it was asked for."""
    coalition = find_coalition_by_former_slug(slug)
    if coalition is None or request.endpoint is None or request.view_args is None:
        abort(404)
    if request.path.endswith((".ics", ".json", ".rss")):
        request.view_args["coalition"] = coalition
        serve_within(coalition)
        return None
    path = url_for(request.endpoint, **{**request.view_args, "coalition": coalition.slug, "lang": None})
    query = urlencode(request.args.to_dict(flat=False), doseq=True)
    return redirect(f"{path}?{query}" if query else path, 301)


def _close(_error: BaseException | None) -> None:
    if token := g.pop("scope_token", None):
        tenancy.leave(token)
        limiting.leave(g.pop("limit_token"))
    set_reading(False)


def _same_coalition(endpoint: str, values: dict[str, Any]) -> None:
    """Links within a coalition need not name it."""
    here = g.get("coalition")
    if here is not None and "coalition" not in values and _takes_coalition(endpoint):
        values["coalition"] = here.slug


def _takes_coalition(endpoint: str) -> bool:
    return current_app.url_map.is_endpoint_expecting(endpoint, "coalition")
