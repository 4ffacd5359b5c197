"""The worker's part of an import: reading the rows, then putting them into the directory, in batches.

Between two batches everything is committed and the write lock is free. Broken off, it goes on where the last
commit left it; run twice at once, one of the two stops.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError

from crm.coalitions.models import Coalition
from crm.core import clock, jobs
from crm.core.db import db
from crm.core.files import open_file
from crm.core.permissions import Viewer
from crm.core.retention import Rule, count_due, register
from crm.core.tenancy import current_coalition_id
from crm.core.transactions import reading
from crm.exchange.models import WORKING, Import, ImportRow, ImportState
from crm.exchange.operations import (
    KEPT,
    apply_batch,
    count_staged,
    finish_applying,
    forget_import,
    make_plan,
    prepare_batch,
    set_parents,
    stage_batch,
    tell_of_parents,
)
from crm.exchange.problems import TableError
from crm.exchange.queries import REACHING, find_import, list_rows_after, lock_import
from crm.exchange.tables import Table, read_table
from crm.exchange.undoing import undo

BATCH = 500
# (done, of all), after each batch.
Progress = Callable[[int, int], None]


def _silent(_done: int, _of: int) -> None:
    """Nobody watches."""


@jobs.work("exchange.import")
def work_on(import_id: int) -> None:
    """Do what an import waits for; nothing where it waits for a person, or is gone."""
    with reading():
        task = find_import(import_id)
        state = task.state if task else None
    if state is ImportState.STAGING:
        stage(import_id)
    elif state is ImportState.APPLYING:
        apply(import_id)
    elif state is ImportState.UNDOING:
        undo(import_id)


def stage(import_id: int, progress: Progress = _silent) -> None:
    """Read all rows of an import and find out what each will do. Commits batch by batch."""
    try:
        _stage(import_id, progress)
    except TableError as error:
        db.session.rollback()
        _forget_rows(import_id)
        task = lock_import(import_id)
        task.state, task.moved_at = ImportState.FAILED, clock.now()
        task.problem = json.dumps([error.problem.code, dict(error.problem.values)])
        db.session.commit()


def _stage(import_id: int, progress: Progress) -> None:
    with reading():
        task, coalition = _begin(import_id)
    if not task.staged_line:
        _forget_rows(import_id)
        task.row_count = _count_rows(task)
    with reading():
        table = _open(task)
        plan = make_plan(task, coalition, table.columns)
    rows = (row for row in table.rows if row.line > task.staged_line)
    while True:
        with reading():
            part = list(islice(rows, BATCH))
            batch = prepare_batch(task, coalition, part, plan)
        if not batch:
            break
        if not stage_batch(import_id, batch, task.staged_line):
            db.session.rollback()
            return
        db.session.commit()
        task.staged_line = batch[-1].line
        task.done_count += len(batch)
        progress(task.done_count, task.row_count)
    _finish_staging(import_id)


def _count_rows(task: Import) -> int:
    """Go through the whole file once: a fault at its end is found before anything is kept."""
    with reading():
        count = sum(1 for _row in _open(task).rows)
    kept = lock_import(task.id)
    kept.row_count, kept.done_count = count, 0
    db.session.commit()
    return count


def _finish_staging(import_id: int) -> None:
    for rows in _with_parents(import_id, 0):
        tell_of_parents(lock_import(import_id), rows)
        db.session.commit()
    task = lock_import(import_id)
    if task.state is ImportState.STAGING:
        count_staged(task)
        task.state, task.moved_at = ImportState.STAGED, clock.now()
    db.session.commit()


def apply(import_id: int, progress: Progress = _silent) -> None:
    """Put the staged rows of an import into the directory. Commits batch by batch."""
    with reading():
        task, coalition = _begin(import_id)
    viewer = Viewer(task.owner_id, "", None, task.coalition_id)
    through = task.applied_through
    while rows := _read_rows(import_id, through, ImportRow.outcome.in_(REACHING)):
        try:
            done = _apply(viewer, import_id, coalition, rows, through)
        except IntegrityError:
            # Somebody made one of these groups in this moment: what there is now is found the second time.
            db.session.rollback()
            done = _apply(viewer, import_id, coalition, rows, through)
        if done is None:
            return
        through = rows[-1].id
        progress(done, task.row_count)
    for rows in _with_parents(import_id, task.parents_through):
        set_parents(lock_import(import_id), rows)
        db.session.commit()
    task = lock_import(import_id)
    if task.state is ImportState.APPLYING:
        finish_applying(viewer, task)
    db.session.commit()


def _apply(
    viewer: Viewer, import_id: int, coalition: Coalition, rows: Sequence[ImportRow], through: int
) -> int | None:
    """Apply a batch; how many rows are done, or None where another worker has got further."""
    task = lock_import(import_id)
    if task.state is not ImportState.APPLYING or task.applied_through != through:
        db.session.rollback()
        return None
    apply_batch(viewer, task, coalition, rows)
    done = task.done_count
    db.session.commit()
    return done


def _with_parents(import_id: int, through: int) -> Iterator[Sequence[ImportRow]]:
    """The rows that name a parent, in batches; they are read before each is worked on."""
    named = ImportRow.has_parent, ImportRow.outcome.in_(REACHING)
    while rows := _read_rows(import_id, through, *named):
        yield rows
        through = rows[-1].id


def _read_rows(import_id: int, through: int, *conditions: Any) -> Sequence[ImportRow]:
    """The next batch of rows, apart from the session: what is changed in them is written by `keep_rows`."""
    with reading():
        rows = list_rows_after(import_id, through, BATCH, *conditions)
        for row in rows:
            db.session.expunge(row)
    return rows


def _begin(import_id: int) -> tuple[Import, Coalition]:
    """The import and its coalition, apart from the session, which commits and forgets all the time."""
    task = find_import(import_id)
    coalition = db.session.get_one(Coalition, current_coalition_id())
    assert task is not None  # noqa: S101 - it is not thrown away while the worker has it
    db.session.expunge(task)
    db.session.expunge(coalition)
    return task, coalition


def _open(task: Import) -> Table:
    stream = open_file(task.file_id) if task.file_id else None
    if stream is None:
        raise TableError("file_gone")
    return read_table(stream, task.name, task.sheet, task.header_line)


def _old(before: datetime) -> tuple[ColumnElement[bool], ...]:
    return Import.created_at < before, Import.file_id.is_not(None), Import.state.not_in(WORKING)


def forget_old(now: datetime, kept: timedelta = KEPT) -> None:
    """Wipe what old imports hold of people: an applied one keeps its counts, the others go."""
    with reading():
        found = db.session.scalars(select(Import.id).where(*_old(now - kept))).all()
    for import_id in found:
        _forget_rows(import_id)
        forget_import(lock_import(import_id))
        db.session.commit()


register(
    Rule(
        "imports",
        _l("Lists that were uploaded"),
        _l("After the upload. The rows go, and with them the undo; the counts of what was done stay."),
        days=KEPT.days,
        least=1,
        most=90,
        due=lambda now, kept: count_due(Import.created_at, *_old(now - kept)),
        forget=forget_old,
    )
)


def _forget_rows(import_id: int) -> None:
    """Throw away the rows of an earlier reading, in batches."""
    some = select(ImportRow.id).where(ImportRow.import_id == import_id).limit(BATCH * 4)
    while ids := db.session.scalars(some).all():
        db.session.execute(delete(ImportRow).where(ImportRow.id.in_(ids)))
        db.session.commit()
    db.session.commit()
