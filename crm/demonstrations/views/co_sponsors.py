"""Who stands behind a demonstration: asking, and noting the answers."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo
from crm.demands.models import STANDING_MARKS, STANDING_NAMES
from crm.demands.queries import list_standings
from crm.demonstrations import operations
from crm.demonstrations.amounts import say_amount
from crm.demonstrations.forms import AskForm
from crm.demonstrations.models import CO_SPONSOR_MARKS, CO_SPONSOR_NAMES, CoSponsorship, CoSponsorState
from crm.demonstrations.queries import list_co_sponsorships, list_standing_promises
from crm.demonstrations.views.wanted import chosen_date, offer_dates, wanted, wanted_row
from crm.events.models import Event
from crm.organizations.queries import find_organization, search_organizations

bp = Blueprint("co_sponsors", __name__, url_prefix="/<coalition>/organize/events/<slug>/co-sponsors")
CHOICES = 12


@bp.app_context_processor
def words() -> dict[str, object]:
    """How promises are told, for every template that shows them."""
    return {"say_amount": say_amount}


@bp.route("/")
@allowed(Permission.EVENT_VIEW)
def index(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """All that were asked, with their answers and what they promised."""
    event = wanted(slug)
    return _page(event, _form(event))


@bp.post("/ask")
@allowed(Permission.CO_SPONSOR_EDIT)
def ask(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Note that one group was asked. A name that fits several leads to a choice among them."""
    event = wanted(slug)
    form = _form(event)
    if not form.validate_on_submit():
        return _page(event, form), 422
    chosen = request.form.get("organization_id", "")
    if chosen.isdigit():
        return _ask(event, int(chosen), form)
    found = list(search_organizations(viewer(), form.organization.data, limit=CHOICES))
    exact = [one for one in found if one.name.casefold() == form.organization.data.casefold()]
    if len(exact) == 1 or len(found) == 1:
        return _ask(event, (exact or found)[0].id, form)
    if not found:
        form.refuse("organization", _("No group of this name is known. Add it under Groups first."))
    return _page(event, form, found), 422 if form.errors else 200


@bp.post("/<int:co_sponsorship_id>/answer")
@allowed(Permission.CO_SPONSOR_EDIT)
def answer(coalition: Coalition, slug: str, co_sponsorship_id: int) -> ResponseReturnValue:
    """Note what a group answered; an empty answer takes the last one back."""
    event = wanted(slug)
    one, state = wanted_row(event, co_sponsorship_id), request.form.get("state", "")
    if state not in {"", *operations.ANSWERS}:
        abort(422)
    edition = request.form.get("edition", type=int)
    try:
        if state:
            operations.answer_co_sponsorship(viewer(), one, CoSponsorState(state), edition=edition)
        else:
            operations.reopen_co_sponsorship(viewer(), one, edition=edition)
    except operations.Overtaken as overtaken:
        return _overtaken(event, overtaken)
    db.session.commit()
    undo = url_for(".answer", slug=slug, co_sponsorship_id=one.id)
    flash_undo(_said(one), undo, state="") if state else flash(_said(one), "success")
    return redirect(url_for(".index", slug=slug))


@bp.post("/<int:co_sponsorship_id>/decide")
@allowed(Permission.CO_SPONSOR_EDIT)
def decide(coalition: Coalition, slug: str, co_sponsorship_id: int) -> ResponseReturnValue:
    """Accept a group that asks for it, or not; an invitation is taken back by the same button."""
    event = wanted(slug)
    one, edition = wanted_row(event, co_sponsorship_id), request.form.get("edition", type=int)
    accept = {"accept": True, "no": False}.get(request.form.get("answer", ""))
    if accept is None:
        abort(422)
    try:
        if one.state is CoSponsorState.ASKED and not accept:
            operations.take_back_invitation(viewer(), one, edition=edition)
        else:
            operations.decide_request(viewer(), one, accept, edition=edition)
    except Refused as refused:
        return _overtaken(event, refused)
    db.session.commit()
    flash(_said(one), "success")
    return redirect(url_for(".index", slug=slug))


def _form(event: Event) -> AskForm:
    form = AskForm()
    offer_dates(form.on_date, event)
    return form


def _overtaken(event: Event, refused: Refused) -> ResponseReturnValue:
    """The page as it is now, saying that nothing was done."""
    db.session.rollback()
    flash(str(refused.message), "error")
    return _page(event, _form(event)), 409


def _page(event: Event, form: AskForm, found: object = ()) -> str:
    rows = list_co_sponsorships(event.id)
    # Who asks for it waits for a decision: first.
    rows = sorted(rows, key=lambda one: one.state is not CoSponsorState.REQUESTED)
    promises = list_standing_promises(event.id)
    return render_template(
        "demonstrations/co_sponsors.html",
        event=event,
        rows=rows,
        promises=promises,
        form=form,
        found=found,
        today=clock.today(g.coalition.zone),
        standings=list_standings(row.organization_id for row in rows),
        standing_names=STANDING_NAMES,
        standing_marks=STANDING_MARKS,
        state_names=CO_SPONSOR_NAMES,
        state_marks=CO_SPONSOR_MARKS,
    )


def _ask(event: Event, organization_id: int, form: AskForm) -> ResponseReturnValue:
    organization = find_organization(organization_id) or abort(404)
    try:
        operations.ask_to_co_sponsor(viewer(), event, organization, chosen_date(form.on_date))
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse("organization", refused.message)
        return _page(event, form), 422
    flash(_("Noted that %(name)s was asked.", name=organization.name), "success")
    return redirect(url_for(".index", slug=event.slug))


def _said(one: CoSponsorship) -> str:
    said = {
        CoSponsorState.ASKED: _("%(name)s is asked again.", name=one.organization.name),
        CoSponsorState.ACCEPTED: _(
            "%(name)s co-sponsors, and is listed in public.", name=one.organization.name
        ),
        CoSponsorState.DECLINED: _("%(name)s does not co-sponsor.", name=one.organization.name),
        CoSponsorState.TURNED_DOWN: _("%(name)s is not asked any more.", name=one.organization.name),
    }
    withdrawn = _("%(name)s took its name back, and is not listed any more.", name=one.organization.name)
    return str(said.get(one.state, withdrawn))
