"""The worker's part of undoing an import, in batches; broken off, it goes on with the rows that are left."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crm.core.db import db
from crm.exchange.models import Import, ImportRow, ImportState
from crm.exchange.operations import finish_undoing, remove_made, set_back
from crm.exchange.queries import list_rows_to_undo, lock_import

BATCH = 500
_Work = Callable[[Import, Sequence[ImportRow]], bool]


def undo(import_id: int) -> None:
    """Set back what an import changed, then remove what it made. Commits batch by batch."""
    _pass(import_id, False, set_back)
    # Leaves first: a group goes once those under it are gone.
    while _pass(import_id, True, lambda task, rows: remove_made(task, rows, last=False)):
        pass
    _pass(import_id, True, lambda task, rows: remove_made(task, rows, last=True))
    task = lock_import(import_id)
    if task.state is ImportState.UNDOING:
        finish_undoing(task)
    db.session.commit()


def _pass(import_id: int, made: bool, work: _Work) -> bool:
    """Go once through the rows that are left; whether the work on any batch of them did something."""
    did_something, below = False, None
    while True:
        task = lock_import(import_id)
        left = task.state is ImportState.UNDOING
        rows = list_rows_to_undo(import_id, BATCH, made=made, below=below) if left else []
        for row in rows:
            # Apart from the session, which forgets all the time: `keep_rows` writes them.
            db.session.expunge(row)
        if not rows:
            db.session.rollback()
            return did_something
        below = rows[-1].id
        did_something |= work(task, rows)
        db.session.commit()
