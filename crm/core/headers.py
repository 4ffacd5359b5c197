"""Security headers of every answer, and the few exceptions."""

from __future__ import annotations

from flask import Flask, Response, current_app, request

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Content-Security-Policy": CSP,
}
# What others may embed or read from their own pages: feeds in any calendar app.
CROSS_ORIGIN_TYPES = {"text/calendar", "application/feed+json", "application/rss+xml"}
# A page within a page of any other site: it shows, and does nothing.
FRAMED = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors *",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# What differs from ALWAYS, by endpoint.
EXCEPTIONS = {
    "embeds.endorsers": FRAMED,
    "embeds.counter": FRAMED,
    "calendar_embeds.events": FRAMED,
    "calendar_embeds.month": FRAMED,
    # Its address is a secret: it is to be in no search engine and in no referrer.
    "private_feeds.show": {"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"},
    "embeds.endorsers_json": {
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Access-Control-Allow-Origin": "*",
    },
}


def init_app(app: Flask) -> None:
    @app.after_request
    def add(response: Response) -> Response:
        for name, value in {**ALWAYS, **EXCEPTIONS.get(request.endpoint or "", {})}.items():
            response.headers.setdefault(name, value)
        if response.mimetype in CROSS_ORIGIN_TYPES and response.cache_control.public:
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            response.headers["Access-Control-Allow-Origin"] = "*"
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        if current_app.config["PRODUCTION"]:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        return response
