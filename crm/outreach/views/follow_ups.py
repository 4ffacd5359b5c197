"""What is to be done: the list, and each task dealt with where it stands."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import clock, formats
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.listings import link_pages
from crm.core.once import key_of
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo, is_htmx, safe_next
from crm.organizations.models import Organization
from crm.organizations.queries import find_organization
from crm.outreach import queries
from crm.outreach.forms import BackForm, FollowUpForm, PutBackForm, SnoozeForm
from crm.outreach.models import FollowUp, group_by_due
from crm.outreach.operations import (
    add_follow_up,
    edit_follow_up,
    finish_follow_up,
    put_back,
    reopen_follow_up,
    snooze_follow_up,
)
from crm.outreach.operations.follow_ups import PRESS

bp = Blueprint("follow_ups", __name__, url_prefix="/<coalition>/organize/outreach/follow-ups")


@bp.route("/")
@allowed(Permission.OUTREACH_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    everybody = request.args.get("whose") == "everybody" or not viewer().can(Permission.OUTREACH_LOG)
    page = queries.list_follow_ups(
        None if everybody else viewer().user_id,
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    today = clock.today(coalition.zone)
    return render_template(
        "outreach/follow_ups.html",
        everybody=everybody,
        parts=group_by_due(page.items, today),
        page=link_pages(page, ""),
        today=today,
    )


@bp.route("/new", methods=["GET", "POST"])
@allowed(Permission.OUTREACH_LOG)
def create(coalition: Coalition) -> ResponseReturnValue:
    organization = _asked_organization()
    form = FollowUpForm(zone=coalition.zone, owners=queries.list_owners(), data=_start(organization))
    if form.validate_on_submit():
        try:
            follow_up = _add(form, organization)
        except Refused as error:
            db.session.rollback()
            form.refuse(error.field or "title", error.message)
        else:
            day = formats.short_day(follow_up.due_on)
            flash(_("“%(title)s” is on the list for %(day)s.", title=follow_up.title, day=day), "success")
            return redirect(safe_next(form.next.data, url_for("follow_ups.index")))
    return _form_page(form, organization, None)


@bp.route("/<int:follow_up_id>", methods=["GET", "POST"])
@allowed(Permission.OUTREACH_LOG)
def edit(coalition: Coalition, follow_up_id: int) -> ResponseReturnValue:
    follow_up = queries.find_follow_up(follow_up_id) or abort(404)
    form = FollowUpForm(zone=coalition.zone, owners=_owners_with(follow_up), obj=follow_up)
    if form.validate_on_submit():
        try:
            edit_follow_up(
                viewer(), follow_up, **{n: form.values[n] for n in ("title", "due_on", "owner_id")}
            )
            db.session.commit()
        except Refused as error:
            db.session.rollback()
            form.refuse(error.field or "title", error.message)
        else:
            flash(_("Saved."), "success")
            return redirect(safe_next(form.next.data, url_for("follow_ups.index")))
    form.next.data = form.next.data or request.args.get("next", "")
    return _form_page(form, follow_up.organization, follow_up)


@bp.route("/<int:follow_up_id>/done", methods=["POST"])
@allowed(Permission.OUTREACH_LOG)
def done(coalition: Coalition, follow_up_id: int) -> ResponseReturnValue:
    follow_up = queries.find_follow_up(follow_up_id) or abort(404)
    finish_follow_up(viewer(), follow_up)
    db.session.commit()
    undo = url_for("follow_ups.reopen", follow_up_id=follow_up.id)
    return _answer(coalition, follow_up, _("Done: %(title)s", title=follow_up.title), undo)


@bp.route("/<int:follow_up_id>/reopen", methods=["POST"])
@allowed(Permission.OUTREACH_LOG)
def reopen(coalition: Coalition, follow_up_id: int) -> ResponseReturnValue:
    follow_up = queries.find_follow_up(follow_up_id) or abort(404)
    reopen_follow_up(viewer(), follow_up)
    db.session.commit()
    return _answer(coalition, follow_up, _("Open again: %(title)s", title=follow_up.title))


@bp.route("/<int:follow_up_id>/snooze", methods=["POST"])
@allowed(Permission.OUTREACH_LOG)
def snooze(coalition: Coalition, follow_up_id: int) -> ResponseReturnValue:
    follow_up = queries.find_follow_up(follow_up_id) or abort(404)
    form = SnoozeForm(zone=coalition.zone)
    day = form.day
    if day is None:
        return _corrected(coalition, follow_up, form.until.data)
    days = {"back_to": follow_up.due_on.isoformat(), "put_to": day.isoformat()}
    try:
        snooze_follow_up(viewer(), follow_up, day)
    except Refused as refused:
        return _answer(coalition, follow_up, str(refused))
    db.session.commit()
    text = _("Put off to %(day)s: %(title)s", day=formats.day(day), title=follow_up.title)
    undo = url_for("follow_ups.unsnooze", follow_up_id=follow_up.id)
    return _answer(coalition, follow_up, text, undo, **days)


@bp.route("/<int:follow_up_id>/snooze/undo", methods=["POST"])
@allowed(Permission.OUTREACH_LOG)
def unsnooze(coalition: Coalition, follow_up_id: int) -> ResponseReturnValue:
    follow_up = queries.find_follow_up(follow_up_id) or abort(404)
    form = PutBackForm()
    put_to, back_to = form.put_to.data, form.back_to.data
    if put_to is None or back_to is None:
        abort(400)
    try:
        put_back(viewer(), follow_up, put_to, back_to)
    except Refused as refused:
        return _answer(coalition, follow_up, str(refused))
    db.session.commit()
    day = formats.day(follow_up.due_on)
    return _answer(coalition, follow_up, _("Due on %(day)s again: %(title)s", day=day, title=follow_up.title))


def _answer(
    coalition: Coalition, follow_up: FollowUp, text: str, undo: str | None = None, **fields: str
) -> ResponseReturnValue:
    """The row as it stands now, where htmx asked for it; else the page it was on, with the undo on top."""
    back = safe_next(BackForm().next.data, url_for("follow_ups.index"))
    if is_htmx():
        return render_template(
            "outreach/_dealt_with.html",
            follow_up=follow_up,
            text=text,
            undo=undo,
            fields=fields,
            back=back,
            today=clock.today(coalition.zone),
        )
    if undo:
        flash_undo(text, undo, next=back, **fields)
    else:
        flash(text, "success")
    return redirect(back)


def _corrected(coalition: Coalition, follow_up: FollowUp, typed: str) -> ResponseReturnValue:
    """The whole form, with the day as it was typed and what is wrong with it."""
    values = request.form.copy()
    values.update({"title": follow_up.title, "due_on": typed, "owner_id": str(follow_up.owner_id or "")})
    form = FollowUpForm(values, zone=coalition.zone, owners=_owners_with(follow_up), obj=follow_up)
    form.validate()
    return _form_page(form, follow_up.organization, follow_up)


def _form_page(
    form: FollowUpForm, organization: Organization | None, follow_up: FollowUp | None
) -> ResponseReturnValue:
    back = safe_next(form.next.data, url_for("follow_ups.index"))
    page = render_template(
        "outreach/follow_up_form.html", form=form, organization=organization, follow_up=follow_up, back=back
    )
    return page, 422 if form.is_submitted() else 200


def _asked_organization() -> Organization | None:
    """The group that the task is to be about: named in the address, 404 where there is none such."""
    asked = request.args.get("organization", "")
    if not asked:
        return None
    known = asked.isascii() and asked.isdigit() and len(asked) < 10
    return (find_organization(int(asked)) if known else None) or abort(404)


def _start(organization: Organization | None) -> dict[str, object]:
    back = url_for("organization_page.show", organization_id=organization.id) if organization else ""
    return {"owner_id": viewer().user_id, "next": request.args.get("next") or back}


def _add(form: FollowUpForm, organization: Organization | None) -> FollowUp:
    follow_up = add_follow_up(
        viewer(),
        title=form.title.data,
        due_on=form.due_on.data or form.today,
        owner_id=form.owner_id.data,
        organization_id=organization.id if organization else None,
        origin=f"{PRESS}{key_of(form)}",
    )
    db.session.commit()
    return follow_up


def _owners_with(follow_up: FollowUp) -> list[tuple[int | str, str]]:
    """Who may take the task over; nobody, where nobody has it."""
    owners: list[tuple[int | str, str]] = list(queries.list_owners())
    known = {owner for owner, _name in owners}
    if follow_up.owner_id not in known:
        owners.insert(0, ("", _("Nobody")))
    return owners
