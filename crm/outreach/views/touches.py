"""Logging touches, putting them right, moving stages."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from crm.audit.queries import was_done
from crm.coalitions.models import Coalition
from crm.core import clock, formats
from crm.core.crypto import new_token
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.listings import link_pages
from crm.core.once import key_of
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo, safe_next
from crm.organizations.models import Contact, Organization
from crm.organizations.queries import find_organization, list_contacts
from crm.organizations.queries.stages import own_stages
from crm.outreach import queries
from crm.outreach.blank_form import fill_log_form
from crm.outreach.forms import BackForm, InteractionForm, LogForm, Owners, StageForm, people_of
from crm.outreach.models import CHANNEL_ICONS, Channel, FollowUp, Interaction, StageChange
from crm.outreach.operations import (
    Logged,
    delete_interaction,
    edit_interaction,
    log_touch,
    move_stage,
    reopen_follow_up,
    undo_stage_change,
)
from crm.outreach.timeline import title_of

bp = Blueprint("outreach", __name__, url_prefix="/<coalition>/organize")
bp.add_app_template_global(title_of, "touch_title")


@bp.route("/outreach/")
@allowed(Permission.OUTREACH_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    touches = queries.list_touches(after=request.args.get("after"), before=request.args.get("before"))
    user_id = viewer().user_id
    return render_template(
        "outreach/index.html",
        touches=touches.items,
        page=link_pages(touches, ""),
        figures=queries.count_groups(),
        count_up_to=queries.COUNT_UP_TO,
        mine=queries.list_groups_of(user_id, 8) if user_id else [],
        quiet=queries.list_quiet_groups(clock.now(), 8),
        quiet_days=queries.QUIET_AFTER.days,
        channel_icons=CHANNEL_ICONS,
    )


@bp.route("/organizations/<int:organization_id>/log", methods=["GET", "POST"])
@allowed(Permission.OUTREACH_LOG)
def log(coalition: Coalition, organization_id: int) -> ResponseReturnValue:
    organization = find_organization(organization_id) or abort(404)
    follow_up = _asked_follow_up(organization)
    form = _log_form(list_contacts(viewer(), organization.id), _owners(), follow_up)
    if form.validate_on_submit():
        try:
            logged = _log(organization, form, follow_up)
        except Refused as error:
            db.session.rollback()
            form.refuse(error.field or "outcome", error.message)
        else:
            back = safe_next(form.next.data, _page_of(organization))
            _tell(organization, logged, back, follow_up if form.deals_with.data else None)
            return redirect(back)
    status = 422 if form.is_submitted() else 200
    return render_template(
        "outreach/log.html", organization=organization, form=form, follow_up=follow_up
    ), status


@bp.route("/outreach/touches/<int:interaction_id>", methods=["GET", "POST"])
@allowed(Permission.OUTREACH_LOG)
def edit(coalition: Coalition, interaction_id: int) -> ResponseReturnValue:
    touch = _own_touch(interaction_id)
    form = InteractionForm(obj=touch)
    if form.validate_on_submit():
        edit_interaction(viewer(), touch, **form.values)
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(_page_of(touch.organization))
    status = 422 if form.is_submitted() else 200
    return render_template("outreach/edit.html", form=form, touch=touch, zone=coalition.zone), status


@bp.route("/outreach/touches/<int:interaction_id>/delete", methods=["POST"])
@allowed(Permission.OUTREACH_LOG)
def delete(coalition: Coalition, interaction_id: int) -> ResponseReturnValue:
    form = BackForm()
    if queries.find_interaction(interaction_id) is None and was_done("interaction.delete", interaction_id):
        flash(_("Already taken back."))
        return redirect(safe_next(form.next.data, url_for("outreach.index")))
    touch = _own_touch(interaction_id)
    organization = touch.organization
    delete_interaction(viewer(), touch)
    if form.reopen.data and (closed := _follow_up_of(organization, form.reopen.data)):
        reopen_follow_up(viewer(), closed)
    db.session.commit()
    flash(
        _("Taken back: the touch with %(group)s is not logged any more.", group=organization.name), "success"
    )
    return redirect(safe_next(form.next.data, _page_of(organization)))


@bp.route("/organizations/<int:organization_id>/stage", methods=["POST"])
@allowed(Permission.OUTREACH_LOG)
def move(coalition: Coalition, organization_id: int) -> ResponseReturnValue:
    organization = find_organization(organization_id) or abort(404)
    form = StageForm(stages=own_stages())
    if not form.validate_on_submit():
        abort(422)
    try:
        change = move_stage(viewer(), organization, form.stage.data)
        db.session.commit()
        if change:
            _tell_move(change, organization)
    except Refused as error:
        db.session.rollback()
        flash(str(error.message), "error")
    return redirect(safe_next(form.next.data, _page_of(organization)))


@bp.route("/outreach/stage-changes/<int:change_id>/undo", methods=["POST"])
@allowed(Permission.OUTREACH_LOG)
def undo_stage(coalition: Coalition, change_id: int) -> ResponseReturnValue:
    change = queries.find_stage_change(change_id) or abort(404)
    try:
        undo_stage_change(viewer(), change)
        db.session.commit()
        flash(_("The stage is “%(stage)s” again.", stage=own_stages().name(change.before)), "success")
    except Refused as error:
        db.session.rollback()
        flash(str(error.message), "error")
    return redirect(safe_next(BackForm().next.data, _page_of(change.organization)))


@bp.app_template_global()
def log_form(organization: Organization, contacts: Sequence[Contact]) -> Markup:
    """The empty form, for a group's page, whatever else that page was sent. The next step is for the viewer
    or for who looks after the group; `outreach.log` offers everybody."""
    who = viewer()
    owners = [(who.user_id, _("Me"))] if who.user_id else []
    if organization.assignee and organization.assignee.id != who.user_id:
        owners.append((organization.assignee.id, organization.assignee.name))
    values = {
        "action": url_for("outreach.log", organization_id=organization.id),
        "csrf_token": generate_csrf(),
        "form_key": new_token(),
        "next": request.args.get("next") or request.path,
        "follow_up": "",
        "contact_id": str(_asked_contact(contacts) or ""),
        "owner_id": str(who.user_id),
    }
    return fill_log_form(g.coalition.zone, values, {"contact_id": people_of(contacts), "owner_id": owners})


def _log_form(contacts: Sequence[Contact], owners: Owners, follow_up: FollowUp | None) -> LogForm:
    zone = g.coalition.zone
    given = {
        "next": request.args.get("next") or "",
        "follow_up": follow_up.id if follow_up else "",
        "contact_id": _asked_contact(contacts),
        "channel": _asked_channel(),
        "on": clock.today(zone),
        "owner_id": viewer().user_id,
    }
    return LogForm(contacts=contacts, owners=owners, zone=zone, data=given)


def _asked_contact(contacts: Sequence[Contact]) -> int | None:
    """Whom the address names (who has just rung, say), else whom to call first, else the only one."""
    asked = next((one.id for one in contacts if str(one.id) == request.args.get("contact")), None)
    first = contacts[0].id if contacts and (contacts[0].is_primary or len(contacts) == 1) else None
    return asked or first


def _asked_channel() -> Channel:
    """How, as the address says it: of whom was found by a ringing number, that they called."""
    asked = request.args.get("how")
    return Channel(asked) if asked in set(Channel) else Channel.CALL


def _log(organization: Organization, form: LogForm, follow_up: FollowUp | None) -> Logged:
    logged = log_touch(
        viewer(),
        organization,
        form.touch,
        form_key=key_of(form),
        next_step=form.next_step,
        deals_with=follow_up if form.deals_with.data else None,
    )
    db.session.commit()
    return logged


def _owners() -> Owners:
    """The coalition's organizers, the viewer first."""
    own = viewer().user_id
    return sorted(queries.list_owners(), key=lambda owner: owner[0] != own)


def _asked_follow_up(organization: Organization) -> FollowUp | None:
    return _follow_up_of(organization, request.values.get("follow_up", ""))


def _follow_up_of(organization: Organization, asked: str) -> FollowUp | None:
    """The task of this group that an address or a form names, if it is one."""
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        return None
    found = queries.find_follow_up(int(asked))
    return found if found and found.organization_id == organization.id else None


def _own_touch(interaction_id: int) -> Interaction:
    touch = queries.find_interaction(interaction_id) or abort(404)
    return touch if touch.may_be_changed_by(viewer()) else abort(403)


def _page_of(organization: Organization) -> str:
    return url_for("organization_page.show", organization_id=organization.id)


def _tell(organization: Organization, logged: Logged, back: str, dealt_with: FollowUp | None) -> None:
    touch, step = logged.interaction, logged.follow_up
    words = {"group": organization.name, "touch": title_of(touch)}
    if step is None:
        text = _("Logged for %(group)s: %(touch)s.", **words)
    else:
        due = formats.short_day(step.due_on)
        text = _(
            "Logged for %(group)s: %(touch)s. Next step on %(day)s: %(step)s.",
            day=due,
            step=step.title,
            **words,
        )
    undo = url_for("outreach.delete", interaction_id=touch.id)
    flash_undo(text, undo, next=back, reopen=dealt_with.id if dealt_with else "")
    if logged.moved:
        _tell_move(logged.moved, organization, back)


def _tell_move(change: StageChange, organization: Organization, back: str = "") -> None:
    stages = own_stages()
    text = _(
        "%(group)s: the stage moved from “%(before)s” to “%(after)s”.",
        group=organization.name,
        before=stages.name(change.before),
        after=stages.name(change.after),
    )
    flash_undo(text, url_for("outreach.undo_stage", change_id=change.id), next=back)
