"""All rows of one kind, and those that need a hand as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from flask import Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import tenancy
from crm.core.files import open_file
from crm.core.formats import number
from crm.core.listings import link_pages
from crm.core.notes import holds_identity_number
from crm.core.permissions import Permission
from crm.core.spreadsheet import MARK, csv_lines
from crm.core.transactions import reading
from crm.core.web import allowed
from crm.exchange.models import Import, ImportRow, RowOutcome
from crm.exchange.problems import TableError
from crm.exchange.queries import REACHING, list_rows_after, page_of_rows, page_of_staying
from crm.exchange.rendering import STAYING, TOLD
from crm.exchange.rows import read_said
from crm.exchange.showing import WORDS, show_rows, show_staying
from crm.exchange.tables import Row, read_table
from crm.exchange.views.blueprint import bp, import_or_404, may_put_right
from crm.exchange.views.show import part_titles

BATCH = 500
OUTCOMES: Mapping[str, RowOutcome | None] = {outcome.value: outcome for outcome in RowOutcome} | {TOLD: None}


@bp.route("/<int:import_id>/rows/<outcome>")
@allowed(Permission.IMPORT)
def rows(coalition: Coalition, import_id: int, outcome: str) -> ResponseReturnValue:
    task = import_or_404(import_id)
    if outcome not in OUTCOMES:
        abort(404)
    after, before = request.args.get("after"), request.args.get("before")
    page = page_of_rows(task.id, OUTCOMES[outcome], after=after, before=before)
    count = _("%(number)s rows", number=number(task.counts.get(outcome, 0)))
    return render_template(
        "exchange/rows.html",
        task=task,
        title=part_titles(task)[outcome],
        rows=show_rows(task, page.items),
        words=WORDS[task.about],
        pages=link_pages(page, count),
    )


@bp.route("/<int:import_id>/staying")
@allowed(Permission.IMPORT)
def staying(coalition: Coalition, import_id: int) -> ResponseReturnValue:
    """The groups of which something stays although the import was undone."""
    task = import_or_404(import_id)
    after, before = request.args.get("after"), request.args.get("before")
    page = page_of_staying(task.id, after=after, before=before)
    count = _("%(number)s rows", number=number(task.counts.get("undo", {}).get("staying", 0)))
    return render_template(
        "exchange/rows.html",
        task=task,
        title=part_titles(task)[STAYING],
        rows=show_staying(task, page.items),
        words=WORDS[task.about],
        pages=link_pages(page, count),
    )


@bp.route("/<int:import_id>/problems.csv")
@allowed(Permission.IMPORT)
def problems(coalition: Coalition, import_id: int) -> ResponseReturnValue:
    """The rows that were refused or lost a cell, as they stand in the file, with the reason in front."""
    task = import_or_404(import_id)
    if not may_put_right(task):
        abort(403)
    lines = _csv(task, [_("Line"), _("Reason")], _reasons(task))
    response = Response(_sent(coalition.id, lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="import-{task.id}-to-put-right.csv"'
    return response


def _sent(coalition_id: int, lines: Iterator[str]) -> Iterator[str]:
    """The file in parts. Each is read in a scope of its own: the request's is over by then."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def parts() -> Iterator[str]:
        yield MARK
        while True:
            with app.app_context(), tenancy.in_coalition(coalition_id), reading():
                text = "".join(islice(lines, BATCH))
            if not text:
                return
            yield text

    return parts()


def _reasons(task: Import) -> dict[int, str]:
    """Line → what is wrong with it."""
    wanted = ImportRow.has_problems, ImportRow.outcome.in_((*REACHING, RowOutcome.REFUSE))
    found: dict[int, str] = {}
    through = 0
    while batch := list_rows_after(task.id, through, BATCH, *wanted):
        through = batch[-1].id
        for row in batch:
            told = read_said(row.said).list_problems() if row.said else []
            found[row.line] = " ".join(
                f"{column}: {problem.message}" if column else problem.message for column, problem in told
            )
    return found


def _csv(task: Import, head: Sequence[str], reasons: Mapping[int, str]) -> Iterator[str]:
    columns, lines = _open(task)
    yield csv_lines([[*head, *columns]])
    if not columns:
        yield csv_lines(reasons.items())
    for row in lines:
        if row.line in reasons:
            cells = ("" if holds_identity_number(cell) else cell for cell in row.cells)
            yield csv_lines([[row.line, reasons[row.line], *cells]])


def _open(task: Import) -> tuple[Sequence[str], Iterator[Row]]:
    """The file's columns and rows; none once it is not kept any more."""
    stream = open_file(task.file_id) if task.file_id else None
    if stream is None:
        return (), iter(())
    try:
        table = read_table(stream, task.name, task.sheet, task.header_line)
    except TableError:
        return (), iter(())
    return table.columns, table.rows
