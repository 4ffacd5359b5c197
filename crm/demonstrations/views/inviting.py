"""Inviting groups in bulk: a filter, what asking them would do, and then it is done."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.formats import full_date, number
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, ticked_ids
from crm.demands.models import STANDING_MARKS, STANDING_NAMES, Standing
from crm.demands.queries import list_standings
from crm.demonstrations import operations
from crm.demonstrations.forms import InviteForm
from crm.demonstrations.operations import Invitation
from crm.demonstrations.queries.plans import LEFT_OUT_NAMES, plan_invitations
from crm.demonstrations.views.co_sponsors import bp
from crm.demonstrations.views.wanted import chosen_date, offer_dates, wanted
from crm.events.models import Event
from crm.organizations.models import KIND_NAMES
from crm.organizations.queries import Filters, count_directory, list_ids, list_places_and_sectors

# So many groups are looked at on one page; a filter narrows what is more.
MOST = 500


@bp.route("/invite", methods=["GET", "POST"])
@allowed(Permission.CO_SPONSOR_EDIT)
def invite(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """Whom a filter leaves, who of them is mailed, called or left out; then the ticked ones are asked."""
    event, form = wanted(slug), InviteForm()
    offer_dates(form.on_date, event)
    if request.method == "GET":
        form.on_date.data = _known(form, request.args.get("on_date", ""))
        form.until.data = _default_day(event, chosen_date(form.on_date))
    elif form.validate():
        try:
            return _invite(event, form)
        except Refused as refused:
            db.session.rollback()
            if refused.field == "id":
                form.form_errors.append(str(refused.message))
            else:
                field = refused.field or "until"
                form.refuse(field if field in form else "until", refused.message)
    return _page(coalition, event, form)


def _invite(event: Event, form: InviteForm) -> ResponseReturnValue:
    asked = Invitation(event, chosen_date(form.on_date), form.day(), by_phone=bool(form.by_phone.data))
    ids = ticked_ids(MOST)
    if not ids:
        raise Refused(_("Tick the groups to ask."), "id")
    count = operations.invite_groups(viewer(), asked, ids, form_key=form.form_key.data)
    db.session.commit()
    said = ngettext(
        "%(number)s group is asked until %(day)s.",
        "%(number)s groups are asked until %(day)s.",
        count,
        number=number(count),
        day=full_date(form.day()),
    )
    flash(said if count else _("Nobody is asked."), "success" if count else "message")
    return redirect(url_for(".index", slug=event.slug), 303)


def _page(coalition: Coalition, event: Event, form: InviteForm) -> ResponseReturnValue:
    filters, standing = Filters.asked(request.args, more=False), request.args.get("standing", "")
    many = count_directory(viewer(), filters, MOST)
    ids = [] if many > MOST else list(list_ids(viewer(), filters))
    standings = list_standings(ids)
    if standing in set(Standing):
        ids = [one for one in ids if standings[one].standing == standing]
    today = clock.today(coalition.zone)
    places, sectors = list_places_and_sectors()
    page = render_template(
        "demonstrations/invite.html",
        event=event,
        form=form,
        filters=filters,
        standing=standing,
        too_many=many > MOST,
        most=MOST,
        plan=plan_invitations(event, chosen_date(form.on_date), ids, today),
        left_out_names=LEFT_OUT_NAMES,
        ticked=set(ticked_ids(MOST)) if request.method == "POST" else None,
        standings=standings,
        standing_names=STANDING_NAMES,
        standing_marks=STANDING_MARKS,
        kind_names=KIND_NAMES,
        places=places,
        sectors=sectors,
    )
    return page, 422 if form.errors else 200


def _known(form: InviteForm, asked: str) -> str:
    return asked if asked in {choice.value for choice in form.on_date.choices} else ""


def _default_day(event: Event, on_date: date | None) -> date | None:
    try:
        return operations.default_closing(event, on_date)
    except Refused:
        return None
