"""What robots may fetch. Google's calendar heeds it for feeds, private ones too."""

from __future__ import annotations

from flask import Blueprint, Response

from crm.core.permissions import Permission
from crm.core.web import allowed

bp = Blueprint("robots", __name__)
# Feeds (/<coalition>/calendar.ics, /feeds/<token>.ics) and public pages are for everybody.
TEXT = """\
User-agent: *
Disallow: /*/organize/
Disallow: /*/group/
Disallow: /account/
Disallow: /invitation/
Disallow: /login
Disallow: /logout
Disallow: /outbox
Disallow: /password/
Allow: /
"""


@bp.get("/robots.txt")
@allowed(Permission.PUBLIC)
def robots() -> Response:
    """The rules for robots."""
    response = Response(TEXT, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
