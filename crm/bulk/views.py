"""Changing many groups in one go: choose what, see what it does, do it, take it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.bulk.forms import BulkForm, bulk_form
from crm.bulk.models import BulkEdit
from crm.bulk.operations import edit_many, undo_bulk_edit, want
from crm.bulk.past import list_past, tell_past
from crm.bulk.queries import Effect, find_bulk_edit, foresee, list_here
from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.formats import number
from crm.core.listings import link_pages
from crm.core.once import key_of, make_once
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed, flash_undo, safe_next, ticked_ids
from crm.fields.definitions import Subject
from crm.fields.queries import own_fields
from crm.organizations.queries import Filters, list_ids
from crm.organizations.queries.stages import own_stages
from crm.tags.queries import list_tags

bp = Blueprint("bulk", __name__, url_prefix="/<coalition>/organize/organizations/edit-many")


@bp.route("/", methods=["GET", "POST"])
@allowed(Permission.DIRECTORY_EDIT)
def index(coalition: Coalition) -> ResponseReturnValue:
    """First what it would do, in numbers; then do it."""
    filters, ticked = Filters.asked(request.values), _ticked()
    ids = list_here(ticked) if ticked is not None else list(list_ids(viewer(), filters))
    form = _form()
    effects: Sequence[Effect] = ()
    try:
        if request.method == "POST" and form.validate():
            return _done(form, ids, filters)
        if request.method == "GET" and "see" in request.args and form.validate():
            effects = foresee(want(form.wanted), ids)
    except Refused as refused:
        _refuse(form, refused)
    page = render_template(
        "bulk/index.html", form=form, filters=filters, ticked=ticked, count=len(ids), effects=effects
    )
    return page, 422 if form.errors else 200


@bp.route("/past")
@allowed(Permission.DIRECTORY_EDIT)
def past(coalition: Coalition) -> ResponseReturnValue:
    """What was changed in one go, with its undo."""
    page = list_past(after=request.args.get("after"), before=request.args.get("before"))
    return render_template(
        "bulk/past.html", edits=page.items, told=tell_past(page.items), pages=link_pages(page, "")
    )


@bp.route("/<int:edit_id>/undo", methods=["POST"])
@allowed(Permission.DIRECTORY_EDIT)
def take_back(coalition: Coalition, edit_id: int) -> ResponseReturnValue:
    """Back to where it was pressed: the list, or what was done until now."""
    edit = find_bulk_edit(edit_id) or abort(404)
    undo_bulk_edit(viewer(), edit)
    db.session.commit()
    flash(_("Undone: all is as it was, but for what was changed again since."), "success")
    return redirect(safe_next(request.form.get("next"), _list_url(Filters.asked(request.args))))


def _refuse(form: BulkForm, refused: Refused) -> None:
    if refused.field in form:
        form.refuse(str(refused.field), refused.message)
    else:
        form.form_errors.append(str(refused.message))


def _form() -> BulkForm:
    """Of what is only looked at nothing is written: it needs no token, and its address can be shared."""
    meta = {"csrf": request.method == "POST"}
    form = bulk_form(tuple(own_fields().of(Subject.ORGANIZATION)))
    return form(request.values, tags=list_tags(), stages=own_stages().choices(), meta=meta)


def _ticked() -> list[int] | None:
    """The groups that were ticked; None for all that match."""
    if request.values.get("which") == "all":
        return None
    return ticked_ids()


def _done(form: BulkForm, ids: Sequence[int], filters: Filters) -> ResponseReturnValue:
    def make() -> BulkEdit:
        return edit_many(viewer(), ids, want(form.wanted, viewer()))

    edit = make_once(BulkEdit, key_of(form), make)
    text = ngettext(
        "Changed %(number)s group.", "Changed %(number)s groups.", edit.count, number=number(edit.count)
    )
    shown: dict[str, Any] = dict(filters.parameters)
    flash_undo(text, url_for("bulk.take_back", edit_id=edit.id, **shown))
    return redirect(_list_url(filters), 303)


def _list_url(filters: Filters) -> str:
    shown: dict[str, Any] = dict(filters.parameters)
    return str(url_for("organizations.index", **shown))
