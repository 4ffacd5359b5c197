"""Choosing a file, and the imports so far."""

from __future__ import annotations

import math
from contextlib import closing
from datetime import tzinfo
from typing import Any, BinaryIO, cast

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import error_page
from crm.core.files import remove_file, store
from crm.core.formats import number
from crm.core.listings import link_pages
from crm.core.permissions import Permission, viewer
from crm.core.transactions import reading
from crm.core.web import allowed
from crm.exchange.forms import UploadForm
from crm.exchange.lists.joining import join_timeslots
from crm.exchange.models import LIST_NAMES, STATE_MARKS, STATE_NAMES, Import, ListKind
from crm.exchange.operations import KEPT, LARGEST, begin_import, forget_mapping, key_of_upload, look_into
from crm.exchange.problems import TableError
from crm.exchange.queries import find_by_form_key, page_of_imports
from crm.exchange.queries.mappings import find_mapping, list_mappings
from crm.exchange.tables import read_table
from crm.exchange.views.blueprint import bp

# Files up to this size are read to their end before they are taken; of larger ones the worker tells.
READ_AT_ONCE = 4 * 1024 * 1024
MB = 1024 * 1024
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
    files = [_opened(one.data)[0] for one in (form.file, form.timeslots) if one.data]
    key = key_of_upload(form.form_key.data, *files)
    with reading():
        task = find_by_form_key(key)
    task = task or _take(form, key, coalition)
    if task is None:
        return _page(form), 422
    return redirect(url_for("exchange.columns", import_id=task.id))


@bp.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """A file over the limit is told beside the field. Raised before the view, so who it is is asked here."""
    size = request.content_length or 0
    if request.endpoint != "exchange.upload" or size <= LARGEST or not viewer().can(Permission.IMPORT):
        return error_page(413)
    form = UploadForm(formdata=None)
    told = _("This file is %(size)s MB; up to %(most)s MB can be imported. Split it or save it as CSV.")
    form.refuse("file", told % {"size": number(math.ceil(size / MB)), "most": number(LARGEST // MB)})
    return _page(form), 413


def _take(form: UploadForm, key: str, coalition: Coalition) -> Import | None:
    """Look into the file, keep it and begin its import; what is wrong with it is told beside the field."""
    try:
        with reading():
            stream, name = _file(form, coalition.zone)
            contents = _look(stream, name, form.about.data)
    except TableError as error:
        form.refuse("timeslots" if error.problem.code == "no_timeslots" else "file", error.problem.message)
        return None
    with closing(stream):
        stream.seek(0)
        owner, expires_at = viewer().user_id, clock.now() + KEPT
        file = store(stream, kind="import", name=name, owner_id=owner, expires_at=expires_at)
    try:
        task = begin_import(viewer(), file, contents, key)
        db.session.commit()
    except IntegrityError:
        # The same press arrived twice at once: the other one was first, and this copy is not needed.
        db.session.rollback()
        remove_file(file.id)
        db.session.commit()
        return find_by_form_key(key)
    return task


def _file(form: UploadForm, zone: tzinfo) -> tuple[BinaryIO, str]:
    """What is imported, and its name: the file, or what it becomes with the dates of a second one."""
    stream, name = _opened(form.file.data)
    if not form.timeslots.data:
        return stream, name
    joined = join_timeslots(stream, name, *_opened(form.timeslots.data), zone)
    return joined, f"{name.rpartition('.')[0] or name}.csv"


def _opened(upload: FileStorage) -> tuple[BinaryIO, str]:
    name = (upload.filename or "").replace("\\", "/").rpartition("/")[2][-LONGEST_NAME:]
    return cast("BinaryIO", upload.stream), name


def _look(stream: BinaryIO, name: str, about: str) -> dict[str, Any]:
    """What is in a file. Raises TableError for what cannot be read; in a large one perhaps only later."""
    contents = look_into(stream, name, about=ListKind(about) if about else None)
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
        list_names=LIST_NAMES,
        state_names=STATE_NAMES,
        state_marks=STATE_MARKS,
        kept=list_mappings(),
    )


@bp.route("/columns/<int:mapping_id>/forget", methods=["POST"])
@allowed(Permission.IMPORT)
def forget_columns(coalition: Coalition, mapping_id: int) -> ResponseReturnValue:
    """Columns that are not to be recognised any more; a second press finds nothing left to forget."""
    if (kept := find_mapping(mapping_id)) is not None:
        forget_mapping(viewer(), kept)
        db.session.commit()
        flash(_("Forgotten: lists with these columns are guessed anew."), "success")
    return redirect(url_for("exchange.index"))
