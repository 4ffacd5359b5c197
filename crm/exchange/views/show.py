"""One import: its progress, its preview, its result, and the buttons on them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.navigation import first_url
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.exchange import operations
from crm.exchange.lists.interactions import MEANINGS
from crm.exchange.models import WORKING, Import, ImportState, RowOutcome
from crm.exchange.problems import Problem
from crm.exchange.queries import page_of_rows, page_of_staying
from crm.exchange.queries.list_impact import find_any_impact
from crm.exchange.rendering import STAYING, TOLD, RowView
from crm.exchange.showing import OUTCOME_TITLES, WORDS, list_staying, show_rows, show_staying
from crm.exchange.views.blueprint import bp, import_or_404, may_put_right
from crm.outreach.models import CHANNEL_NAMES, OUTCOME_NAMES, Channel, Outcome

FIRST_ROWS = 8
NAMES: Mapping[type, Mapping[Any, Any]] = {Outcome: OUTCOME_NAMES, Channel: CHANNEL_NAMES}
# The tables of the preview, what needs a look on top.
SHOWN: tuple[tuple[str, RowOutcome | None], ...] = (
    (RowOutcome.REFUSE.value, RowOutcome.REFUSE),
    (TOLD, None),
    (RowOutcome.CHANGE.value, RowOutcome.CHANGE),
    (RowOutcome.CREATE.value, RowOutcome.CREATE),
    (RowOutcome.REPEAT.value, RowOutcome.REPEAT),
    (RowOutcome.SKIP.value, RowOutcome.SKIP),
)


@bp.route("/<int:import_id>")
@allowed(Permission.IMPORT)
def show(coalition: Coalition, import_id: int) -> ResponseReturnValue:
    task = import_or_404(import_id)
    if task.state is ImportState.UPLOADED:
        return redirect(url_for("exchange.columns", import_id=task.id))
    return render_template(
        "exchange/show.html",
        task=task,
        counts=task.counts,
        working=task.state in WORKING,
        stalled=operations.is_stalled(task),
        applied=task.state is ImportState.APPLIED,
        undone=task.counts.get("undo") if task.state is ImportState.UNDONE else None,
        problem=Problem(*json.loads(task.problem)) if task.problem else None,
        parts=[] if task.state in WORKING else _parts(task),
        titles=part_titles(task),
        words=WORDS[task.about],
        endorsements_url=first_url("endorsements.waiting"),
        may_put_right=may_put_right(task),
        **_asked(task),
    )


def _asked(task: Import) -> dict[str, Any]:
    """The words of which it must be said what they mean, and what they can mean."""
    unknown = operations.list_unknown(task) if task.state is ImportState.STAGED else []
    return {"unknown": unknown, "meanings": {kept: NAMES[meaning] for kept, meaning in MEANINGS.items()}}


def part_titles(task: Import) -> Mapping[str, str]:
    """What the tables of rows are called, by outcome."""
    named = OUTCOME_TITLES[task.about]
    titles: dict[str, str] = {outcome.value: str(title) for outcome, title in named.items()}
    return {**titles, TOLD: _("With a remark"), STAYING: _("Stay as they are")}


def _parts(task: Import) -> list[tuple[str, int, list[RowView]]]:
    """(name, how many, the first of them) for each table that is not empty."""
    parts: list[tuple[str, int, list[RowView]]] = []
    if task.state is ImportState.UNDONE:
        count = task.counts["undo"]["staying"]
        rows = show_staying(task, page_of_staying(task.id, limit=FIRST_ROWS).items)
        return [(STAYING, count, rows)] if rows else []
    for name, outcome in SHOWN:
        if count := task.counts.get(name, 0):
            page = page_of_rows(task.id, outcome, limit=FIRST_ROWS)
            # Of an old import the counts alone are left.
            parts += [(name, count, show_rows(task, page.items))] if page.items else []
    return parts


@bp.route("/<int:import_id>/apply", methods=["POST"])
@allowed(Permission.IMPORT)
def apply(coalition: Coalition, import_id: int) -> ResponseReturnValue:
    return _after(import_id, operations.order_applying)


@bp.route("/<int:import_id>/resume", methods=["POST"])
@allowed(Permission.IMPORT)
def resume(coalition: Coalition, import_id: int) -> ResponseReturnValue:
    return _after(import_id, operations.resume_import)


def _after(import_id: int, operation: Any) -> ResponseReturnValue:
    """Do what a button says, and show where the import stands then."""
    try:
        operation(import_or_404(import_id))
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        flash(str(error.message), "error")
    return redirect(url_for("exchange.show", import_id=import_id))


@bp.route("/<int:import_id>/undo", methods=["GET", "POST"])
@allowed(Permission.IMPORT)
def undo(coalition: Coalition, import_id: int) -> ResponseReturnValue:
    """What undoing will do, in numbers, before the button that does it."""
    task = import_or_404(import_id)
    if request.method == "POST":
        return _after(import_id, lambda task: operations.order_undoing(viewer(), task))
    if not task.can_be_undone:
        return redirect(url_for("exchange.show", import_id=task.id))
    impact = find_any_impact(task)
    rows = list_staying(task, dict(islice(impact.staying.items(), FIRST_ROWS)))
    words = WORDS[task.about]
    return render_template("exchange/undo.html", task=task, impact=impact, rows=rows, words=words)


@bp.route("/<int:import_id>/discard", methods=["POST"])
@allowed(Permission.IMPORT)
def discard(coalition: Coalition, import_id: int) -> ResponseReturnValue:
    task = import_or_404(import_id)
    try:
        operations.discard_import(viewer(), task)
    except Refused as error:
        flash(str(error.message), "error")
        return redirect(url_for("exchange.show", import_id=import_id))
    db.session.commit()
    flash(_("Thrown away: nothing of this file was imported."), "success")
    return redirect(url_for("exchange.index"))
