"""An invitation to co-sponsor, by the link that was mailed for it. Opening it changes nothing."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, Viewer
from crm.core.web import allowed
from crm.demands.models import STANDING_MARKS, STANDING_NAMES
from crm.demands.queries import find_standing
from crm.demonstrations.amounts import currency_of, symbol_of
from crm.demonstrations.fields import BringsForm
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.demonstrations.operations import answer_co_sponsorship
from crm.demonstrations.queries import find_invitation, list_standing_promises
from crm.events.queries import AHEAD, find_event, list_event_dates
from crm.events.series import Window
from crm.groups.operations.co_sponsoring import accept_with
from crm.groups.operations.entering import viewer_of
from crm.groups.views.blueprint import bp
from crm.groups.views.entering import unknown
from crm.groups.views.mailed import open_question
from crm.representatives.models import GroupLink

# So many of the dates to come are named.
DATES = 4


@bp.route("/co-sponsor/<token>", methods=["GET"])
@allowed(Permission.PUBLIC)
def co_sponsor_asked(coalition: Coalition, token: str) -> ResponseReturnValue:
    """The demonstration, where the group stands, and the two answers."""
    found = _invited(token)
    if found is None:
        return unknown()
    link, one = found
    return _page(coalition, token, link, one, BringsForm(formdata=None))


@bp.route("/co-sponsor/<token>", methods=["POST"])
@allowed(Permission.PUBLIC)
def co_sponsor_answer(coalition: Coalition, token: str) -> ResponseReturnValue:
    """Accept, with what the group brings, or decline. Pressed again it is answered already."""
    found = _invited(token)
    if found is None:
        return unknown()
    link, one = found
    form, answer = BringsForm(), request.form.get("answer", "")
    if answer not in {"accept", "decline"} or not _is_open(link, one) or not form.validate_on_submit():
        return _page(coalition, token, link, one, form, 409 if not _is_open(link, one) else 422)
    try:
        _answer(coalition, viewer_of(link.contact), one, form, accept=answer == "accept")
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse(_field_of(refused, form), refused.message)
        return _page(coalition, token, link, one, form, 422)
    flash(_("Thank you. The organizers see your answer."), "success")
    return redirect(url_for(".co_sponsor_asked", token=token), 303)


def _answer(coalition: Coalition, who: Viewer, one: CoSponsorship, form: BringsForm, *, accept: bool) -> None:
    """Raises Refused (fields of the form)."""
    if not accept:
        answer_co_sponsorship(who, one, CoSponsorState.DECLINED)
        return
    try:
        brings = form.wanted(currency_of(coalition.timezone, clock.today(coalition.zone)))
    except ValueError:
        raise Refused(_("Write a sum of money, such as 25.50."), "money") from None
    accept_with(who, one, brings, one.edition)


def _field_of(refused: Refused, form: BringsForm) -> str:
    return refused.field if refused.field and refused.field in form else "turnout"


def _invited(token: str) -> tuple[GroupLink, CoSponsorship] | None:
    """The link and what it is about, as long as the group may know of the event."""
    found = open_question(token, "co_sponsor", find_invitation)
    if found is None or find_event(viewer_of(found[0].contact), found[1].event.slug) is None:
        return None
    return found


def _is_open(link: GroupLink, one: CoSponsorship) -> bool:
    over = link.expires_at <= clock.now() or one.event.cancelled_at is not None
    return one.state is CoSponsorState.ASKED and not over


def _page(
    coalition: Coalition,
    token: str,
    link: GroupLink,
    one: CoSponsorship,
    form: BringsForm,
    status: int = 200,
) -> ResponseReturnValue:
    now = clock.now()
    dates = list_event_dates(one.event, viewer_of(link.contact), Window(now, now + AHEAD))
    if one.on_date is not None:
        dates = [date for date in dates if date.on_date == one.on_date]
    return render_template(
        "groups/co_sponsor.html",
        token=token,
        one=one,
        event=one.event,
        open=_is_open(link, one),
        dates=[date for date in dates if not date.cancelled][:DATES],
        promises=list_standing_promises(one.event_id).get(one.organization_id, []),
        standing=find_standing(one.organization_id),
        standing_names=STANDING_NAMES,
        standing_marks=STANDING_MARKS,
        form=form,
        currency=symbol_of(currency_of(coalition.timezone, clock.today(coalition.zone))),
    ), status
