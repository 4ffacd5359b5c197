"""A feed on the wire: its bytes or 304, as 5-calendars.md wants it."""

from __future__ import annotations

from datetime import datetime

from flask import Response, current_app, request

from crm.calendars.shelf import Kept
from crm.core import clock

ICS = "text/calendar; charset=utf-8"
JSON = "application/feed+json; charset=utf-8"
RSS = "application/rss+xml; charset=utf-8"


def answer(
    kept: Kept, content_type: str, changed_at: datetime | None = None, *, cache: str = "public, no-cache"
) -> Response:
    """The bytes, or 304; whatever is accepted, as calendar apps ask for all kinds of things.

    Without `changed_at` nobody can say since when they are so, and the ETag alone answers 304.
    """
    gzip = current_app.config["FEED_GZIP"] and request.accept_encodings.quality("gzip") > 0
    response = Response(kept.zipped if gzip else kept.content, content_type=content_type)
    if gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = cache
    response.set_etag(kept.etag, weak=True)
    if changed_at is None:
        response.make_conditional(request)
        return response
    response.last_modified = changed_at
    response.make_conditional(request)
    # Versions of one burst of edits run ahead of the clock; what is told may not (RFC 9110 §8.8.2.1).
    response.last_modified = min(changed_at, clock.now())
    return response
