"""Floor F: a minimal Flask app under the same server that returns the same bytes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from flask import Flask, Response, request

CONTENT = Path(os.environ["BENCH_FILE"]).read_bytes()
ETAG = hashlib.sha256(CONTENT).hexdigest()[:32]
app = Flask(__name__)


@app.get("/calendar.ics")
def plain() -> Response:
    """The bytes."""
    return Response(CONTENT, content_type="text/calendar; charset=utf-8")


@app.get("/conditional.ics")
def conditional() -> Response:
    """The bytes, or 304 for those who have them."""
    response = Response(CONTENT, content_type="text/calendar; charset=utf-8")
    response.set_etag(ETAG, weak=True)
    response.make_conditional(request)
    return response
