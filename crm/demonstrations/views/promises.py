"""What organizers note of promises: made by phone, changed, taken back; and what was delivered."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import abort, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.once import key_of, make_once
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.demonstrations import operations
from crm.demonstrations.amounts import currency_of
from crm.demonstrations.fields import PromiseForm, amount_typed, read_amount
from crm.demonstrations.forms import PressForm
from crm.demonstrations.models import Commitment
from crm.demonstrations.operations import Count
from crm.demonstrations.queries.ledger import LedgerLine, Period, list_ledger, sum_totals, total_by_group
from crm.demonstrations.views.co_sponsors import bp
from crm.demonstrations.views.wanted import (
    chosen_date,
    ledger_url,
    offer_dates,
    wanted,
    wanted_date,
    wanted_promise,
)
from crm.events.models import Event
from crm.events.queries import EventDate
from crm.organizations.models import Organization
from crm.organizations.queries import find_organization

# What of all of an event is shown where no date is asked for.
BEFORE, AFTER = timedelta(days=21), timedelta(days=35)


@bp.route("/promise", methods=["GET", "POST"])
@allowed(Permission.CO_SPONSOR_EDIT)
def promise(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Note what a group promised."""
    event, form = wanted(slug), PromiseForm()
    organization = find_organization(request.args.get("group", 0, type=int)) or abort(404)
    offer_dates(form.on_date, event)
    if request.method == "GET":
        form.on_date.data = request.args.get("date", "")
    if not form.validate_on_submit():
        return _form_page(event, form, organization=organization)
    try:
        _note(event, organization, form)
    except (Refused, ValueError) as error:
        return _refused(event, form, error, organization=organization)
    flash(_("Noted what %(name)s promised.", name=organization.name), "success")
    return redirect(ledger_url(event, chosen_date(form.on_date)))


def _note(event: Event, organization: Organization, form: PromiseForm) -> None:
    """Raises Refused, and ValueError for a sum that the currency has no coins for."""
    wanted_, on_date, who = form.wanted(_currency()), chosen_date(form.on_date), viewer()
    make_once(
        Commitment, key_of(form), lambda: operations.promise(who, event, organization, on_date, wanted_)
    )


@bp.route("/promises/<int:commitment_id>", methods=["GET", "POST"])
@allowed(Permission.CO_SPONSOR_EDIT)
def edit_promise(coalition: Coalition, slug: str, commitment_id: int) -> ResponseReturnValue:
    """Change what a group promised."""
    event, form = wanted(slug), PromiseForm()
    made = wanted_promise(event, commitment_id)
    form.kind.data, form.kind.validators = made.kind.value, []
    del form.on_date
    if request.method == "GET":
        form.fill(made)
    if not form.validate_on_submit():
        return _form_page(event, form, made=made)
    try:
        operations.change_promise(viewer(), made, form.wanted(_currency()), edition=form.edition.data)
        db.session.commit()
    except (Refused, ValueError) as error:
        return _refused(event, form, error, made=made)
    flash(_("Changed what %(name)s promised.", name=made.organization.name), "success")
    return redirect(ledger_url(event, made.on_date))


@bp.post("/promises/<int:commitment_id>/cancel")
@allowed(Permission.CO_SPONSOR_EDIT)
def cancel_promise(coalition: Coalition, slug: str, commitment_id: int) -> ResponseReturnValue:
    """Take a promise out of the ledger."""
    event = wanted(slug)
    made = wanted_promise(event, commitment_id)
    try:
        operations.cancel_promise(viewer(), made, edition=request.form.get("edition", type=int))
        db.session.commit()
        flash(_("Taken back."), "success")
    except Refused as refused:
        db.session.rollback()
        flash(str(refused.message), "error")
    return redirect(ledger_url(event, made.on_date))


@bp.route("/ledger", methods=["GET", "POST"])
@allowed(Permission.EVENT_VIEW)
def ledger(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """What was promised for a date (?date=), or for all of an event, against what came; counted here."""
    event = wanted(slug)
    one = wanted_date(event, request.args.get("date", ""))
    lines = _lines(coalition, event, one)
    if request.method == "GET":
        return _ledger(coalition, event, one, lines)
    if not viewer().can(Permission.CO_SPONSOR_EDIT):
        abort(403)
    if not PressForm().validate_on_submit():
        return _ledger(coalition, event, one, lines), 422
    return _count(coalition, event, one, lines)


def _count(
    coalition: Coalition, event: Event, one: EventDate | None, lines: list[LedgerLine]
) -> ResponseReturnValue:
    counts, errors = _typed(lines)
    overtaken = []
    try:
        overtaken = operations.count_all(viewer(), counts) if not errors else []
    except Refused as refused:
        errors[""] = str(refused.message)
    if errors or overtaken:
        db.session.rollback()
        for late in overtaken:
            errors[_key(late)] = _("Somebody else counted this meanwhile. Look at it, and save again.")
        lines = _lines(coalition, event, one)
        page = _ledger(coalition, event, one, lines, errors=errors, typed=request.form)
        return page, 409 if overtaken else 422
    db.session.commit()
    flash(_("Counted."), "success")
    return redirect(ledger_url(event, one.on_date if one else None))


def _typed(lines: list[LedgerLine]) -> tuple[list[Count], dict[str, str]]:
    """What differs from what is noted, and what cannot be read, by the key of its line."""
    counts, errors = [], {}
    for line in lines:
        text = request.form.get(f"delivered-{line.key}")
        if text is None or text.strip() == _shown(line):
            continue
        edition = request.form.get(f"edition-{line.key}", type=int)
        try:
            delivered = read_amount(line.made, Decimal(text.strip())) if text.strip() else None
        except (ValueError, ArithmeticError):
            errors[line.key] = _("Write a number, such as 25.")
            continue
        if delivered is not None and not 0 <= delivered <= 10**9:
            errors[line.key] = _("Write a number, such as 25.")
            continue
        counts.append(Count(line.made, line.on_date, delivered, edition))
    return counts, errors


def _shown(line: LedgerLine) -> str:
    """What the field of a line holds before anybody types."""
    return f"{amount_typed(line.made, line.delivered):f}" if line.delivered is not None else ""


def _key(count: Count) -> str:
    by_series = count.made.on_date is None and count.made.event.recurrence
    day = count.on_date.isoformat() if by_series and count.on_date else ""
    return f"{count.made.id}-{day}"


def _lines(coalition: Coalition, event: Event, one: EventDate | None) -> list[LedgerLine]:
    """Of a date, what is promised for it and, once for all of it, for the series."""
    today = clock.today(coalition.zone)
    period = Period(today - BEFORE, today + AFTER)
    if one is not None:
        day = one.starts_local.date()
        period = Period(min(day, one.on_date), max(day, one.on_date))
    elif not event.recurrence:
        period = Period(event.first_on - timedelta(days=366), event.first_on + AFTER)
    lines = list_ledger(viewer(), period, event_id=event.id)
    return [line for line in lines if one is None or line.on_date in (one.on_date, None)]


def _ledger(
    coalition: Coalition,
    event: Event,
    one: EventDate | None,
    lines: list[LedgerLine],
    *,
    errors: dict[str, str] | None = None,
    typed: object = None,
) -> str:
    today = clock.today(coalition.zone)
    return render_template(
        "demonstrations/ledger.html",
        event=event,
        one=one,
        lines=lines,
        totals=sum_totals(total_by_group(lines, today)),
        today=today,
        shown=_shown,
        errors=errors or {},
        typed=typed or {},
        form=PressForm(formdata=None),
    )


def _refused(
    event: Event, form: PromiseForm, error: Refused | ValueError, **values: Any
) -> ResponseReturnValue:
    """What was typed stays, with what the matter is; of what somebody else changed, both are shown."""
    db.session.rollback()
    if isinstance(error, operations.Overtaken):
        form.edition.data = form.edition.raw_data = None
        return _form_page(event, form, overtaken=True, **values)
    if isinstance(error, Refused):
        form.refuse(error.field if error.field and error.field in form else "amount", error.message)
    else:
        form.refuse("amount", _("Write a sum of money, such as 25.50."))
    return _form_page(event, form, **values)


def _form_page(
    event: Event, form: PromiseForm, *, overtaken: bool = False, **values: Any
) -> ResponseReturnValue:
    page = render_template(
        "demonstrations/promise.html", event=event, form=form, overtaken=overtaken, **values
    )
    return page, 409 if overtaken else 422 if form.errors else 200


def _currency() -> str:
    return currency_of(g.coalition.timezone, clock.today(g.coalition.zone))
