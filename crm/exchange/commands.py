"""`flask import organizations` and the other lists: a file into a coalition, without the browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from crm.coalitions.queries import find_coalition
from crm.core import clock, tenancy
from crm.core.console import in_one_line, progress_bar
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.files import store
from crm.core.late import LateCommands
from crm.core.permissions import Viewer
from crm.core.transactions import reading
from crm.events.models import EventKind
from crm.exchange.command_options import opened, read_choices
from crm.exchange.jobs import apply, stage
from crm.exchange.models import Import, ImportRow, ImportState, ListKind, RowOutcome
from crm.exchange.operations import (
    KEPT,
    begin_import,
    check_choices,
    discard_import,
    look_into,
    order_applying,
    order_staging,
)
from crm.exchange.problems import Problem, TableError
from crm.exchange.queries import REACHING, find_import, list_rows_after, lock_import
from crm.exchange.rows import read_said
from crm.organizations.models import OrganizationKind
from crm.outreach.models import Outcome

import_group = LateCommands(
    "import",
    {"calendar": "crm.partners.commands:calendar", "all": "crm.exchange.whole.commands:import_all"},
    help="Lists from files.",
)


_FILE = click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_OPTIONS = (
    click.option("--coalition", "slug", required=True, help="The coalition's slug."),
    click.option("--map", "pairs", multiple=True, metavar="COLUMN=FIELD", help="Instead of what is guessed."),
    click.option("--source", help="The list that the ids in the file are of."),
    click.option("--sheet", help="Of a workbook; otherwise the first."),
    click.option("--day-first", is_flag=True, help="3/11 is the third of November."),
    click.option("--dry-run", is_flag=True, help="Say what would happen, and do nothing."),
)
_INTO = click.option("--into", help="The name of the group of those rows that name none.")
_ONLY_FILL = click.option("--only-fill", is_flag=True, help="Change nothing that is filled already.")
Command = Callable[..., None]


def _list_command(command: Command) -> Command:
    """The file and the options of every list."""
    for option in reversed((_FILE, *_OPTIONS)):
        command = option(command)
    return command


@import_group.command("organizations")
@_list_command
@click.option(
    "--kind",
    type=click.Choice([str(kind) for kind in OrganizationKind]),
    help="Of groups whose row does not say.",
)
@_ONLY_FILL
@in_one_line
def organizations(path: Path, slug: str, dry_run: bool, sheet: str | None, **options: object) -> None:
    """Import organizations from a CSV, XLSX or ODS file. Again, it creates nothing twice.

    \b
    flask import organizations groups.csv --coalition seattle --map "Group name=name" --dry-run

    COLUMN= leaves a column out. Fields: name, city, state, kind, people, parent, contact, owner and more:
    docs/using/import.md lists them.
    """
    _run(ListKind.ORGANIZATIONS, path, slug, dry_run, sheet, options)


@import_group.command("contacts")
@_list_command
@_INTO
@_ONLY_FILL
@in_one_line
def contacts(path: Path, slug: str, dry_run: bool, sheet: str | None, **options: object) -> None:
    """Import people into the groups that they act for. Again, it adds nobody twice.

    \b
    flask import contacts people.csv --coalition seattle --into "Harbor Tenants Union" --dry-run

    Fields: name, first_name, last_name, email, phone, role, note, group, group_id and more:
    docs/using/import.md lists them.
    """
    _run(ListKind.CONTACTS, path, slug, dry_run, sheet, options)


@import_group.command("interactions")
@_list_command
@_INTO
@click.option("--outcome", type=click.Choice([str(one) for one in Outcome]), help="Of rows that say none.")
@click.option(
    "--word", "words", multiple=True, metavar="WORD=MEANING", help="What a word of the list's own means."
)
@in_one_line
def interactions(path: Path, slug: str, dry_run: bool, sheet: str | None, **options: object) -> None:
    """Import touches into the history of the groups that they were with. Again, it logs nothing twice.

    \b
    flask import interactions calls.xlsx --coalition seattle --word "left vm=left_message" --dry-run

    Fields: on, time, channel, outcome, who, contact, note, group, group_id and more:
    docs/using/import.md lists them.
    """
    _run(ListKind.INTERACTIONS, path, slug, dry_run, sheet, options)


@import_group.command("events")
@_list_command
@click.option(
    "--kind", "event_kind", type=click.Choice([str(one) for one in EventKind]), help="Of rows that say none."
)
@click.option(
    "--timeslots",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Mobilize's timeslots, the dates of the events.",
)
@click.option("--published", is_flag=True, help="Change events, too, that are published already.")
@_ONLY_FILL
@in_one_line
def events(path: Path, slug: str, dry_run: bool, sheet: str | None, **options: object) -> None:
    """Import events as drafts. Again, it makes nothing twice, and changes what the file says otherwise.

    \b
    flask import events calendar.ods --coalition seattle --kind neighborhood --dry-run

    Fields: title, kind, starts, time, ends, place, address, city, group (its host), external_id and more:
    docs/using/import.md lists them. Calendar files (.ics) come in with `flask import calendar`.
    """
    _run(ListKind.EVENTS, path, slug, dry_run, sheet, options)


def _run(
    about: ListKind, path: Path, slug: str, dry_run: bool, sheet: str | None, options: dict[str, object]
) -> None:
    with reading():
        coalition = find_coalition(slug)
    if coalition is None:
        raise Refused(f"There is no coalition {slug!r}.")
    with tenancy.in_coalition(coalition.id):
        viewer = Viewer(name="the operator", coalition_id=coalition.id)
        try:
            _import(about, path, viewer, sheet, dry_run, options)
        except TableError as error:
            raise Refused(error.problem.message) from None


def _import(
    about: ListKind, path: Path, viewer: Viewer, sheet: str | None, dry_run: bool, options: dict[str, object]
) -> None:
    task = _begin(about, path, viewer, sheet, options)
    with progress_bar("Reading") as progress:
        stage(task, progress)
    staged = _task(task)
    if staged.state is ImportState.FAILED:
        code, values = json.loads(staged.problem or "[]")
        _discard(viewer, task)
        raise Refused(Problem(code, values).message)
    if not dry_run:
        order_applying(staged, by_worker=False)
        db.session.commit()
        with progress_bar("Importing") as progress:
            apply(task, progress)
    _report(_task(task), dry_run)
    if dry_run:
        _discard(viewer, task)


def _begin(about: ListKind, path: Path, viewer: Viewer, sheet: str | None, options: dict[str, object]) -> int:
    """Keep the file and order its reading; the import's id."""
    with opened(path, options.get("timeslots")) as stream:
        with reading():
            contents = look_into(stream, path.name, sheet, about=about)
            choices = read_choices(contents, options)
            check_choices(contents["about"], contents["columns"], choices)
        stream.seek(0)
        file = store(stream, kind="import", name=path.name, owner_id=None, expires_at=clock.now() + KEPT)
    task = begin_import(viewer, file, contents)
    order_staging(task, choices, by_worker=False)
    db.session.commit()
    return task.id


def _task(task_id: int) -> Import:
    task = find_import(task_id)
    assert task is not None  # noqa: S101 - made by this command
    db.session.refresh(task)
    return task


def _discard(viewer: Viewer, task_id: int) -> None:
    discard_import(viewer, lock_import(task_id))
    db.session.commit()


def _report(task: Import, dry_run: bool) -> None:
    """The counts on standard output, the lines that were refused and the cells left out on standard error."""
    counts = task.counts
    skipped = counts.get("skip", 0) + counts.get("repeat", 0)
    told = f"{counts.get('create', 0)} created, {counts.get('change', 0)} changed, "
    told += f"{counts.get('unchanged', 0)} unchanged, {skipped} skipped, {counts.get('refuse', 0)} refused"
    if counts.get("stands"):
        told += f", {counts['stands']} answers wait for a coordinator"
    click.echo(f"{'Would be: ' if dry_run else ''}{told}.")
    _list(task, "refused: ", [RowOutcome.REFUSE])
    _list(task, "", REACHING)


def _list(task: Import, word: str, outcomes: Sequence[RowOutcome]) -> None:
    through, told = 0, (ImportRow.has_problems, ImportRow.outcome.in_(outcomes))
    while rows := list_rows_after(task.id, through, 500, *told):
        through = rows[-1].id
        for row in rows:
            for column, problem in read_said(row.said or "{}").list_problems():
                where = f", {column}" if column else ""
                click.echo(f"line {row.line}{where}: {word}{problem.message}", err=True)
