"""A list that the demo's organizer brought in: who signed up at the street fair."""

from __future__ import annotations

import csv
import io
from datetime import time

from crm.core import clock
from crm.core.crypto import keys
from crm.core.db import db
from crm.core.files import StoredChunk, StoredFile
from crm.core.permissions import Viewer
from crm.demo.chronicle import Chronicle, World
from crm.exchange.models import Import, ImportRow, ImportState
from crm.exchange.operations import (
    KEPT,
    Choices,
    apply_batch,
    begin_import,
    count_staged,
    finish_applying,
    look_into,
    make_plan,
    order_staging,
    prepare_batch,
    stage_batch,
)
from crm.exchange.queries import REACHING, list_rows_after
from crm.exchange.tables import read_table

NAME = "street fair sign-ups.csv"
FAIR = "Street fair"
HEAD = ("Organization", "City", "Sector", "Tags", "Notes")
# A line that names nobody, and the sum below.
REST = (
    ("", "Bellwater", "", FAIR, "Left no name, wants a yard sign"),
    ("Total: 6", "", "", "", ""),
)


def add_list(chronicle: Chronicle) -> None:
    """Eight days ago the organizer brought in the sheet of the table at the street fair."""
    chronicle.add(8, time(16, 30), _bring_in, chronicle.world)


def _bring_in(world: World) -> None:
    """All of it within the transaction of the demo: what the worker does in several elsewhere."""
    file = _keep_file(world, _sheet(world))
    contents = look_into(io.BytesIO(_sheet(world)), NAME)
    task = begin_import(world.organizing, file, contents)
    db.session.flush()
    order_staging(task, Choices(contents["mapping"], contents["source"]), by_worker=False)
    _stage(world, task, contents["columns"])
    _apply(world.organizing, world, task)


def _sheet(world: World) -> bytes:
    """As a sheet is saved: the groups by the names under which they are known here."""
    groups = [one for one in world.organizations.values() if not one.local_number][:6]
    rows = [(one.name, one.city or "", "", FAIR, "") for one in groups]
    text = io.StringIO()
    csv.writer(text).writerows([HEAD, *rows, rows[0], *REST])
    return text.getvalue().encode()


def _keep_file(world: World, content: bytes) -> StoredFile:
    now = clock.now()
    file = StoredFile(
        kind="import",
        name=NAME,
        size=len(content),
        owner_id=world.organizer.id,
        created_at=now,
        expires_at=now + KEPT,
    )
    db.session.add(file)
    db.session.flush()
    db.session.add(StoredChunk(file_id=file.id, number=0, content=keys().fernet.encrypt(content)))
    return file


def _stage(world: World, task: Import, columns: list[str]) -> None:
    rows = list(read_table(io.BytesIO(_sheet(world)), NAME).rows)
    batch = prepare_batch(task, world.coalition, rows, make_plan(task, world.coalition, columns))
    task.row_count = len(batch)
    stage_batch(task.id, batch, 0)
    count_staged(task)


def _apply(viewer: Viewer, world: World, task: Import) -> None:
    rows = list_rows_after(task.id, 0, task.row_count, ImportRow.outcome.in_(REACHING))
    for row in rows:
        db.session.expunge(row)
    task.state = ImportState.APPLYING
    apply_batch(viewer, task, world.coalition, rows)
    finish_applying(viewer, task)
