"""One question of the coalition, by the link that was mailed for it. Opening it changes nothing."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.asks.models import Ask, AskState
from crm.asks.operations.answers import (
    answer_board,
    answer_decline,
    answer_endorse,
    answer_not_right,
    answer_object,
    answer_with_reservation,
    answer_withdraw,
)
from crm.asks.queries import find_ask
from crm.coalitions.models import Coalition
from crm.coalitions.operations import touch_feeds
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, Viewer
from crm.core.web import allowed
from crm.groups.forms import AskForm
from crm.groups.operations.entering import viewer_of
from crm.groups.queries import find_stand
from crm.groups.views.blueprint import WORDS, bp, differences_of
from crm.groups.views.entering import unknown
from crm.groups.views.mailed import open_question
from crm.representatives.models import GroupLink

# What a press of each button says.
ANSWERS: dict[str, Callable[[Viewer, Ask, AskForm], None]] = {
    "endorse": lambda who, ask, _form: answer_endorse(who, ask),
    "reservation": lambda who, ask, form: answer_with_reservation(who, ask, form.reservation.data),
    "withdraw": lambda who, ask, _form: answer_withdraw(who, ask),
    "decline": lambda who, ask, form: answer_decline(who, ask, form.reason.data),
    "object": lambda who, ask, form: answer_object(who, ask, form.objection.data),
    "not_right": lambda who, ask, form: answer_not_right(who, ask, form.objection.data),
    "board": lambda who, ask, form: answer_board(who, ask, form.board_day()),
}


@bp.route("/ask/<token>", methods=["GET"])
@allowed(Permission.PUBLIC)
def ask(coalition: Coalition, token: str) -> ResponseReturnValue:
    """The question, both wordings, until when, and the buttons."""
    found = _asked(token)
    if found is None:
        return unknown()
    link, asked = found
    return _page(token, link, asked, AskForm(formdata=None))


@bp.route("/ask/<token>", methods=["POST"])
@allowed(Permission.PUBLIC)
def answer(coalition: Coalition, token: str) -> ResponseReturnValue:
    """One of the buttons. Pressed again it is answered already."""
    found = _asked(token)
    if found is None:
        return unknown()
    link, asked = found
    form = AskForm()
    act = ANSWERS.get(request.form.get("answer", ""))
    if act is None or link.expires_at <= clock.now() or not form.validate_on_submit():
        return _page(token, link, asked, form, 422)
    try:
        act(viewer_of(link.contact), asked, form)
    except Refused as refused:
        db.session.rollback()
        return _refused(token, form, refused)
    touch_feeds()
    db.session.commit()
    flash(_("Thank you. Your answer is noted."), "success")
    return redirect(url_for(".ask", token=token), 303)


def _asked(token: str) -> tuple[GroupLink, Ask] | None:
    return open_question(token, "ask", find_ask)


def _refused(token: str, form: AskForm, refused: Refused) -> ResponseReturnValue:
    """What the matter is: beside its field, or above, with the question as it is now."""
    found = _asked(token)
    if found is None:
        return unknown()
    link, asked = found
    if refused.field in form:
        form.refuse(str(refused.field), refused.message)
    else:
        flash(str(refused.message), "error")
    return _page(token, link, asked, form, 422 if asked.state is AskState.OPEN else 409)


def _page(token: str, link: GroupLink, asked: Ask, form: AskForm, status: int = 200) -> ResponseReturnValue:
    over = link.expires_at <= clock.now()
    retired = asked.demand.retired_at is not None
    former = asked.from_version if asked.from_version_id != asked.version_id else None
    return render_template(
        "groups/ask.html",
        token=token,
        ask=asked,
        open=asked.state is AskState.OPEN and not over and not retired,
        over=over and asked.state is AskState.OPEN and not retired,
        retired=asked.state is AskState.OPEN and retired,
        live=find_stand(asked.organization_id, asked.demand_id),
        form=form,
        differences=differences_of(former, asked.version) if former else [],
        **WORDS,
    ), status
