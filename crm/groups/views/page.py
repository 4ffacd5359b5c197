"""What a group says, and to what it is invited."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.asks.models import AskKind
from crm.asks.operations import answer_endorse, answer_object
from crm.coalitions.models import Coalition
from crm.coalitions.operations import touch_feeds
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, representative
from crm.core.web import allowed
from crm.demands.queries import list_changes_of
from crm.events.queries import EventDate, list_upcoming
from crm.groups.forms import AnswerForm, AskForm, PressForm
from crm.groups.operations.stands import Reply, say, withdraw
from crm.groups.past_meetings import list_past_meetings
from crm.groups.queries import (
    OwnStand,
    find_logo,
    find_version_in_force,
    find_waiting_name,
    list_own_co_sponsorships,
    list_own_promises,
    list_own_stands,
)
from crm.groups.views.blueprint import WORDS, bp, differences_of, language, own_group
from crm.organizations.models import Organization
from crm.representatives.queries import list_representatives
from crm.roles.queries import list_dates_to_fill

MOST_CHANGES = 50
MOST_COMING, MOST_LOOKED_AT = 6, 1000


@bp.route("/")
@allowed(Permission.GROUP)
def index(coalition: Coalition) -> ResponseReturnValue:
    """All that is the group's own, on one page."""
    group, today = own_group(), clock.today(coalition.zone)
    return render_template(
        "groups/index.html",
        today=today,
        promises=list_own_promises(representative(), group.id, today),
        group=group,
        me=representative(),
        stands=list_own_stands(group.id, language()),
        changes=list_changes_of(group.id, MOST_CHANGES),
        co_sponsorships=list_own_co_sponsorships(group.id),
        people=list_representatives(group.id),
        waiting_name=find_waiting_name(group.id),
        logo=find_logo(group.id),
        form=PressForm(formdata=None),
        **_dates(group),
        **WORDS,
    )


def _dates(group: Organization) -> dict[str, object]:
    """Where it was, where it may go, and what is open there."""
    return {
        "past": list_past_meetings(representative(), group.id),
        "coming": _coming(),
        "role_dates": list_dates_to_fill(representative(), group.id, clock.now()),
    }


def _coming() -> list[EventDate]:
    """The next date of each event, and one cancelled before it; a daily series fills no page."""
    shown: dict[tuple[int, bool], EventDate] = {}
    for one in list_upcoming(representative(), clock.now(), limit=MOST_LOOKED_AT):
        if (one.event_id, False) not in shown:
            shown.setdefault((one.event_id, one.cancelled), one)
    return list(shown.values())[:MOST_COMING]


@bp.route("/demands/<slug>", methods=["GET", "POST"])
@allowed(Permission.GROUP)
def demand(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """One demand: the words in force, those that the group endorses, and its answer."""
    own = _own_stand(slug)
    form = _form_for(own)
    if not form.validate_on_submit():
        return _demand(own, form, 422 if request.method == "POST" else 200)
    if form.version.data != str(own.demand.version_id):
        fresh = _form_for(own, empty=True)
        return _demand(own, fresh, 422, changed=True)
    version = find_version_in_force(own.demand.demand_id) or abort(404)
    try:
        say(representative(), own_group(), version, form.said(), clock.today(coalition.zone))
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused.field or "reply", refused.message)
        return _demand(_own_stand(slug), form, 422)
    db.session.commit()
    flash(_("Thank you. This is what your group says from now on."), "success")
    return redirect(url_for(".index"), 303)


@bp.route("/demands/<slug>/edited", methods=["POST"])
@allowed(Permission.GROUP)
def edited(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """To words that changed editorially: they are fine, or the group objects."""
    own, form = _own_stand(slug), AskForm()
    if own.ask is None or own.ask.kind is not AskKind.EDITORIAL:
        return redirect(url_for(".demand", slug=slug), 303)
    if not form.validate_on_submit():
        return _demand(own, _form_for(own, empty=True), 422, objecting=form)
    try:
        if request.form.get("answer") == "object":
            answer_object(representative(), own.ask, form.objection.data)
        else:
            answer_endorse(representative(), own.ask)
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused.field or "objection", refused.message)
        return _demand(_own_stand(slug), _form_for(own, empty=True), 422, objecting=form)
    touch_feeds()
    db.session.commit()
    flash(_("Thank you. Your answer is noted."), "success")
    return redirect(url_for(".index"), 303)


@bp.route("/demands/<slug>/withdraw", methods=["POST"])
@allowed(Permission.GROUP)
def take_back(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """The group's name leaves the demand at once."""
    own = _own_stand(slug)
    if own.endorsement is not None:
        withdraw(representative(), own_group(), own.endorsement)
        db.session.commit()
        flash(
            _("Your group does not endorse this demand any more. Its name is off the public page."), "success"
        )
    return redirect(url_for(".index"), 303)


def _own_stand(slug: str) -> OwnStand:
    stands = list_own_stands(own_group().id, language())
    return next((one for one in stands if one.demand.slug == slug), None) or abort(404)


def _form_for(own: OwnStand, *, empty: bool = False) -> AnswerForm:
    """The form, with what is known of the group's stand where nothing was typed."""
    live = own.endorsement if own.endorses else None
    form = AnswerForm(**({"formdata": None} if empty else {}))
    form.offer(_replies(own), reconfirms=own.is_of_former_words)
    if request.method == "GET" or empty:
        form.version.data = str(own.demand.version_id)
        form.speaker.data = representative().name
        if live is not None:
            form.reservation.data, form.listed.data = live.reservation, live.public
    return form


def _replies(own: OwnStand) -> list[Reply]:
    """Who endorses goes before its board only where it is asked something; it withdraws by its own button."""
    asked = own.ask is not None and own.ask.kind is not AskKind.CONFIRM
    if own.endorses:
        return [Reply.ENDORSE, Reply.RESERVATION, *([Reply.BOARD] if asked else [])]
    return list(Reply)


def _demand(
    own: OwnStand,
    form: AnswerForm,
    status: int = 200,
    *,
    changed: bool = False,
    objecting: AskForm | None = None,
) -> ResponseReturnValue:
    version = find_version_in_force(own.demand.demand_id) or abort(404)
    return render_template(
        "groups/demand.html",
        own=own,
        version=version,
        differences=differences_of(own.endorsed, version) if own.is_of_former_words and own.endorsed else [],
        form=form,
        changed=changed,
        objecting=objecting or AskForm(formdata=None),
        Reply=Reply,
        **WORDS,
    ), status
