"""The organizers' pages of targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.listings import link_pages
from crm.core.once import key_of, make_once
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo
from crm.targets import operations, queries
from crm.targets.forms import TargetForm
from crm.targets.models import TARGET_KIND_NAMES, Target, TargetKind

bp = Blueprint("targets", __name__, url_prefix="/<coalition>/organize/targets")


@bp.app_context_processor
def words() -> dict[str, object]:
    """The names of the kinds, for every template that shows a target."""
    return {"target_kinds": TARGET_KIND_NAMES}


@bp.route("/")
@allowed(Permission.TARGET_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    """The targets in use, or with ?archived=1 those put away."""
    archived = request.args.get("archived") == "1"
    page = queries.page_of_targets(
        archived=archived, after=request.args.get("after"), before=request.args.get("before")
    )
    shown = len(page.items)
    label = ngettext("%(number)s target here", "%(number)s targets here", shown, number=shown)
    return render_template(
        "targets/index.html", targets=page.items, pages=link_pages(page, label), archived=archived
    )


@bp.route("/new", methods=["GET", "POST"])
@allowed(Permission.TARGET_EDIT)
def create(coalition: Coalition) -> ResponseReturnValue:
    form = TargetForm()
    if form.validate_on_submit():
        try:
            target = make_once(Target, key_of(form), lambda: operations.add_target(viewer(), **_typed(form)))
            flash(_("“%(name)s” is a target now.", name=target.name), "success")
            return redirect(url_for("targets.index"))
        except Refused as refusal:
            form.refuse(refusal.field or "name", refusal.message)
    return _form_page(form, None)


@bp.route("/<int:target_id>/edit", methods=["GET", "POST"])
@allowed(Permission.TARGET_EDIT)
def edit(coalition: Coalition, target_id: int) -> ResponseReturnValue:
    target = wanted(target_id)
    form = TargetForm(name=target.name, kind=target.kind, place=target.place)
    if form.validate_on_submit():
        try:
            operations.edit_target(viewer(), target, **_typed(form))
            db.session.commit()
            flash(_("Saved."), "success")
            return redirect(url_for("targets.index"))
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal.field or "name", refusal.message)
    return _form_page(form, target)


@bp.post("/<int:target_id>/archive")
@allowed(Permission.TARGET_EDIT)
def archive(coalition: Coalition, target_id: int) -> ResponseReturnValue:
    target = _acted(target_id, operations.archive_target)
    flash_undo(
        _("“%(name)s” is archived: offered no more, and its history stays.", name=target.name),
        url_for("targets.restore", target_id=target_id),
    )
    return redirect(url_for("targets.index"))


@bp.post("/<int:target_id>/restore")
@allowed(Permission.TARGET_EDIT)
def restore(coalition: Coalition, target_id: int) -> ResponseReturnValue:
    target = _acted(target_id, operations.restore_target)
    flash(_("“%(name)s” is back.", name=target.name), "success")
    return redirect(url_for("targets.index"))


def wanted(target_id: int) -> Target:
    return queries.find_target(target_id) or abort(404)


def _acted(target_id: int, act: Callable[..., None]) -> Target:
    target = wanted(target_id)
    act(viewer(), target)
    db.session.commit()
    return target


def _typed(form: TargetForm) -> dict[str, Any]:
    return {"name": form.name.data, "kind": TargetKind(form.kind.data), "place": form.place.data}


def _form_page(form: TargetForm, target: Target | None) -> ResponseReturnValue:
    page = render_template("targets/edit.html", form=form, target=target)
    return page, 422 if form.errors else 200
