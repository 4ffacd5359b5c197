"""Everything as one file: asking for it, how far it is, downloading and deleting it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.accounts.reentry import ReentryForm
from crm.coalitions.models import Coalition
from crm.core import clock, tenancy
from crm.core.db import db
from crm.core.files import CHUNK, open_file
from crm.core.listings import link_pages
from crm.core.once import make_once
from crm.core.permissions import Permission, viewer
from crm.core.transactions import reading
from crm.core.web import allowed
from crm.exchange.models import Export, ExportState
from crm.exchange.operations.exports import (
    drop_export,
    is_stalled_export,
    note_taking,
    order_export,
)
from crm.exchange.queries.exports import find_export, page_of_exports

bp = Blueprint("exports", __name__, url_prefix="/<coalition>/organize/export")


@bp.route("/")
@allowed(Permission.EXPORT)
def index(coalition: Coalition) -> ResponseReturnValue:
    return _index(ReentryForm())


@bp.route("/", methods=["POST"])
@allowed(Permission.EXPORT)
def make(coalition: Coalition) -> ResponseReturnValue:
    form = ReentryForm()
    if not form.is_right():
        return _index(form), 422
    key = hashlib.sha256(form.form_key.data.encode()).hexdigest()
    task = make_once(Export, key, lambda: order_export(viewer()))
    return redirect(url_for("exports.show", export_id=task.id), 303)


def _index(form: ReentryForm) -> str:
    page = page_of_exports(after=request.args.get("after"), before=request.args.get("before"))
    label = ngettext("%(num)s export", "%(num)s exports", len(page.items))
    return render_template(
        "exchange/exports.html", form=form, exports=page.items, pages=link_pages(page, label)
    )


@bp.route("/<int:export_id>")
@allowed(Permission.EXPORT)
def show(coalition: Coalition, export_id: int) -> ResponseReturnValue:
    return _show(_own(export_id), ReentryForm())


@bp.route("/<int:export_id>/file", methods=["POST"])
@allowed(Permission.EXPORT)
def take(coalition: Coalition, export_id: int) -> ResponseReturnValue:
    """The file, to who asked for it and says the password again."""
    form = ReentryForm()
    if not form.is_right():
        return _show(_own(export_id), form), 422
    task = _own(export_id)
    if task.file_id is None or (task.expires_at and task.expires_at < clock.now()):
        return _show(task, form), 410
    note_taking(viewer(), task)
    db.session.commit()
    response = Response(_pieces(coalition.id, task.file_id), mimetype="application/zip")
    name = f"{coalition.slug}-{task.created_at.astimezone(coalition.zone):%Y-%m-%d}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.content_length = task.size
    return response


@bp.route("/<int:export_id>/drop", methods=["POST"])
@allowed(Permission.EXPORT)
def drop(coalition: Coalition, export_id: int) -> ResponseReturnValue:
    drop_export(viewer(), _own(export_id))
    db.session.commit()
    flash(_("Deleted: the file is gone from here."), "success")
    return redirect(url_for("exports.index"), 303)


def _own(export_id: int) -> Export:
    task = find_export(viewer(), export_id)
    if task is None:
        abort(404)
    return task


def _show(task: Export, form: ReentryForm) -> str:
    over = task.expires_at is not None and task.expires_at < clock.now()
    return render_template(
        "exchange/export.html",
        task=task,
        form=form,
        working=task.state is ExportState.MAKING,
        stalled=is_stalled_export(task),
        ready=task.state is ExportState.READY and not over,
    )


def _pieces(coalition_id: int, file_id: int) -> Iterator[bytes]:
    """The file in pieces. Each is read in a scope of its own: the request's is over by then."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def parts() -> Iterator[bytes]:
        at = 0
        while True:
            with app.app_context(), tenancy.in_coalition(coalition_id), reading():
                stream = open_file(file_id)
                piece = b"" if stream is None or stream.seek(at) < at else stream.read(CHUNK)
            if not piece:
                return
            at += len(piece)
            yield piece

    return parts()
