"""The sign-on letter: a page that prints well, and a PDF."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.navigation import first_url
from crm.core.papers import PAPERS, hold_back, paper_asked, pdf_answer
from crm.core.permissions import Permission
from crm.core.web import allowed, public_page
from crm.letters.printing import letter_of, whole_heading
from crm.letters.queries import read_letter
from crm.letters.words import and_more, note_of

bp = Blueprint("letters", __name__, url_prefix="/<coalition>")


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
