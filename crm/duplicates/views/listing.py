"""Groups that may be listed twice, those that somebody told apart, and what was merged these days."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.coalitions.models import Coalition
from crm.core import clock, jobs
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.formats import number
from crm.core.listings import link_pages
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo
from crm.duplicates.jobs import LOOK
from crm.duplicates.models import PairState
from crm.duplicates.operations import ask_again, say_not_same, undo_merge
from crm.duplicates.queries.merges import find_merge, list_merges
from crm.duplicates.queries.pairs import count_pairs, find_pair, list_pairs
from crm.duplicates.views.blueprint import bp, page_of
from crm.duplicates.words import REASONS
from crm.organizations.models import KIND_NAMES


@bp.route("/")
@allowed(Permission.DIRECTORY_EDIT)
def index(coalition: Coalition) -> ResponseReturnValue:
    state = PairState.NOT_SAME if request.args.get("show") == "apart" else PairState.OPEN
    page = list_pairs(state, after=request.args.get("after"), before=request.args.get("before"))
    count = count_pairs(state)
    label = ngettext("%(number)s pair", "%(number)s pairs", count, number=number(count))
    return render_template(
        "duplicates/index.html",
        pairs=page.items,
        pages=link_pages(page, label),
        apart=state is PairState.NOT_SAME,
        merges=list_merges(clock.now()),
        reasons=REASONS,
        kind_names=KIND_NAMES,
    )


@bp.route("/look", methods=["POST"])
@allowed(Permission.DIRECTORY_EDIT)
def look(coalition: Coalition) -> ResponseReturnValue:
    """Have the worker look now; pressed again before it begins it looks once."""
    jobs.enqueue_unless_waiting(LOOK, coalition_id=coalition.id)
    db.session.commit()
    flash(_("All groups are being compared. Load this page again in a minute."), "success")
    return redirect(url_for("duplicates.index"))


@bp.route("/apart/<int:one_id>/<int:other_id>", methods=["POST"])
@allowed(Permission.DIRECTORY_EDIT)
def tell_apart(coalition: Coalition, one_id: int, other_id: int) -> ResponseReturnValue:
    if one_id == other_id:
        abort(404)
    try:
        pair = say_not_same(viewer(), one_id, other_id)
    except Refused:
        abort(404)
    db.session.commit()
    undo = url_for("duplicates.propose_again", pair_id=pair.id)
    flash_undo(_("Remembered: these are two groups. They are not proposed again."), undo)
    return redirect(url_for("duplicates.index"))


@bp.route("/pairs/<int:pair_id>/again", methods=["POST"])
@allowed(Permission.DIRECTORY_EDIT)
def propose_again(coalition: Coalition, pair_id: int) -> ResponseReturnValue:
    pair = find_pair(pair_id)
    if pair is None:
        abort(404)
    ask_again(viewer(), pair)
    db.session.commit()
    flash(_("They may be the same again."), "success")
    return redirect(url_for("duplicates.index"))


@bp.route("/merges/<int:merge_id>/undo", methods=["POST"])
@allowed(Permission.DIRECTORY_EDIT)
def undo(coalition: Coalition, merge_id: int) -> ResponseReturnValue:
    done = find_merge(merge_id)
    if done is None:
        abort(404)
    try:
        undo_merge(viewer(), done)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        flash(str(refused.message), "error")
        return redirect(url_for("duplicates.index"))
    flash(_("Parted again: both groups have back what was theirs."), "success")
    return redirect(page_of(done.merged_id))
