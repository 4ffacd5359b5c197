"""The coalition's stylesheet."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from crm.coalitions.models import Coalition
from crm.coalitions.theme import room_of, stylesheet
from crm.core.permissions import Permission
from crm.core.web import allowed

bp = Blueprint("coalitions", __name__)
FOR_EVER = "public, max-age=31536000, immutable"


@bp.route("/<coalition>/theme-<version>.css")
@allowed(Permission.PUBLIC)
def theme(coalition: Coalition, version: str) -> Response:
    """A page that was loaded before the colours changed gets the present ones, but does not keep them."""
    room = room_of(version)
    if room is None:
        abort(404)
    present, content = stylesheet(room, coalition.accent)
    response = Response(content, mimetype="text/css")
    response.headers["Cache-Control"] = FOR_EVER if version == present else "no-store"
    return response
