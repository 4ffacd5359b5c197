"""What pages that are printed share: papers, the sheet's own texts, QR codes, the answer with its PDF."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from io import BytesIO
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import segno
from flask import Response, abort, request
from flask_babel import get_locale
from flask_babel import gettext as _

from crm.core import clock
from crm.core.colour import INK
from crm.core.limits import network, over_limit
from crm.core.pdf import compile_pdf

# As typst calls them.
PAPERS = {"a4": "a4", "letter": "us-letter"}
# PDFs that one network may ask for in an hour: each costs as much as a hundred pages.
MOST_PDFS = 60


class Printed(Protocol):
    """As much of a coalition as a sheet shows."""

    name: Any
    accent: Any

    @property
    def zone(self) -> ZoneInfo: ...


def sheet_of(coalition: Printed, title: str, paper: str) -> dict[str, Any]:
    """What every printed page has, for templates/print/house.typ; `paper` is a key of PAPERS."""
    locale = get_locale()
    return {
        "coalition": coalition.name,
        "title": title,
        "paper": PAPERS[paper],
        "language": locale.language if locale else "en",
        "direction": locale.text_direction if locale else "ltr",
        "accent": coalition.accent,
        "ink": INK,
        "page": _("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
    }


def paper_asked() -> str:
    """The paper named in the address; 404 for one that there is not."""
    paper = request.args.get("paper", "letter")
    return paper if paper in PAPERS else abort(404)


def hold_back() -> None:
    """Refuse whoever asks for PDFs all the time."""
    if over_limit("pdf", network(), most=MOST_PDFS, within=timedelta(hours=1)):
        abort(429)


def qr_picture(text: str) -> str:
    """A text as an SVG picture of modules alone; the paper around it is its quiet border."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=0, omitsize=True, xmldecl=False)
    return out.getvalue().decode()


def pdf_answer(
    coalition: Printed, template: str, data: Mapping[str, Any], name: str, *, public: bool = True
) -> Response:
    """A PDF, dated to the day: the same while nothing changes. One that is not public is kept nowhere."""
    at = datetime.combine(clock.today(coalition.zone), time(), coalition.zone)
    response = Response(compile_pdf(template, data, at), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    if not public:
        response.headers["Cache-Control"] = "private, no-store"
        return response
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.update(("Accept-Language", "Cookie"))
    response.add_etag()
    response.make_conditional(request)
    return response
