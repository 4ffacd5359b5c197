"""The board: cards that are moved from stage to stage. The list by stage, with what groups say to demands."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from crm.accounts.queries import list_members
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.listings import link_pages
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo, is_htmx, safe_next
from crm.organizations.models import KIND_NAMES, Organization
from crm.organizations.queries import find_organization, list_choices
from crm.organizations.queries.stages import own_stages
from crm.organizations.stages import Stages, Step
from crm.outreach.models import StageChange
from crm.outreach.operations import move_stage
from crm.pipeline.forms import CardForm
from crm.pipeline.queries.board import COUNT_UP_TO, count_of, list_cards, show_board
from crm.pipeline.queries.listing import show_stands
from crm.pipeline.views.blueprint import Asked, bp

# Of each stage, where the list shows all of them.
EACH = 10


@bp.route("/board")
@allowed(Permission.OUTREACH_VIEW)
def board(coalition: Coalition) -> ResponseReturnValue:
    """A column for each stage."""
    asked = Asked.read(request.args)
    columns = show_board(viewer(), asked.filters, asked.order)
    return render_template("pipeline/board.html", columns=columns, **_shared(asked), **_choices(asked))


@bp.route("/board/<code>")
@allowed(Permission.OUTREACH_VIEW)
def column(coalition: Coalition, code: str) -> ResponseReturnValue:
    """The further cards of one column: a page of it, or only the cards where the board adds them."""
    asked, step = Asked.read(request.args), _step_or_404(code)
    after, before = request.args.get("after"), request.args.get("before")
    page = list_cards(viewer(), asked.filters, step.code, asked.order, after=after, before=before)
    shown = {"step": step, "groups": page.items, "after": page.after, **_shared(asked)}
    if is_htmx():
        return render_template("pipeline/_more.html", **shown)
    return render_template("pipeline/column.html", pages=link_pages(page, ""), **shown)


@bp.route("/board/move", methods=["POST"])
@allowed(Permission.OUTREACH_LOG)
def move(coalition: Coalition) -> ResponseReturnValue:
    """Move a card: `move` says which group goes where ("12 contacted")."""
    form = CardForm()
    group = find_organization(form.organization_id) or abort(404)
    back = safe_next(form.next.data, url_for(".board"))
    try:
        change = move_stage(viewer(), group, form.stage)
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        return _not_moved(str(error.message), back)
    if is_htmx():
        told = _told(change, group) if change else ""
        return render_template(
            "pipeline/_moved.html", group=group, change=change, told=told, back=back, **_shared()
        )
    if change:
        flash_undo(_told(change, group), url_for("outreach.undo_stage", change_id=change.id), next=back)
    return redirect(back)


@bp.route("/by-stage")
@allowed(Permission.OUTREACH_VIEW)
def listing(coalition: Coalition) -> ResponseReturnValue:
    """The groups of each stage as a table, or all of one; beside them what they say to each demand."""
    asked, code = Asked.read(request.args), request.args.get("stage", "")
    if code:
        return _all_of(asked, _step_or_404(code))
    columns = show_board(viewer(), asked.filters, asked.order)
    parts = [(column.step, column.groups[:EACH], column.count) for column in columns]
    stands = show_stands([group for _step, groups, _n in parts for group in groups], str(get_locale()))
    return render_template(
        "pipeline/listing.html", parts=parts, stands=stands, each=EACH, **_shared(asked), **_choices(asked)
    )


def _all_of(asked: Asked, step: Step) -> ResponseReturnValue:
    after, before = request.args.get("after"), request.args.get("before")
    page = list_cards(viewer(), asked.filters, step.code, asked.order, after=after, before=before)
    count = count_of(viewer(), asked.filters, step.code)
    return render_template(
        "pipeline/listing.html",
        parts=[(step, page.items, count)],
        stands=show_stands(page.items, str(get_locale())),
        pages=link_pages(page, ""),
        only=step,
        **_shared(asked),
        **_choices(asked),
    )


def _step_or_404(code: str) -> Step:
    return own_stages().find(code) or abort(404)


def _shared(asked: Asked | None = None) -> dict[str, object]:
    """What every card needs."""
    stages, members = own_stages(), [(user.id, user.name) for user, _membership in list_members()]
    return {
        "asked": asked,
        "beside": _beside(stages),
        "stages": stages,
        "kind_names": KIND_NAMES,
        "members": members,
        "member_names": dict(members),
        "now": clock.now(),
        "count_up_to": COUNT_UP_TO,
    }


def _beside(stages: Stages) -> dict[str, tuple[Step | None, Step | None]]:
    """Code → the stages before and after it on the board that a card can be moved to."""
    found: dict[str, tuple[Step | None, Step | None]] = {}
    for place, step in enumerate(stages.all):
        earlier = [one for one in stages.all[:place] if not one.retired]
        later = [one for one in stages.all[place + 1 :] if not one.retired]
        found[step.code] = (earlier[-1] if earlier else None, later[0] if later else None)
    return found


def _choices(asked: Asked) -> dict[str, object]:
    return {"choices": list_choices(viewer(), asked.filters)}


def _told(change: StageChange, group: Organization) -> str:
    stages = own_stages()
    return str(
        _(
            "%(group)s: the stage moved from “%(before)s” to “%(after)s”.",
            group=group.name,
            before=stages.name(change.before),
            after=stages.name(change.after),
        )
    )


def _not_moved(message: str, back: str) -> ResponseReturnValue:
    if is_htmx():
        return render_template("pipeline/_not_moved.html", message=message), 422
    flash(message, "error")
    return redirect(back)
