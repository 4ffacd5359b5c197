"""The organizers' pages of a meeting: agenda, minutes and what comes of them."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.forms import Form
from crm.core.markdown import to_html
from crm.core.once import key_of, make_once
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.events.models import Event
from crm.events.queries import EventDate, find_event_on
from crm.meetings import operations, queries
from crm.meetings.forms import (
    ActionForm,
    AgendaForm,
    DecisionForm,
    MinutesForm,
    fingerprint_of_agenda,
    fingerprint_of_minutes,
)
from crm.meetings.models import ActionItem, Decision, Minutes
from crm.meetings.queries import Readers
from crm.meetings.ready import READY_NAMES, Draft, Ready, ready_items
from crm.organizations.queries import search_organizations
from crm.outreach.queries import list_owners
from crm.roles.queries import list_roles
from crm.roles.words import shift

bp = Blueprint("meetings", __name__, url_prefix="/<coalition>/organize/events/<slug>/<on_date>")
# Of groups that a part of a name fits, so many are named.
MOST_FITTING = 5


def wanted(slug: str, on_date: str) -> tuple[Event, EventDate]:
    """An event and the one date of it, if the viewer may know of them; else 404."""
    return find_event_on(viewer(), slug, on_date) or abort(404)


@bp.route("/agenda")
@allowed(Permission.EVENT_VIEW)
def agenda(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """What the meeting talks about and when; and below, for who may, the editor."""
    event, one = wanted(slug, on_date)
    return _agenda_page(coalition, event, one)


@bp.route("/agenda/print")
@allowed(Permission.EVENT_VIEW)
def print_agenda(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """The same on paper."""
    event, one = wanted(slug, on_date)
    items = queries.list_agenda(event.id, one.on_date)
    return render_template(
        "meetings/agenda_print.html",
        event=event,
        one=one,
        table=queries.lay_out(items, one.starts_local, one.ends_local),
        left_open=queries.list_open_before(viewer(), event, one.on_date),
        roles=list_roles(event.id, one.on_date),
        shift=shift,
    )


@bp.post("/agenda")
@allowed(Permission.EVENT_EDIT)
def save_agenda(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """Let the agenda be what was typed."""
    event, one = wanted(slug, on_date)
    kept = queries.list_agenda(event.id, one.on_date)
    form = AgendaForm(kept)
    if not form.validate():
        return _agenda_page(coalition, event, one, form, 422)
    if form.seen.data != fingerprint_of_agenda(kept):
        form.seen.data = fingerprint_of_agenda(kept)
        return _agenda_page(coalition, event, one, form, 409)
    operations.save_agenda(viewer(), event, one.on_date, form.drafts)
    db.session.commit()
    flash(_("The agenda is saved."), "success")
    return redirect(url_for(".agenda", slug=slug, on_date=on_date), 303)


def _agenda_page(
    coalition: Coalition, event: Event, one: EventDate, form: AgendaForm | None = None, status: int = 200
) -> ResponseReturnValue:
    items = queries.list_agenda(event.id, one.on_date)
    page = render_template(
        "meetings/agenda.html",
        event=event,
        one=one,
        form=form or AgendaForm(items, formdata=None),
        status=status,
        table=queries.lay_out(items, one.starts_local, one.ends_local),
        left_open=queries.list_open_before(viewer(), event, one.on_date),
        roles=list_roles(event.id, one.on_date),
        shift=shift,
        last_day=None if items else queries.find_last_agenda(viewer(), event, one.on_date),
        ready=[] if items else _list_ready(event),
        today=clock.today(coalition.zone),
    )
    return page, status


def _list_ready(event: Event) -> list[tuple[Ready, LazyString, list[Draft]]]:
    """The ready agendas, that for what the event is first."""
    ordered = sorted(Ready, key=lambda ready: ready.value != event.kind.value)
    return [(ready, READY_NAMES[ready], ready_items(ready)) for ready in ordered]


@bp.post("/agenda/begin")
@allowed(Permission.EVENT_EDIT)
def begin(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """Begin with the agenda of the last meeting, or with a ready one."""
    event, one = wanted(slug, on_date)
    chosen = request.form.get("from", "")
    if chosen in set(Ready):
        drafts = ready_items(Ready(chosen))
    else:
        drafts = queries.list_drafts_of_last(viewer(), event, one.on_date)
    operations.begin_agenda(viewer(), event, one.on_date, drafts)
    db.session.commit()
    flash(_("Here is an agenda to begin with: change what is different this time."), "success")
    return redirect(url_for(".agenda", slug=slug, on_date=on_date), 303)


@bp.route("/minutes")
@allowed(Permission.EVENT_VIEW)
def minutes(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """What was said, decided and is to be done, on one page."""
    event, one = wanted(slug, on_date)
    return _minutes_page(coalition, event, one)


@bp.post("/minutes")
@allowed(Permission.EVENT_EDIT)
def save_minutes(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """Write what was said."""
    event, one = wanted(slug, on_date)
    kept, form = queries.find_minutes(event.id, one.on_date), MinutesForm()
    if not form.validate():
        return _minutes_page(coalition, event, one, 422, minutes_form=form)
    if form.seen.data != fingerprint_of_minutes(kept):
        form.seen.data = fingerprint_of_minutes(kept)
        return _minutes_page(coalition, event, one, 409, minutes_form=form)
    operations.save_minutes(viewer(), event, one.on_date, form.text.data)
    db.session.commit()
    flash(_("The minutes are saved."), "success")
    return _back_to_minutes(slug, on_date)


def _minutes_page(
    coalition: Coalition, event: Event, one: EventDate, status: int = 200, **forms: Form
) -> ResponseReturnValue:
    kept, today = queries.find_minutes(event.id, one.on_date), clock.today(coalition.zone)
    forms.setdefault("minutes_form", _begin_minutes(event, one, kept))
    forms.setdefault("decision_form", DecisionForm(formdata=None))
    forms.setdefault(
        "action_form", ActionForm(list_owners(), today, formdata=None, owner_id=viewer().user_id)
    )
    page = render_template(
        "meetings/minutes.html",
        event=event,
        one=one,
        kept=kept,
        readers=queries.readers_of(event, kept),
        widest=queries.widest_readers(event),
        shown=to_html(kept.text) if kept else "",
        decisions=queries.list_decisions(event.id, one.on_date),
        actions=queries.list_action_items(event.id, one.on_date),
        status=status,
        today=today,
        **forms,
    )
    return page, status


def _begin_minutes(event: Event, one: EventDate, kept: Minutes | None) -> MinutesForm:
    """The form with what stands; before anything does, with the agenda's items as headings."""
    items = [] if kept else queries.list_agenda(event.id, one.on_date)
    text = kept.text if kept else "\n\n".join(f"# {item.title}\n" for item in items)
    return MinutesForm(formdata=None, text=text, seen=fingerprint_of_minutes(kept))


@bp.post("/minutes/publish")
@allowed(Permission.EVENT_EDIT)
def publish(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """Let all read them who may know of the meeting; or take them back (`withdraw`)."""
    event, one = wanted(slug, on_date)
    withdrawn = "withdraw" in request.form
    try:
        act = operations.withdraw_minutes if withdrawn else operations.publish_minutes
        act(viewer(), event, one.on_date)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        flash(str(refused.message), "error")
    else:
        flash(_said(queries.readers_of(event, queries.find_minutes(event.id, one.on_date))), "success")
    return _back_to_minutes(slug, on_date)


def _said(readers: Readers) -> str:
    if readers is Readers.EVERYBODY:
        return str(_("Everybody can read them now."))
    if readers is Readers.GROUPS:
        return str(_("The groups can read them now, each on its own page."))
    return str(_("Only the organizers read them now."))


@bp.post("/decisions")
@allowed(Permission.EVENT_EDIT)
def decide(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """Note a decision."""
    event, one = wanted(slug, on_date)
    form = DecisionForm()
    if not form.validate_on_submit():
        return _minutes_page(coalition, event, one, 422, decision_form=form)
    text = form.decision.data
    make_once(Decision, key_of(form), lambda: operations.add_decision(viewer(), event, one.on_date, text))
    flash(_("The decision is noted."), "success")
    return _back_to_minutes(slug, on_date)


@bp.post("/decisions/<int:decision_id>/remove")
@allowed(Permission.EVENT_EDIT)
def remove_decision(coalition: Coalition, slug: str, on_date: str, decision_id: int) -> ResponseReturnValue:
    """Take a decision off the list."""
    event, one = wanted(slug, on_date)
    found = queries.find_decision(event.id, one.on_date, decision_id) or abort(404)
    operations.remove_decision(viewer(), found)
    db.session.commit()
    return _back_to_minutes(slug, on_date)


@bp.post("/actions")
@allowed(Permission.EVENT_EDIT)
def act(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """Note who does what by when: a follow-up."""
    event, one = wanted(slug, on_date)
    form = ActionForm(list_owners(), clock.today(coalition.zone))
    if form.validate_on_submit():
        try:
            item = make_once(ActionItem, key_of(form), lambda: _add_action(event, one, form))
        except Refused as refused:
            form.refuse(refused.field or "title", refused.message)
        else:
            flash(_("On the list: %(title)s", title=item.follow_up.title), "success")
            return _back_to_minutes(slug, on_date)
    return _minutes_page(coalition, event, one, 422, action_form=form)


def _add_action(event: Event, one: EventDate, form: ActionForm) -> ActionItem:
    return operations.add_action_item(
        viewer(),
        event,
        one.on_date,
        title=form.title.data,
        due_on=form.due_on.data or form.today,
        owner_id=form.owner_id.data,
        organization_id=_group_named(form.organization.data),
    )


def _group_named(name: str) -> int | None:
    """The one group that a name, or a part of it, means. Raises Refused (field `organization`)."""
    if not name:
        return None
    found = list(search_organizations(viewer(), name, limit=MOST_FITTING))
    exact = [one for one in found if one.name.casefold() == name.casefold()]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0].id
    if not found:
        raise Refused(_("No group of this name is known. Add it under Groups first."), "organization")
    names = "; ".join(one.name for one in found)
    raise Refused(_("Several groups fit. Write the whole name: %(names)s.", names=names), "organization")


@bp.post("/actions/<int:action_item_id>/remove")
@allowed(Permission.EVENT_EDIT)
def remove_action(coalition: Coalition, slug: str, on_date: str, action_item_id: int) -> ResponseReturnValue:
    """Take an action item back."""
    event, one = wanted(slug, on_date)
    found = queries.find_action_item(event.id, one.on_date, action_item_id) or abort(404)
    operations.remove_action_item(viewer(), found)
    db.session.commit()
    return _back_to_minutes(slug, on_date)


def _back_to_minutes(slug: str, on_date: str) -> ResponseReturnValue:
    return redirect(url_for("meetings.minutes", slug=slug, on_date=on_date), 303)
