"""What moved: this week, last week, the last four weeks."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from crm.accounts.queries import list_members
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.listings import link_pages
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.organizations.queries.stages import own_stages
from crm.pipeline.queries.moves import Span, Wanted, is_ahead, is_last, list_moves, sum_moves
from crm.pipeline.views.blueprint import bp

SPAN_NAMES = {
    Span.THIS_WEEK: _l("This week"),
    Span.LAST_WEEK: _l("Last week"),
    Span.FOUR_WEEKS: _l("The last four weeks"),
}


@bp.route("/moves")
@allowed(Permission.OUTREACH_VIEW)
def moves(coalition: Coalition) -> ResponseReturnValue:
    """Each move with who made it, and the way back."""
    asked, who = request.args.get("span"), request.args.get("who", "")
    span = Span(asked) if asked in set(Span) else Span.THIS_WEEK
    since, until = span.of(clock.today(coalition.zone), coalition.zone)
    wanted = Wanted(since, until, _whose(who))
    page = list_moves(wanted, after=request.args.get("after"), before=request.args.get("before"))
    return render_template(
        "pipeline/moves.html",
        span=span,
        span_names=SPAN_NAMES,
        who=who if wanted.user_id is not None else "",
        days=(since.date(), until.date() - timedelta(days=1)),
        moves=page.items,
        pages=link_pages(page, ""),
        sums=sum_moves(wanted, own_stages()),
        members=[(user.id, user.name) for user, _membership in list_members()],
        is_ahead=is_ahead,
        is_last=is_last,
    )


def _whose(asked: str) -> int | None:
    """Whose moves: of the viewer ("me"), of somebody by their id, or everybody's."""
    if asked == "me":
        return viewer().user_id
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None
