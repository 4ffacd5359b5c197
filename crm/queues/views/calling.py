"""Calling: the next group, what came of it, leaving."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import clock, formats
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.once import key_of
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo
from crm.organizations.models import KIND_NAMES
from crm.organizations.phones import readable_phone
from crm.organizations.queries import list_contacts
from crm.outreach.models import CHANNEL_ICONS, FollowUp, Outcome
from crm.outreach.queries import find_interaction, list_follow_ups_about, list_touches_of
from crm.queues.forms import CallForm, SkipForm
from crm.queues.models import CallQueue, EntryState, QueueEntry
from crm.queues.operations import give_back, hand_out, settle, skip, take_back
from crm.queues.queries import count_places, find_held, find_reason
from crm.queues.views.blueprint import bp, demand_choices, entry_or_404, queue_or_404
from crm.queues.words import PLACE_NAMES, reason_text

LAST_TOUCHES = 3


@bp.route("/<int:queue_id>/call")
@allowed(Permission.OUTREACH_LOG)
def call(coalition: Coalition, queue_id: int) -> ResponseReturnValue:
    """The group that the viewer holds; where they hold none, the button that hands one out."""
    queue = queue_or_404(queue_id)
    entry = find_held(viewer(), queue.id, clock.now())
    if entry is None:
        places = count_places([queue.id], clock.now())[queue.id]
        return render_template("queues/idle.html", queue=queue, places=places, place_names=PLACE_NAMES)
    return _call_page(queue, entry, _form(entry))


@bp.route("/<int:queue_id>/next", methods=["POST"])
@allowed(Permission.OUTREACH_LOG)
def next_group(coalition: Coalition, queue_id: int) -> ResponseReturnValue:
    queue = queue_or_404(queue_id)
    _hand_out(queue)
    return redirect(url_for("queues.call", queue_id=queue.id))


@bp.route("/<int:queue_id>/groups/<int:entry_id>/call", methods=["POST"])
@allowed(Permission.OUTREACH_LOG)
def outcome(coalition: Coalition, queue_id: int, entry_id: int) -> ResponseReturnValue:
    """Log it, and go on to the next group or stop."""
    entry = entry_or_404(queue_id, entry_id)
    form = _form(entry)
    follow_up = _asked_follow_up(entry, form.follow_up.data)
    if form.validate_on_submit():
        try:
            logged = settle(viewer(), entry, form.call(viewer().user_id, follow_up), form_key=key_of(form))
            db.session.commit()
        except Refused as error:
            db.session.rollback()
            form.refuse(error.field or "outcome", error.message)
        else:
            _tell(entry, logged.interaction.id, form.outcome.data)
            return _go_on(entry)
    return _call_page(entry.queue, entry, form), 422


@bp.route("/<int:queue_id>/groups/<int:entry_id>/give-back", methods=["POST"])
@allowed(Permission.OUTREACH_LOG)
def leave(coalition: Coalition, queue_id: int, entry_id: int) -> ResponseReturnValue:
    entry = entry_or_404(queue_id, entry_id)
    give_back(viewer(), entry)
    db.session.commit()
    flash(_("%(group)s waits for the next caller.", group=entry.organization.name), "success")
    return redirect(url_for("queues.show", queue_id=queue_id))


@bp.route("/<int:queue_id>/groups/<int:entry_id>/skip", methods=["POST"])
@allowed(Permission.OUTREACH_LOG)
def take_off(coalition: Coalition, queue_id: int, entry_id: int) -> ResponseReturnValue:
    entry = entry_or_404(queue_id, entry_id)
    form = SkipForm()
    if not form.validate_on_submit():
        abort(422)
    try:
        skip(viewer(), entry, note=form.note.data)
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        flash(str(error.message), "error")
    else:
        flash(_("%(group)s is off this queue.", group=entry.organization.name), "success")
        _hand_out(entry.queue)
    return redirect(url_for("queues.call", queue_id=queue_id))


@bp.route("/<int:queue_id>/groups/<int:entry_id>/undo/<int:interaction_id>", methods=["POST"])
@allowed(Permission.OUTREACH_LOG)
def undo(coalition: Coalition, queue_id: int, entry_id: int, interaction_id: int) -> ResponseReturnValue:
    entry, touch = entry_or_404(queue_id, entry_id), find_interaction(interaction_id)
    try:
        if touch is not None:
            take_back(viewer(), entry, touch)
            db.session.commit()
        flash(_("Taken back: %(group)s waits to be called.", group=entry.organization.name), "success")
    except Refused as error:
        db.session.rollback()
        flash(str(error.message), "error")
    return redirect(url_for("queues.show", queue_id=queue_id))


def _form(entry: QueueEntry) -> CallForm:
    follow_up = _due_follow_up(entry)
    given = {"contact_id": entry.contact_id, "follow_up": follow_up.id if follow_up else ""}
    contacts = list_contacts(viewer(), entry.organization_id)
    return CallForm(contacts=contacts, zone=g.coalition.zone, data=given)


def _call_page(queue: CallQueue, entry: QueueEntry, form: CallForm) -> str:
    now = clock.now()
    return render_template(
        "queues/call.html",
        queue=queue,
        entry=entry,
        form=form,
        reason=reason_text(find_reason(entry), g.coalition.zone),
        held=entry.is_held_by(viewer().user_id, now),
        number=readable_phone(entry.contact.phone) if entry.contact and entry.contact.phone else "",
        demand=dict(demand_choices()).get(queue.demand_id or 0),
        demand_slug=queue.demand.slug if queue.demand else "",
        follow_up=_asked_follow_up(entry, form.follow_up.data),
        touches=list_touches_of(entry.organization_id, LAST_TOUCHES, with_contacts=True),
        kind_names=KIND_NAMES,
        channel_icons=CHANNEL_ICONS,
    )


def _due_follow_up(entry: QueueEntry) -> FollowUp | None:
    """The task about the group that a call today deals with: the earliest that is due."""
    tasks = list_follow_ups_about(entry.organization_id, 1)
    return tasks[0] if tasks and tasks[0].due_on <= clock.today(g.coalition.zone) else None


def _asked_follow_up(entry: QueueEntry, asked: str | None) -> FollowUp | None:
    """The task that the form was opened with, as long as it is open."""
    return next((t for t in list_follow_ups_about(entry.organization_id) if str(t.id) == str(asked)), None)


def _hand_out(queue: CallQueue) -> None:
    try:
        if hand_out(viewer(), queue) is None:
            flash(_("No group of this queue is to be called right now."))
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        flash(str(error.message), "error")


def _go_on(entry: QueueEntry) -> ResponseReturnValue:
    """The next group, or the same one while it is held; or back to the queue."""
    if request.form.get("then") == "stop":
        give_back(viewer(), entry)
        db.session.commit()
        return redirect(url_for("queues.show", queue_id=entry.queue_id))
    _hand_out(entry.queue)
    return redirect(url_for("queues.call", queue_id=entry.queue_id))


def _tell(entry: QueueEntry, interaction_id: int, outcome: Outcome) -> None:
    name, zone = entry.organization.name, g.coalition.zone
    if entry.is_held_by(viewer().user_id, clock.now()):
        text = _("Logged. Now try the next of the people of %(group)s.", group=name)
    elif entry.state is EntryState.DONE:
        text = _("Logged: %(group)s is done in this queue.", group=name)
    elif entry.not_before is not None:
        when = formats.moment(entry.not_before, zone)
        text = _("Logged: %(group)s comes again from %(when)s on.", group=name, when=when)
    else:
        text = _("Logged: nobody of %(group)s has a number that is right.", group=name)
    undo_url = url_for(
        "queues.undo", queue_id=entry.queue_id, entry_id=entry.id, interaction_id=interaction_id
    )
    flash_undo(text, undo_url)
