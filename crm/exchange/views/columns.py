"""Which column is what: guessed, and checked by a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.files import open_file
from crm.core.permissions import Permission, viewer
from crm.core.transactions import reading
from crm.core.web import allowed
from crm.demands.queries import list_demands_in_force
from crm.events.models import EventKind
from crm.exchange.forms import ColumnsForm, ReadingForm, field_choices, read_mapping
from crm.exchange.lists.events import EVENT_KIND, PUBLISHED
from crm.exchange.lists.interactions import OUTCOME
from crm.exchange.lists.vocabulary import INTO
from crm.exchange.models import BEFOREHAND, LIST_NAMES, Import, ListKind
from crm.exchange.operations import keep_mapping, look_into, order_staging, read_again
from crm.exchange.problems import Problem, TableError
from crm.exchange.queries.mappings import find_mapping, list_mappings
from crm.exchange.views.blueprint import bp, contents_of, import_or_404
from crm.organizations.queries import find_organization
from crm.outreach.models import Outcome


@bp.route("/<int:import_id>/columns", methods=["GET", "POST"])
@allowed(Permission.IMPORT)
def columns(coalition: Coalition, import_id: int) -> ResponseReturnValue:
    task = import_or_404(import_id)
    if task.state not in BEFOREHAND:
        return redirect(url_for("exchange.show", import_id=task.id))
    contents = contents_of(task)
    form, mapping = _form(task), dict(task.mapping)
    if request.method == "POST":
        mapping = read_mapping(contents["columns"])
    if form.validate_on_submit():
        try:
            order_staging(task, form.choices(mapping))
            if form.kept_as.data:
                keep_mapping(viewer(), task, form.kept_as.data)
            db.session.commit()
            return redirect(url_for("exchange.show", import_id=task.id))
        except Refused as error:
            db.session.rollback()
            _refuse(form, error)
    return _page(import_or_404(import_id), contents, form, mapping), 422 if form.errors else 200


@bp.route("/<int:import_id>/reading", methods=["POST"])
@allowed(Permission.IMPORT)
def read_otherwise(coalition: Coalition, import_id: int) -> ResponseReturnValue:
    """Another sheet of the file, or another line for the names of the columns."""
    with reading():
        task = import_or_404(import_id)
        contents = contents_of(task)
        form = ReadingForm(contents["sheets"], list_mappings(), data={"about": task.about})
        found = _look_again(task, form) if form.validate_on_submit() else None
    task = import_or_404(import_id)
    if found is None:
        return _page(task, contents, _form(task), task.mapping, form), 422
    try:
        read_again(task, found, form.header_line.data)
        db.session.commit()
    except Refused as error:
        flash(str(error.message), "error")
    return redirect(url_for("exchange.columns", import_id=import_id))


def _look_again(task: Import, form: ReadingForm) -> dict[str, Any] | None:
    stream = open_file(task.file_id) if task.file_id else None
    field = "sheet" if "sheet" in form else "header_line"
    try:
        if stream is None:
            raise TableError("file_gone")
        kept = find_mapping(int(form.data["kept"])) if form.data.get("kept") else None
        about, line = ListKind(form.about.data), form.header_line.data
        if kept is not None and kept.about == task.about != about:
            # What the list is of was changed, and not the columns, which were chosen by themselves.
            kept = None
        return look_into(stream, task.name, form.data.get("sheet"), line, about, kept, anew=kept is None)
    except TableError as error:
        form.refuse("header_line" if error.problem.code == "bad_header_line" else field, str(error))
        return None


def _refuse(form: ColumnsForm, error: Refused) -> None:
    if error.field and error.field in form:
        form.refuse(error.field, error.message)
    else:
        form.form_errors.append(str(error.message))


def _form(task: Import) -> ColumnsForm:
    into = find_organization(task.defaults[INTO]) if INTO in task.defaults else None
    return ColumnsForm(
        task.about,
        data={
            "into_name": into.name if into else "",
            "outcome": task.defaults.get(OUTCOME, Outcome.REACHED),
            "published": bool(task.defaults.get(PUBLISHED)),
            "event_kind": task.defaults.get(EVENT_KIND, EventKind.OTHER),
            "default_kind": task.default_kind or "",
            "source": task.source,
            "days": "day" if task.day_first else "month",
            "existing": task.existing,
            "kept_as": contents_of(task).get("kept_as", ""),
        },
    )


def _page(
    task: Import,
    contents: Mapping[str, Any],
    form: ColumnsForm,
    mapping: Mapping[str, str],
    reading_form: ReadingForm | None = None,
) -> str:
    demands = list_demands_in_force(str(get_locale()))
    kept = list_mappings()
    names = {(one.about, one.name): str(one.id) for one in kept}
    as_read = {
        "sheet": task.sheet,
        "header_line": task.header_line,
        "about": task.about,
        "kept": names.get((task.about, contents.get("kept_as", ""))),
    }
    otherwise = ReadingForm(contents["sheets"], kept, formdata=None, data=as_read)
    return render_template(
        "exchange/columns.html",
        task=task,
        form=form,
        reading_form=reading_form or otherwise,
        rows=list(zip(contents["columns"], contents["samples"], strict=True)),
        mapping=mapping,
        groups=field_choices(task.about, demands),
        notes=[Problem(code, values) for code, values in contents["notes"]],
        has_demands=bool(demands) or task.about is not ListKind.ORGANIZATIONS,
        list_name=LIST_NAMES[task.about],
        line=_("line %(line)s", line=contents["line"]) if contents["line"] else "",
    )
