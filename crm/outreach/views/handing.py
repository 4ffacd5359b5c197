"""Who does how much, and handing work over: what would change hands is said first."""

from __future__ import annotations

from datetime import date, timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.formats import number
from crm.core.once import key_of, make_once
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo, ticked_ids
from crm.outreach import queries
from crm.outreach.handing_forms import HandOverForm
from crm.outreach.models import Handover
from crm.outreach.operations.handing import hand_over, undo_handover
from crm.outreach.views.follow_ups import bp
from crm.outreach.workloads import Plan, find_handover, list_handovers, list_loads, plan_tasks, plan_work_of

# For so long what was handed over is listed with its undo.
TAKEN_BACK_WITHIN = timedelta(days=14)


@bp.route("/everybody")
@allowed(Permission.OUTREACH_VIEW)
def loads(coalition: Coalition) -> ResponseReturnValue:
    """Who has how many follow-ups and groups; also of those who left."""
    return render_template(
        "outreach/loads.html",
        loads=list_loads(clock.today(coalition.zone)),
        handovers=list_handovers(clock.now() - TAKEN_BACK_WITHIN),
        in_words=in_words,
    )


@bp.route("/hand-over", methods=["GET", "POST"])
@allowed(Permission.OUTREACH_LOG)
def give(coalition: Coalition) -> ResponseReturnValue:
    """First to whom, then what it would do in numbers, then do it."""
    ids, today = ticked_ids(), clock.today(coalition.zone)
    form = HandOverForm(request.values, owners=queries.list_owners())
    posted = request.method == "POST"
    chosen = form.validate() if posted else "to_id" in request.values and form.to_id.validate(form)
    plan = _plan(form, ids, today)
    if posted and chosen:
        try:
            return _handed(form, plan)
        except Refused as error:
            form.refuse(error.field or "to_id", error.message)
    names = {one.user_id: one.name for one in list_loads(today)}
    given = {"form": form, "plan": plan, "ids": ids, "chosen": chosen, "names": names}
    return render_template("outreach/hand_over.html", in_words=in_words, **given), 422 if form.errors else 200


@bp.route("/handed/<int:handover_id>/undo", methods=["POST"])
@allowed(Permission.OUTREACH_LOG)
def take_back(coalition: Coalition, handover_id: int) -> ResponseReturnValue:
    done = find_handover(handover_id) or abort(404)
    undo_handover(viewer(), done)
    db.session.commit()
    text = _("Undone, but for what is done by now or went on. What somebody had who left is nobody’s.")
    flash(text, "success")
    return redirect(url_for("follow_ups.loads"), 303)


def _plan(form: HandOverForm, ids: list[int], today: date) -> Plan:
    to_id = form.to_id.data
    if ids:
        return plan_tasks(ids, to_id, today)
    if not form.whose.data:
        return Plan()
    groups = form.groups.data and viewer().can(Permission.DIRECTORY_EDIT)
    return plan_work_of(form.from_id, to_id, today, tasks=form.tasks.data, groups=groups)


def _handed(form: HandOverForm, plan: Plan) -> ResponseReturnValue:
    """Pressed again it answers as the first time, though nothing of it is anybody else's any more."""
    to_id: int = form.to_id.data
    done = make_once(
        Handover, key_of(form), lambda: hand_over(viewer(), to_id, plan.task_ids, plan.group_ids)
    )
    name = dict(queries.list_owners()).get(to_id, "")
    undo = url_for("follow_ups.take_back", handover_id=done.id)
    what = in_words(done.tasks, done.groups)
    flash_undo(_("Handed over to %(name)s: %(what)s.", name=name, what=what), undo)
    return redirect(url_for("follow_ups.loads"), 303)


def in_words(tasks: int, groups: int) -> str:
    """How much it is: "14 follow-ups, 22 groups"."""
    parts = []
    if tasks or not groups:
        parts.append(ngettext("%(number)s follow-up", "%(number)s follow-ups", tasks, number=number(tasks)))
    if groups:
        parts.append(ngettext("%(number)s group", "%(number)s groups", groups, number=number(groups)))
    return ", ".join(map(str, parts))
