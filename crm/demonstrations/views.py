"""Who stands behind a demonstration: asking, and noting the answers."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.formats import day
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo
from crm.demands.models import STANDING_MARKS, STANDING_NAMES
from crm.demands.queries import list_standings
from crm.demonstrations import operations
from crm.demonstrations.forms import AskForm
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.demonstrations.queries import find_co_sponsorship, list_co_sponsorships
from crm.events.models import Event, EventKind
from crm.events.queries import AHEAD, find_event, list_event_dates
from crm.events.series import Window
from crm.organizations.queries import find_organization, search_organizations

bp = Blueprint("co_sponsors", __name__, url_prefix="/<coalition>/organize/events/<slug>/co-sponsors")
CHOICES = 12


def wanted(slug: str) -> Event:
    """A demonstration that the viewer may know of; else 404."""
    event = find_event(viewer(), slug)
    if event is None or event.kind is not EventKind.DEMONSTRATION:
        abort(404)
    return event


def _form(event: Event) -> AskForm:
    """The form with the dates to come to choose from."""
    form = AskForm()
    now = clock.now()
    dates = list_event_dates(event, viewer(), Window(now, now + AHEAD)) if event.recurrence else []
    form.on_date.choices = [
        SelectChoice("", _("The whole series") if event.recurrence else _("This event")),
        *(SelectChoice(one.on_date.isoformat(), day(one.starts_local)) for one in dates if not one.cancelled),
    ]
    return form


@bp.route("/")
@allowed(Permission.EVENT_VIEW)
def index(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """All that were asked, with their answers."""
    event = wanted(slug)
    return _page(event, _form(event))


@bp.post("/ask")
@allowed(Permission.CO_SPONSOR_EDIT)
def ask(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Ask one group. A name that fits several leads to a choice among them."""
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


def _page(event: Event, form: AskForm, found: object = ()) -> str:
    rows = list_co_sponsorships(event.id)
    return render_template(
        "demonstrations/co_sponsors.html",
        event=event,
        rows=rows,
        form=form,
        found=found,
        standings=list_standings(row.organization_id for row in rows),
        standing_names=STANDING_NAMES,
        standing_marks=STANDING_MARKS,
    )


def _ask(event: Event, organization_id: int, form: AskForm) -> ResponseReturnValue:
    organization = find_organization(organization_id) or abort(404)
    on_date = date.fromisoformat(form.on_date.data) if form.on_date.data else None
    try:
        operations.ask_to_co_sponsor(viewer(), event, organization, on_date)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.refuse("organization", refused.message)
        return _page(event, form), 422
    flash(_("Noted that %(name)s was asked.", name=organization.name), "success")
    return redirect(url_for(".index", slug=event.slug))


@bp.post("/<int:co_sponsorship_id>/answer")
@allowed(Permission.CO_SPONSOR_EDIT)
def answer(coalition: Coalition, slug: str, co_sponsorship_id: int) -> ResponseReturnValue:
    """Note what a group answered; an empty answer takes the last one back."""
    one = _one(wanted(slug), co_sponsorship_id)
    state = request.form.get("state", "")
    if state not in {"", *operations.ANSWERS}:
        abort(422)
    if not state:
        operations.reopen_co_sponsorship(viewer(), one)
        flash(_("%(name)s is asked again.", name=one.organization.name), "success")
    else:
        operations.answer_co_sponsorship(viewer(), one, CoSponsorState(state))
        undo = url_for(".answer", slug=slug, co_sponsorship_id=one.id)
        flash_undo(_said(one), undo, state="")
    db.session.commit()
    return redirect(url_for(".index", slug=slug))


def _one(event: Event, co_sponsorship_id: int) -> CoSponsorship:
    return find_co_sponsorship(co_sponsorship_id, event.id) or abort(404)


def _said(one: CoSponsorship) -> str:
    name = one.organization.name
    if one.state is CoSponsorState.ACCEPTED:
        return str(_("%(name)s co-sponsors, and is listed in public.", name=name))
    if one.state is CoSponsorState.DECLINED:
        return str(_("%(name)s does not co-sponsor.", name=name))
    return str(_("%(name)s took its name back, and is not listed any more.", name=name))
