"""Addresses of our own static files, with their content's hash, so that they may be kept for ever."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request

STATIC = Path(__file__).resolve().parent.parent / "static"


@cache
def asset(path: str) -> str:
    """The address of a file under static/."""
    return f"/static/{path}?v={hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]}"


def init_app(app: Flask) -> None:
    app.jinja_env.globals["asset"] = asset

    @app.after_request
    def keep(response: Response) -> Response:
        # Vendored files carry their version in the folder's name; stylesheets name fonts without a hash.
        versioned = request.args.get("v") or request.path.startswith("/static/vendor/")
        if request.endpoint == "static" and versioned:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
