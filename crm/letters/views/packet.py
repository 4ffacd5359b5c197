"""The packet for a group's board, for everybody."""

from __future__ import annotations

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from crm.coalitions.models import Coalition
from crm.core.papers import hold_back, paper_asked, pdf_answer
from crm.core.permissions import Permission
from crm.core.web import allowed
from crm.demands.queries import DemandInForce, list_demands_in_force
from crm.letters.packet import ANSWERS, packet_of
from crm.letters.views.letter import bp


@bp.route("/sign-on/packet.pdf")
@allowed(Permission.PUBLIC)
def packet(coalition: Coalition) -> ResponseReturnValue:
    """The demands in force (or those chosen), what signing means, and how to answer, to print for a board."""
    paper, answer = paper_asked(), request.args.get("answer", "sign-on")
    demands = _chosen(request.args.getlist("demand"))
    if not demands or answer not in ANSWERS:
        abort(404)
    hold_back()
    data = packet_of(coalition, demands, answer, paper)
    return pdf_answer(coalition, "packet.typ", data, f"{coalition.slug}-board.pdf")


def _chosen(slugs: list[str]) -> list[DemandInForce]:
    """All demands in force, or those of them that the address names."""
    in_force = list_demands_in_force(str(get_locale()))
    return [demand for demand in in_force if not slugs or demand.slug in slugs]
