"""The tags of a coalition, among its settings: renamed, put away, taken out."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo
from crm.tags.forms import TagForm
from crm.tags.models import Tag
from crm.tags.operations import rename_tag, restore_tag, retire_tag
from crm.tags.queries import find_tag, list_all_with_counts

bp = Blueprint("tags", __name__, url_prefix="/<coalition>/organize/settings/tags")


@bp.route("/")
@allowed(Permission.SETTINGS_EDIT)
def index(coalition: Coalition) -> ResponseReturnValue:
    counted = list_all_with_counts()
    return render_template(
        "tags/index.html",
        used=[(tag, count) for tag, count in counted if tag.retired_at is None],
        retired=[(tag, count) for tag, count in counted if tag.retired_at is not None],
    )


@bp.route("/<int:tag_id>", methods=["GET", "POST"])
@allowed(Permission.SETTINGS_EDIT)
def edit(coalition: Coalition, tag_id: int) -> ResponseReturnValue:
    tag = _tag_or_404(tag_id)
    form = TagForm(obj=tag)
    if form.validate_on_submit():
        try:
            rename_tag(viewer(), tag, form.label.data)
            db.session.commit()
            flash(_("Saved."), "success")
            return redirect(url_for("tags.index"), 303)
        except Refused as refused:
            form.refuse("label", refused.message)
    return render_template("tags/edit.html", form=form, tag=tag), 422 if form.errors else 200


@bp.route("/<int:tag_id>/retire", methods=["POST"])
@allowed(Permission.SETTINGS_EDIT)
def retire(coalition: Coalition, tag_id: int) -> ResponseReturnValue:
    tag = _tag_or_404(tag_id)
    retire_tag(viewer(), tag)
    db.session.commit()
    flash_undo(_("Put away “%(label)s”.", label=tag.label), url_for("tags.restore", tag_id=tag.id))
    return redirect(url_for("tags.index"), 303)


@bp.route("/<int:tag_id>/restore", methods=["POST"])
@allowed(Permission.SETTINGS_EDIT)
def restore(coalition: Coalition, tag_id: int) -> ResponseReturnValue:
    tag = _tag_or_404(tag_id)
    restore_tag(viewer(), tag)
    db.session.commit()
    flash(_("“%(label)s” is in use again, with the groups that had it.", label=tag.label), "success")
    return redirect(url_for("tags.index"), 303)


def _tag_or_404(tag_id: int) -> Tag:
    """The tag of this coalition. Another coalition's is as unknown as one that never was."""
    return find_tag(tag_id) or abort(404)
