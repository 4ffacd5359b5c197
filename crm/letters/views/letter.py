"""The sign-on letter: a page that prints well, and a PDF."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.limits import network, over_limit
from crm.core.navigation import first_url
from crm.core.pdf import compile_pdf
from crm.core.permissions import Permission
from crm.core.web import allowed, public_page
from crm.letters.printing import PAPERS, letter_of, whole_heading
from crm.letters.queries import read_letter
from crm.letters.words import and_more, note_of

bp = Blueprint("letters", __name__, url_prefix="/<coalition>")
# PDFs that one network may ask for in an hour: each costs as much as a hundred pages.
MOST_PDFS = 60


@bp.route("/letter")
@allowed(Permission.PUBLIC)
def letter(coalition: Coalition) -> ResponseReturnValue:
    """The demands in full and everybody who stands behind them."""
    found = read_letter(str(get_locale()))
    page = render_template(
        "letters/letter.html",
        letter=found,
        note_of=note_of,
        whole_heading=whole_heading(found),
        left_out=and_more(found.left_out),
        today=clock.today(coalition.zone),
        papers=PAPERS,
        sign_on_url=first_url("sign_ons.form"),
    )
    return public_page(page)


@bp.route("/letter.pdf")
@allowed(Permission.PUBLIC)
def letter_pdf(coalition: Coalition) -> ResponseReturnValue:
    """The same, set for printing."""
    paper = paper_asked()
    hold_back()
    found = read_letter(str(get_locale()))
    data = letter_of(coalition, found, clock.today(coalition.zone), paper)
    return pdf_answer(coalition, "letter.typ", data, f"{coalition.slug}-letter.pdf")


def paper_asked() -> str:
    """The paper named in the address; 404 for one that there is not."""
    paper = request.args.get("paper", "letter")
    return paper if paper in PAPERS else abort(404)


def hold_back() -> None:
    """Refuse whoever asks for PDFs all the time."""
    if over_limit("pdf", network(), most=MOST_PDFS, within=timedelta(hours=1)):
        abort(429)


def pdf_answer(coalition: Coalition, template: str, data: dict[str, object], name: str) -> Response:
    """A PDF, dated to the day, so that it is the same as long as nothing changed."""
    at = datetime.combine(clock.today(coalition.zone), time(), coalition.zone)
    response = Response(compile_pdf(template, data, at), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.update(("Accept-Language", "Cookie"))
    response.add_etag()
    response.make_conditional(request)
    return response
