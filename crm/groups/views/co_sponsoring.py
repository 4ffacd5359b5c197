"""What a group co-sponsors: asked for, answered, promised, delivered; on its own page."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.formats import day
from crm.core.once import key_of, make_once
from crm.core.permissions import Permission, representative
from crm.core.web import allowed
from crm.demonstrations.amounts import currency_of, symbol_of
from crm.demonstrations.fields import DeliveredForm, PromiseForm
from crm.demonstrations.models import Commitment, CoSponsorship, CoSponsorState
from crm.demonstrations.operations import (
    Count,
    answer_co_sponsorship,
    cancel_promise,
    change_promise,
    count_delivered,
    promise,
)
from crm.demonstrations.queries import find_co_sponsorship_of, find_commitment
from crm.events.models import Event, EventKind
from crm.events.queries import AHEAD, find_event, list_event_dates
from crm.events.recurrence import read_date
from crm.events.series import Window
from crm.groups.forms import AskToCoSponsorForm
from crm.groups.operations.co_sponsoring import ask_with
from crm.groups.queries import find_own_co_sponsorship
from crm.groups.views.blueprint import bp, own_group

HOME = "co-sponsorships"
F = TypeVar("F", AskToCoSponsorForm, PromiseForm, DeliveredForm)


@bp.route("/demonstrations/<slug>", methods=["GET", "POST"])
@allowed(Permission.GROUP)
def ask_to_co_sponsor(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Ask to stand behind a demonstration, all of it or one date, and say what the group brings."""
    event, form = _told(slug), AskToCoSponsorForm()
    _offer_dates(form.on_date, event)
    if request.method == "GET":
        form.on_date.data = request.args.get("date", "")
    if not form.validate_on_submit():
        return _ask_page(coalition, event, form)
    try:
        brings = form.wanted(_currency(coalition))
        one = ask_with(representative(), event, own_group(), _date(form.on_date), brings)
        db.session.commit()
    except (Refused, ValueError) as error:
        return _ask_page(coalition, event, _told_in(form, error, "turnout", "money"))
    waits = one.state is CoSponsorState.REQUESTED
    said = _("Thank you. The organizers look at it and tell you by mail.")
    flash(said if waits else _("Thank you. Your group stands behind it."), "success")
    return _home()


@bp.route("/co-sponsorships/<int:co_sponsorship_id>", methods=["POST"])
@allowed(Permission.GROUP)
def co_sponsor(coalition: Coalition, co_sponsorship_id: int) -> ResponseReturnValue:
    """Stand behind an event that the group was invited to, or not, or not any more."""
    one = _own(co_sponsorship_id)
    answers = {
        "accept": CoSponsorState.ACCEPTED,
        "decline": CoSponsorState.DECLINED,
        "withdraw": CoSponsorState.WITHDRAWN,
    }
    state = answers.get(request.form.get("answer", "")) or abort(422)
    try:
        _check_open(one, state)
        answer_co_sponsorship(representative(), one, state, edition=request.form.get("edition", type=int))
        db.session.commit()
        flash(_("Thank you. The organizers see your answer."), "success")
    except Refused as refused:
        db.session.rollback()
        flash(str(refused.message), "error")
    return _home()


@bp.route("/co-sponsorships/<int:co_sponsorship_id>/promise", methods=["GET", "POST"])
@allowed(Permission.GROUP)
def promise_something(coalition: Coalition, co_sponsorship_id: int) -> ResponseReturnValue:
    """Promise one thing more for what the group co-sponsors."""
    one, form = _own(co_sponsorship_id), PromiseForm()
    if one.on_date is None:
        _offer_dates(form.on_date, one.event)
    else:
        del form.on_date
    if not form.validate_on_submit():
        return _promise_page(coalition, one.event, form)
    on_date = one.on_date if "on_date" not in form else _date(form.on_date)
    try:
        wanted = form.wanted(_currency(coalition))
        group, who = own_group(), representative()
        make_once(Commitment, key_of(form), lambda: promise(who, one.event, group, on_date, wanted))
    except (Refused, ValueError) as error:
        return _promise_page(coalition, one.event, _told_in(form, error, "amount", "amount"))
    flash(_("Thank you. It is noted."), "success")
    return _home()


@bp.route("/promises/<int:commitment_id>", methods=["GET", "POST"])
@allowed(Permission.GROUP)
def edit_promise(coalition: Coalition, commitment_id: int) -> ResponseReturnValue:
    """Promise more, or less, until it is due."""
    made, form = _own_promise(commitment_id), PromiseForm()
    form.kind.data, form.kind.validators = made.kind.value, []
    del form.on_date
    if request.method == "GET":
        form.fill(made)
    if not form.validate_on_submit():
        return _promise_page(coalition, made.event, form, made=made)
    try:
        change_promise(representative(), made, form.wanted(_currency(coalition)), edition=form.edition.data)
        db.session.commit()
    except (Refused, ValueError) as error:
        return _promise_page(coalition, made.event, _told_in(form, error, "amount", "amount"), made=made)
    flash(_("Changed. The organizers see it."), "success")
    return _home()


@bp.route("/promises/<int:commitment_id>/cancel", methods=["POST"])
@allowed(Permission.GROUP)
def cancel_own_promise(coalition: Coalition, commitment_id: int) -> ResponseReturnValue:
    """Take a promise back, until it is due."""
    made = _own_promise(commitment_id)
    try:
        cancel_promise(representative(), made, edition=request.form.get("edition", type=int))
        db.session.commit()
        flash(_("Taken back. The organizers see it."), "success")
    except Refused as refused:
        db.session.rollback()
        flash(str(refused.message), "error")
    return _home()


@bp.route("/promises/<int:commitment_id>/delivered", methods=["GET", "POST"])
@allowed(Permission.GROUP)
def deliver(coalition: Coalition, commitment_id: int) -> ResponseReturnValue:
    """Say what came of a promise, on one date (?date=) where it holds on each."""
    made, form = _own_promise(commitment_id), DeliveredForm()
    if request.method == "GET":
        form.show(made, request.args.get("date", ""))
    if not form.validate_on_submit():
        return _deliver_page(coalition, made, form)
    try:
        on_date = read_date(form.on_date.data) if form.on_date.data else made.on_date
        count = Count(made, on_date, form.count_of(made), form.edition.data)
        count_delivered(representative(), count)
        db.session.commit()
    except (Refused, ValueError) as error:
        return _deliver_page(coalition, made, _told_in(form, error, "delivered", "delivered"))
    flash(_("Thank you. It is noted."), "success")
    return _home()


def _told(slug: str) -> Event:
    """A demonstration that the group may know of and that takes place; else 404."""
    event = find_event(representative(), slug)
    if event is None or event.kind is not EventKind.DEMONSTRATION or event.cancelled_at is not None:
        abort(404)
    return event


def _own(co_sponsorship_id: int) -> CoSponsorship:
    return find_own_co_sponsorship(own_group().id, co_sponsorship_id) or abort(404)


def _own_promise(commitment_id: int) -> Commitment:
    made = find_commitment(commitment_id, organization_id=own_group().id) or abort(404)
    return made if find_event(representative(), made.event.slug) is not None else abort(404)


def _check_open(one: CoSponsorship, state: CoSponsorState) -> None:
    """What waits for an organizer, or was not taken up, is not the group's to accept."""
    waits = one.state in (CoSponsorState.REQUESTED, CoSponsorState.TURNED_DOWN)
    if waits and state is CoSponsorState.ACCEPTED:
        raise Refused(_("The organizers decide on this."))


def _offer_dates(field: SelectField, event: Event) -> None:
    now = clock.now()
    dates = list_event_dates(event, representative(), Window(now, now + AHEAD)) if event.recurrence else []
    field.choices = [
        SelectChoice("", _("All of its dates") if event.recurrence else _("This event")),
        *(SelectChoice(one.on_date.isoformat(), day(one.starts_local)) for one in dates if not one.cancelled),
    ]


def _date(field: SelectField) -> date | None:
    return date.fromisoformat(field.data) if field.data else None


def _currency(coalition: Coalition) -> str:
    return currency_of(coalition.timezone, clock.today(coalition.zone))


def _told_in(form: F, error: Refused | ValueError, otherwise: str, of_money: str) -> F:
    """The form with what the matter is beside its field; nothing is saved."""
    db.session.rollback()
    if isinstance(error, Refused):
        form.refuse(error.field if error.field and error.field in form else otherwise, error.message)
    else:
        form.refuse(of_money, _("Write a number, such as 25, or a sum of money, such as 25.50."))
    return form


def _home() -> ResponseReturnValue:
    return redirect(url_for(".index", _anchor=HOME), 303)


def _ask_page(coalition: Coalition, event: Event, form: AskToCoSponsorForm) -> ResponseReturnValue:
    asked = read_date(request.args.get("date", ""))
    page = render_template(
        "groups/ask_to_co_sponsor.html",
        event=event,
        form=form,
        standing=find_co_sponsorship_of(event.id, own_group().id, asked),
        currency=symbol_of(_currency(coalition)),
    )
    return page, 422 if form.errors else 200


def _promise_page(
    coalition: Coalition, event: Event, form: PromiseForm, made: Commitment | None = None
) -> ResponseReturnValue:
    page = render_template(
        "groups/promise.html", event=event, form=form, made=made, currency=symbol_of(_currency(coalition))
    )
    return page, 422 if form.errors else 200


def _deliver_page(coalition: Coalition, made: Commitment, form: DeliveredForm) -> ResponseReturnValue:
    page = render_template(
        "groups/deliver.html",
        event=made.event,
        made=made,
        form=form,
        on_date=read_date(form.on_date.data or ""),
        currency=symbol_of(_currency(coalition)),
    )
    return page, 422 if form.errors else 200
