"""Asking for everything as one file, having it made, and forgetting it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import BinaryIO, cast

from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.core import clock, jobs
from crm.core.db import db
from crm.core.files import remove_file, store
from crm.core.permissions import Viewer
from crm.core.tenancy import current_coalition_id
from crm.core.transactions import own_write
from crm.exchange.models import Export, ExportState
from crm.exchange.whole.rows import EXPORT_JOB, EXPORT_KIND
from crm.exchange.whole.writing import Progress, one_reading, write_zip
from crm.mail.operations import tell_coordinators

KEPT_EXPORT = timedelta(days=1)
# The worker tells how far it is more often than that.
STALLED_EXPORT = timedelta(minutes=5)
# Rows between two tellings of how far it is.
STEP = 2_000


def note_export(viewer: Viewer | None, subject: Export | None = None) -> None:
    """An export is an entry of the audit, and the other coordinators are told; of the operator's, all."""
    coalition = db.session.get_one(Coalition, current_coalition_id())
    record(viewer, "export.make", subject or coalition)
    by, name = (viewer.user_id, viewer.name) if viewer else (None, None)
    tell_coordinators("exchange/exported", but=(by,), person=name, when=clock.now())


def order_export(viewer: Viewer) -> Export:
    """Ask the worker for everything that this coordinator may have."""
    now = clock.now()
    task = Export(owner_id=viewer.user_id, created_at=now, moved_at=now)
    db.session.add(task)
    note_export(viewer, task)
    jobs.enqueue(EXPORT_JOB, coalition_id=current_coalition_id(), export_id=task.id)
    return task


def make_export(export_id: int, viewer: Viewer) -> None:
    """Write the file of an export. Commits by itself; made already or gone, nothing is done."""
    with one_reading():
        task = db.session.get(Export, export_id)
        if task is None or task.state is not ExportState.MAKING:
            return
        coalition = db.session.get_one(Coalition, current_coalition_id())
        parts = write_zip(coalition, viewer, _telling(export_id))
        until = clock.now() + KEPT_EXPORT
        name = f"{coalition.slug}-{clock.today(coalition.zone)}.zip"
        file = store(_reading(parts), kind=EXPORT_KIND, name=name, owner_id=viewer.user_id, expires_at=until)
    kept = db.session.get_one(Export, export_id, with_for_update=True)
    if kept.state is not ExportState.MAKING:
        # Another worker was faster.
        remove_file(file.id)
    else:
        kept.state, kept.file_id, kept.size, kept.expires_at = ExportState.READY, file.id, file.size, until
    db.session.commit()


def note_taking(viewer: Viewer, task: Export) -> None:
    """Note that the file is downloaded."""
    task.taken_at = clock.now()
    record(viewer, "export.take", task)


def drop_export(viewer: Viewer | None, task: Export) -> None:
    """Delete the file of an export; without a viewer because its time is over, which is no act of anybody."""
    if task.file_id is not None:
        remove_file(task.file_id)
        if viewer is not None:
            record(viewer, "export.drop", task)
    task.state, task.file_id = ExportState.GONE, None


def is_stalled_export(task: Export) -> bool:
    """Whether the worker should have got on with an export, and has not: then it is asked for anew."""
    return task.state is ExportState.MAKING and clock.now() - task.moved_at > STALLED_EXPORT


def _telling(export_id: int) -> Progress:
    told = 0

    def tell(done: int, of: int) -> None:
        nonlocal told
        if done - told < STEP:
            return
        told = done
        with own_write() as session:
            task = session.get_one(Export, export_id)
            task.done_count, task.row_count, task.moved_at = done, of, clock.now()

    return tell


def _reading(parts: Iterator[bytes]) -> BinaryIO:
    return cast("BinaryIO", io.BufferedReader(_Parts(parts)))


class _Parts(io.RawIOBase):
    """Bytes that come in parts, to be read as a stream."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts, self._left = parts, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._left:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._left = part
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count
