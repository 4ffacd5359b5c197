"""What words of a list mean, said beside the preview."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.exchange.lists.interactions import MEANINGS
from crm.exchange.models import Import
from crm.exchange.operations import Unknown, list_unknown, say_words
from crm.exchange.views.blueprint import bp, import_or_404
from crm.outreach.models import Channel, Outcome


@bp.route("/<int:import_id>/words", methods=["POST"])
@allowed(Permission.IMPORT)
def words(coalition: Coalition, import_id: int) -> ResponseReturnValue:
    """Read the rows once more, with what was chosen for words that are not known."""
    task = import_or_404(import_id)
    chosen = _chosen(task)
    if not chosen:
        flash(_("Choose first what one of these words means."), "error")
        return redirect(url_for("exchange.show", import_id=import_id))
    try:
        say_words(viewer(), task, chosen)
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        flash(str(error.message), "error")
    return redirect(url_for("exchange.show", import_id=import_id))


def _chosen(task: Import) -> dict[Unknown, Outcome | Channel]:
    """Word → what it means, of those for which something was chosen; sent in the order of the page."""
    sent = request.form.getlist("word")
    pairs = zip(list_unknown(task), sent, strict=False)
    return {one: MEANINGS[one.kept](code) for one, code in pairs if code in set(MEANINGS[one.kept])}
