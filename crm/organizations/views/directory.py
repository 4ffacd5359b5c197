"""The directory: the list, its CSV, and giving groups to somebody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.coalitions.models import Coalition
from crm.core import clock, limiting
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.formats import number
from crm.core.listings import link_pages
from crm.core.navigation import first_url
from crm.core.once import find_made, key_of, make_once
from crm.core.permissions import Permission, Viewer, viewer
from crm.core.spreadsheet import MARK, csv_lines
from crm.core.transactions import reading
from crm.core.web import allowed, flash_undo, ticked_ids
from crm.fields.definitions import NO, YES, CustomField, FieldKind, read_values
from crm.organizations.forms import AssignForm
from crm.organizations.models import KIND_NAMES, Assignment, Organization
from crm.organizations.operations import assign, undo_assignment
from crm.organizations.operations.lists import note_list
from crm.organizations.queries import (
    count_by_assignee,
    find_assignment,
    list_choices,
    list_ids,
    list_rows,
    show_directory,
)
from crm.organizations.queries.stages import own_stages
from crm.organizations.views.blueprint import bp, listed_fields, member_choices
from crm.organizations.views.columns import COLUMN_NAMES, USUAL, list_columns, shown_fields, told_values
from crm.organizations.views.shown import Shown, capped, count_label


@bp.route("/")
@allowed(Permission.ORGANIZATION_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    shown = Shown.asked(request.args)
    own = shown_fields(shown.columns)
    directory = show_directory(
        viewer(), shown.filters, shown.order, after=shown.after, before=shown.before, with_values=bool(own)
    )
    return render_template(
        "organizations/index.html",
        shown=shown,
        directory=directory,
        pages=link_pages(directory.page, count_label(directory.count)),
        import_url=first_url("exchange.index") if viewer().can(Permission.IMPORT) else None,
        capped=capped,
        choices=list_choices(viewer(), shown.filters),
        members=member_choices(),
        kind_names={kind: str(name) for kind, name in KIND_NAMES.items()},
        own=own,
        told_values=told_values,
        columns=list_columns(),
    )


@bp.route("/groups.csv", methods=["POST"])
@allowed(Permission.LIST_CSV)
def download(coalition: Coalition) -> ResponseReturnValue:
    """What the list shows under the same address, whole. A POST: that it was taken is noted."""
    shown = Shown.asked(request.args)
    # In the usual list all own fields go along: who chose the columns left out what is not among them.
    fields = listed_fields() if shown.columns == USUAL else shown_fields(shown.columns)
    head = [_("Name"), *(str(COLUMN_NAMES[name]) for name in shown.columns if name in COLUMN_NAMES)]
    head += [_("Tags"), *(one.label for one in fields)]
    cells = _cells(shown.columns, coalition, fields)
    lines = _csv(coalition, viewer(), shown, head, cells)
    name = f"groups-{clock.today(coalition.zone)}.csv"
    response = Response(lines, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    note_list(viewer())
    db.session.commit()
    return response


def _csv(
    coalition: Coalition,
    who: Viewer,
    shown: Shown,
    head: Sequence[str],
    cells: Callable[[Organization], Sequence[object]],
) -> Iterator[str]:
    """The file in parts. Each is read in a scope of its own: the request's is over by then."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    scope = limiting.keep_scope()

    def parts() -> Iterator[str]:
        yield MARK + csv_lines([head])
        after: str | None = None
        while True:
            with app.app_context(), scope(), reading():
                page = list_rows(who, shown.filters, shown.order, after=after)
                text = csv_lines(map(cells, page.items))
            yield text
            after = page.after
            if after is None:
                return

    return parts()


def _cells(
    columns: Sequence[str], coalition: Coalition, fields: Sequence[CustomField]
) -> Callable[[Organization], Sequence[object]]:
    """A group → its line. Words and names are read now: the lines are written when the request is over."""
    kinds: dict[str, str] = {kind.value: str(name) for kind, name in KIND_NAMES.items()}
    stages = {step.code: step.name for step in own_stages().all}
    members, truth = dict(member_choices()), {YES: _("yes"), NO: _("no")}
    cell: dict[str, Callable[[Organization], object]] = {
        "kind": lambda row: kinds[row.kind],
        "stage": lambda row: stages[row.stage],
        "place": lambda row: row.place or row.city,
        "sector": lambda row: row.sector,
        "website": lambda row: row.website,
        "size": lambda row: row.size,
        "assignee": lambda row: members.get(row.assignee_id or 0),
        "touch": lambda row: row.last_touch_at and row.last_touch_at.astimezone(coalition.zone).date(),
    }
    chosen = [cell[name] for name in columns if name in cell]

    def line(row: Organization) -> Sequence[object]:
        values = read_values(row.value_text)
        own = [(one, one.plain(values.get(one.id, ""))) for one in fields]
        told = (truth.get(text, text) if one.kind is FieldKind.YES_NO else text for one, text in own)
        return row.name, *(of(row) for of in chosen), ", ".join(label for _id, label in row.tags), *told

    return line


@bp.route("/assign", methods=["GET", "POST"])
@allowed(Permission.DIRECTORY_EDIT)
def give(coalition: Coalition) -> ResponseReturnValue:
    """First what it would do, in numbers; then do it."""
    shown = Shown.asked(request.values)
    chosen = _chosen()
    members = dict(member_choices())
    form = AssignForm(request.values, members=list(members.items()))
    whose = count_by_assignee(viewer(), shown.filters, chosen)
    # Pressed again, what it gave may not match any more.
    again = find_made(Assignment, key_of(form)) is not None
    if request.method == "POST" and (whose or again) and form.validate():
        try:
            return _given(shown, chosen, form, members)
        except Refused as error:
            form.refuse(error.field or "assignee_id", error.message)
    given = {"form": form, "shown": shown, "chosen": chosen, "whose": whose, "names": members}
    return render_template("organizations/assign.html", **given), 422 if form.errors else 200


def _chosen() -> list[int] | None:
    """The groups that were ticked; None for all that match."""
    if request.values.get("which") == "all":
        return None
    return ticked_ids()


def _given(
    shown: Shown, chosen: list[int] | None, form: AssignForm, members: dict[int, str]
) -> ResponseReturnValue:
    assignee_id = form.assignee_id.data
    ids = list(list_ids(viewer(), shown.filters)) if chosen is None else chosen
    done = make_once(Assignment, key_of(form), lambda: assign(viewer(), ids, assignee_id))
    count = sum(map(len, done.before.values()))
    undo = url_for("organizations.take_back", assignment_id=done.id, **shown.parameters)
    flash_undo(_impact(count, members.get(assignee_id or 0)), undo)
    return redirect(url_for("organizations.index", **shown.parameters))


def _impact(count: int, name: str | None) -> str:
    some = number(count)
    if name is None:
        return str(
            ngettext(
                "%(number)s group is nobody's now.",
                "%(number)s groups are nobody's now.",
                count,
                number=some,
            )
        )
    return str(
        ngettext(
            "Gave %(number)s group to %(name)s.",
            "Gave %(number)s groups to %(name)s.",
            count,
            number=some,
            name=name,
        )
    )


@bp.route("/assign/<int:assignment_id>/undo", methods=["POST"])
@allowed(Permission.DIRECTORY_EDIT)
def take_back(coalition: Coalition, assignment_id: int) -> ResponseReturnValue:
    done = find_assignment(assignment_id)
    if done is None:
        abort(404)
    undo_assignment(viewer(), done)
    db.session.commit()
    flash(_("Undone: the groups are whose they were before."), "success")
    return redirect(url_for("organizations.index", **Shown.asked(request.args).parameters))
