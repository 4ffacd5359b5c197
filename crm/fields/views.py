"""The coalition's own fields, among its settings."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.once import key_of
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo
from crm.fields.definitions import FIELD_KIND_NAMES, SUBJECT_NAMES, CustomField, Subject
from crm.fields.forms import EditFieldForm, FieldForm, NewFieldForm
from crm.fields.operations import add_field, edit_field, move_field, retire_field
from crm.fields.queries import own_fields

bp = Blueprint("fields", __name__, url_prefix="/<coalition>/organize/settings/fields")


@bp.route("/")
@allowed(Permission.SETTINGS_EDIT)
def index(coalition: Coalition) -> ResponseReturnValue:
    fields = own_fields()
    return render_template(
        "fields/index.html",
        by_subject=[(SUBJECT_NAMES[subject], fields.of(subject)) for subject in Subject],
        retired=[one for one in fields.all if one.retired],
        kind_names=FIELD_KIND_NAMES,
        subject_names=SUBJECT_NAMES,
    )


@bp.route("/new", methods=["GET", "POST"])
@allowed(Permission.SETTINGS_EDIT)
def create(coalition: Coalition) -> ResponseReturnValue:
    form = NewFieldForm()
    if form.validate_on_submit() and _added(form):
        return redirect(url_for("fields.index"), 303)
    return render_template("fields/edit.html", form=form, field=None), 422 if form.errors else 200


@bp.route("/<int:field_id>", methods=["GET", "POST"])
@allowed(Permission.SETTINGS_EDIT)
def edit(coalition: Coalition, field_id: int) -> ResponseReturnValue:
    field = _field_or_404(field_id)
    form = EditFieldForm.of(field)
    if form.validate_on_submit() and _changed(form, field):
        return redirect(url_for("fields.index"), 303)
    return render_template("fields/edit.html", form=form, field=field), 422 if form.errors else 200


@bp.route("/<int:field_id>/up", methods=["POST"], defaults={"up": True})
@bp.route("/<int:field_id>/down", methods=["POST"], defaults={"up": False})
@allowed(Permission.SETTINGS_EDIT)
def move(coalition: Coalition, field_id: int, up: bool) -> ResponseReturnValue:
    _field_or_404(field_id)
    move_field(viewer(), field_id, up=up)
    db.session.commit()
    return redirect(url_for("fields.index") + f"#field-{field_id}", 303)


@bp.route("/<int:field_id>/retire", methods=["POST"])
@allowed(Permission.SETTINGS_EDIT)
def retire(coalition: Coalition, field_id: int) -> ResponseReturnValue:
    field = _field_or_404(field_id)
    retire_field(viewer(), field_id, retired=True)
    db.session.commit()
    undo = url_for("fields.restore", field_id=field_id)
    flash_undo(_("Put away “%(label)s”.", label=field.label), undo)
    return redirect(url_for("fields.index"), 303)


@bp.route("/<int:field_id>/restore", methods=["POST"])
@allowed(Permission.SETTINGS_EDIT)
def restore(coalition: Coalition, field_id: int) -> ResponseReturnValue:
    field = _field_or_404(field_id)
    try:
        retire_field(viewer(), field_id, retired=False)
        db.session.commit()
        flash(_("“%(label)s” is in use again, with what stood in it.", label=field.label), "success")
    except Refused as refused:
        db.session.rollback()
        flash(str(refused.message), "error")
    return redirect(url_for("fields.index"), 303)


def _added(form: NewFieldForm) -> bool:
    typed = (form.subject.data, form.label.data, form.kind.data, form.lines, key_of(form))
    try:
        field = add_field(viewer(), *typed)
    except Refused as refused:
        return _refused(form, refused)
    db.session.commit()
    flash(_("Added “%(label)s”.", label=field.label), "success")
    return True


def _changed(form: EditFieldForm, field: CustomField) -> bool:
    try:
        edit_field(viewer(), field.id, form.label.data, form.renamed, form.lines)
    except Refused as refused:
        return _refused(form, refused)
    db.session.commit()
    flash(_("Saved."), "success")
    return True


def _refused(form: FieldForm, refused: Refused) -> bool:
    db.session.rollback()
    form.refuse(refused.field or "label", refused.message)
    return False


def _field_or_404(field_id: int) -> CustomField:
    return next((one for one in own_fields().all if one.id == field_id), None) or abort(404)
