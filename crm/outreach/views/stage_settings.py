"""The coalition's stages of outreach, among its settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.once import key_of
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo
from crm.organizations.models import STAGE_NAMES
from crm.organizations.operations.stages import (
    add_stage,
    bring_back_stage,
    place_stage,
    rename_stage,
    retire_stage,
)
from crm.organizations.queries.stages import own_stages
from crm.organizations.stages import Step
from crm.outreach.queries import COUNT_UP_TO, count_groups
from crm.outreach.stage_forms import AddStageForm, PlaceForm, RenameForm

bp = Blueprint("stage_settings", __name__, url_prefix="/<coalition>/organize/settings/stages")


@bp.route("/", methods=["GET", "POST"])
@allowed(Permission.SETTINGS_EDIT)
def index(coalition: Coalition) -> ResponseReturnValue:
    """All stages in their order; the form for one more."""
    form = AddStageForm()
    if not form.validate_on_submit():
        return _page(form, status=422 if form.is_submitted() else 200)
    try:
        given = {"label": form.label.data, "meaning": form.meaning.data}
        step = add_stage(viewer(), form_key=key_of(form), **given)
    except Refused as error:
        db.session.rollback()
        form.refuse(error.field or "label", error.message)
        return _page(form, status=422)
    db.session.commit()
    flash(_("Added: “%(stage)s”. Groups can be moved to it now.", stage=step.name), "success")
    return redirect(url_for(".index"), 303)


@bp.route("/<code>/rename", methods=["POST"])
@allowed(Permission.SETTINGS_EDIT)
def rename(coalition: Coalition, code: str) -> ResponseReturnValue:
    step = _step_or_404(code)
    form = RenameForm(step=step)
    if not form.validate():
        return _page(renaming=(step, form), status=422)
    try:
        renamed = rename_stage(viewer(), step.code, form.label.data)
    except Refused as error:
        db.session.rollback()
        form.refuse("label", error.message)
        return _page(renaming=(step, form), status=422)
    db.session.commit()
    if renamed != step:
        text = _("“%(before)s” is called “%(after)s” now.", before=step.name, after=renamed.name)
        flash_undo(text, url_for(".rename", code=step.code), label=step.label)
    return redirect(url_for(".index"), 303)


@bp.route("/<code>/place", methods=["POST"])
@allowed(Permission.SETTINGS_EDIT)
def place(coalition: Coalition, code: str) -> ResponseReturnValue:
    """Let a stage stand before another one."""
    step, before = _step_or_404(code), PlaceForm().before.data or None
    return _done(lambda: place_stage(viewer(), step.code, before))


@bp.route("/<code>/retire", methods=["POST"])
@allowed(Permission.SETTINGS_EDIT)
def retire(coalition: Coalition, code: str) -> ResponseReturnValue:
    step = _step_or_404(code)
    text = _("“%(stage)s” is retired.", stage=step.name)
    return _done(lambda: retire_stage(viewer(), step.code), text, url_for(".bring_back", code=step.code))


@bp.route("/<code>/bring-back", methods=["POST"])
@allowed(Permission.SETTINGS_EDIT)
def bring_back(coalition: Coalition, code: str) -> ResponseReturnValue:
    step = _step_or_404(code)
    text = _("“%(stage)s” is in use again.", stage=step.name)
    return _done(lambda: bring_back_stage(viewer(), step.code), text, url_for(".retire", code=step.code))


def _done(change: Callable[[], object], text: str = "", undo: str = "") -> ResponseReturnValue:
    """Change it, say so with the way back, and show the stages again."""
    try:
        change()
        db.session.commit()
    except Refused as error:
        db.session.rollback()
        flash(str(error.message), "error")
    else:
        if text:
            flash_undo(text, undo)
    return redirect(url_for(".index"), 303)


def _step_or_404(code: str) -> Step:
    return own_stages().find(code) or abort(404)


def _page(
    form: AddStageForm | None = None, *, renaming: tuple[Step, RenameForm] | None = None, status: int
) -> ResponseReturnValue:
    steps = own_stages().all
    fresh: dict[str, Any] = {"formdata": None}
    forms = {step.code: RenameForm(step=step, label=step.label, **fresh) for step in steps}
    if renaming:
        forms[renaming[0].code] = renaming[1]
    return render_template(
        "outreach/stages.html",
        form=form or AddStageForm(**fresh),
        steps=steps,
        forms=forms,
        counts=count_groups().stages,
        count_up_to=COUNT_UP_TO,
        usual_names=STAGE_NAMES,
    ), status
