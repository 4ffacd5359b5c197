"""Several sign-ons at once, and a question to the speaker of one."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, viewer
from crm.core.transactions import set_reading
from crm.core.web import allowed
from crm.sign_ons.decision_forms import LARGEST_ID, AskForm, SeveralForm
from crm.sign_ons.likeness import list_likely
from crm.sign_ons.models import SignOn
from crm.sign_ons.operations import ask_back
from crm.sign_ons.operations.several import Done, accept_several, decline_several
from crm.sign_ons.queries import count_answers, find_sign_on, list_waiting_of
from crm.sign_ons.views.blueprint import bp
from crm.sign_ons.waiting import list_twins


@bp.route("/organize/sign-ons/several", methods=["POST"])
@allowed(Permission.SIGN_ON_DECIDE)
def several(coalition: Coalition) -> ResponseReturnValue:
    """Those that were chosen: first what it would do, then done."""
    doing = request.form.get("step") == "do"
    set_reading(not doing)
    form = SeveralForm()
    if not form.validate_on_submit():
        flash(_("Choose sign-ons, and what to do with them."), "error")
        return redirect(url_for(".index"), 303)
    chosen = list_waiting_of([one for one in form.chosen.data if 0 < one <= LARGEST_ID])
    taken = _taken(chosen, form.act.data)
    if doing and form.act.data == "decline" and not form.reason.data:
        form.refuse("reason", _("Write the reason."))
        return _ask(form, chosen, taken), 422
    return _do(coalition, form, taken) if doing else _ask(form, chosen, taken)


@bp.route("/organize/sign-ons/<int:sign_on_id>/ask", methods=["POST"])
@allowed(Permission.SIGN_ON_DECIDE)
def ask(coalition: Coalition, sign_on_id: int) -> ResponseReturnValue:
    """Ask its speaker something; it waits for them, not for a coordinator, until they confirm again."""
    sign_on = (find_sign_on(sign_on_id) if sign_on_id <= LARGEST_ID else None) or abort(404)
    form = AskForm()
    try:
        if not form.validate_on_submit():
            raise Refused(_("Write the question."))
        ask_back(viewer(), coalition, sign_on.id, form.question.data)
    except Refused as refused:
        db.session.rollback()
        flash(str(refused.message), "error")
        return redirect(url_for(".show", sign_on_id=sign_on_id), 303)
    db.session.commit()
    flash(_("Your question is on its way to the speaker."), "success")
    return redirect(url_for(".index"), 303)


def _taken(chosen: Sequence[SignOn], act: str) -> list[SignOn]:
    """Those that can be decided on together: no new group is made of what looks like one that is here."""
    if act == "decline":
        return list(chosen)
    likely, twins = list_likely(viewer(), chosen), list_twins(chosen)
    return [one for one in chosen if not likely[one.id] and not twins[one.id]]


def _ask(form: SeveralForm, chosen: Sequence[SignOn], taken: Sequence[SignOn]) -> str:
    kept = {one.id for one in taken}
    return render_template(
        "sign_ons/several.html",
        form=form,
        act=form.act.data,
        taken=taken,
        left=[one for one in chosen if one.id not in kept],
        endorsements=sum(count_answers(one)[0] for one in taken),
    )


def _do(coalition: Coalition, form: SeveralForm, taken: Sequence[SignOn]) -> ResponseReturnValue:
    if form.act.data == "accept":
        result: Done = accept_several(viewer(), coalition, taken)
    else:
        told = {"reason": form.reason.data, "tell": form.tell.data}
        result = decline_several(viewer(), coalition, taken, **told)
    db.session.commit()
    text = ngettext("%(num)s sign-on is decided on.", "%(num)s sign-ons are decided on.", result.done)
    flash(text, "success" if result.done else "message")
    for what, why in result.left_out:
        flash(_("Left out: “%(sentence)s”. %(reason)s", sentence=what, reason=why), "error")
    return redirect(url_for(".index"), 303)
