"""Choosing a file, and the imports so far."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.files import store
from crm.core.listings import link_pages
from crm.core.permissions import Permission, viewer
from crm.core.transactions import reading
from crm.core.web import allowed
from crm.exchange.forms import UploadForm
from crm.exchange.models import STATE_MARKS, STATE_NAMES, Import
from crm.exchange.operations import KEPT, begin_import, look_into
from crm.exchange.problems import TableError
from crm.exchange.queries import find_by_form_key, page_of_imports
from crm.exchange.tables import read_table
from crm.exchange.views.blueprint import bp

# Files up to this size are read to their end before they are taken; of larger ones the worker tells.
READ_AT_ONCE = 4 * 1024 * 1024
LONGEST_NAME = 200


@bp.route("/")
@allowed(Permission.IMPORT)
def index(coalition: Coalition) -> ResponseReturnValue:
    return _page(UploadForm())


@bp.route("/", methods=["POST"])
@allowed(Permission.IMPORT)
def upload(coalition: Coalition) -> ResponseReturnValue:
    form = UploadForm()
    if not form.validate_on_submit():
        return _page(form), 422
    with reading():
        task = find_by_form_key(form.form_key.data)
    task = task or _take(form)
    if task is None:
        return _page(form), 422
    return redirect(url_for("exchange.columns", import_id=task.id))


def _take(form: UploadForm) -> Import | None:
    """Look into the file, keep it and begin its import; what is wrong with it is told beside the field."""
    upload: FileStorage = form.file.data
    name = (upload.filename or "").replace("\\", "/").rpartition("/")[2][-LONGEST_NAME:]
    stream = cast("BinaryIO", upload.stream)
    try:
        with reading():
            contents = _look(stream, name)
    except TableError as error:
        form.refuse("file", error.problem.message)
        return None
    stream.seek(0)
    file = store(stream, kind="import", name=name, owner_id=viewer().user_id, expires_at=clock.now() + KEPT)
    task = begin_import(viewer(), file, contents, form.form_key.data)
    db.session.commit()
    return task


def _look(stream: BinaryIO, name: str) -> dict[str, Any]:
    """What is in a file. Raises TableError for what cannot be read; in a large one perhaps only later."""
    contents = look_into(stream, name)
    if stream.seek(0, 2) <= READ_AT_ONCE:
        for _row in read_table(stream, name).rows:
            pass
    return contents


def _page(form: UploadForm) -> str:
    page = page_of_imports(after=request.args.get("after"), before=request.args.get("before"))
    count = len(page.items)
    return render_template(
        "exchange/index.html",
        form=form,
        imports=page.items,
        pages=link_pages(page, ngettext("%(num)s import", "%(num)s imports", count)),
        state_names=STATE_NAMES,
        state_marks=STATE_MARKS,
    )
