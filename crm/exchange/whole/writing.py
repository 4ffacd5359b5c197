"""Everything of a coalition as one ZIP: rows as JSON Lines and as CSV, files, the calendar, and a README.

    with one_reading():
        for part in write_zip(coalition, viewer, progress): …

The ZIP is given in parts as it is made, so that it is never whole in memory nor on a disk unless its reader
puts it there. It is written in the coalition's scope.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import Table, text

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.files import CHUNK, open_file
from crm.core.permissions import Viewer
from crm.core.spreadsheet import MARK, csv_lines
from crm.core.transactions import reading
from crm.exchange.whole.calendar import calendar_of
from crm.exchange.whole.readme import readme
from crm.exchange.whole.rows import AT_ONCE, Rows
from crm.exchange.whole.tables import is_hash, list_columns, to_json

FORMAT = 1
MANIFEST = "manifest.json"
# (done, of all) rows.
Progress = Callable[[int, int], None]
_NOT_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")


class _Buffer:
    """What a ZIP is written to, and taken from as it grows."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def data_name(table: str) -> str:
    """Where in the ZIP a table's rows stand, one JSON object a line."""
    return f"data/{table}.jsonl"


def file_name(file_id: int, name: str = "") -> str:
    """Where in the ZIP a stored file stands; the name is for people."""
    return f"files/{file_id}-{_NOT_A_NAME.sub('_', name)[-80:].lstrip('.')}"


@contextmanager
def one_reading() -> Iterator[None]:
    """Read all that follows as it stands now, whatever others change meanwhile."""
    with reading():
        # On SQLite a reading is like that by itself.
        if db.session.get_bind().dialect.name == "postgresql":
            db.session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        yield


def write_zip(coalition: Coalition, viewer: Viewer | None, progress: Progress) -> Iterator[bytes]:
    """The parts of the ZIP that this viewer may have; without one, of all there is: the operator's."""
    rows, buffer = Rows(coalition.id, viewer), _Buffer()
    with ZipFile(buffer, "w", ZIP_DEFLATED, compresslevel=6) as archive:  # type: ignore[call-overload]
        for _written in _write(archive, coalition, rows, viewer, progress):
            yield buffer.take()
    yield buffer.take()


def _write(
    archive: ZipFile, coalition: Coalition, rows: Rows, viewer: Viewer | None, progress: Progress
) -> Iterator[None]:
    """Write member after member; each step is a good moment to take what is there."""
    # Each row is read twice: as JSON for programs, as CSV for people.
    steps = _Steps(progress, rows.count() * 2)
    files: dict[int, str] = {}
    counts: dict[str, int] = {}
    for table in rows.tables:
        count = 0
        for part in _batches(rows.read(table), archive, data_name(table.name), _json_lines):
            count += len(part)
            steps.add(len(part))
            if table.name == "stored_file":
                files.update((row["id"], row["name"]) for row in part)
            yield
        counts[table.name] = count
    for table in rows.tables:
        for part in _batches(_with_head(rows, table), archive, f"csv/{table.name}.csv", csv_lines):
            steps.add(len(part))
            yield
    for file_id, name in files.items():
        yield from _copy(archive, file_id, name)
    archive.writestr("calendar.ics", calendar_of(coalition, viewer))
    archive.writestr("README.txt", readme(coalition, rows, counts, whole=viewer is None))
    archive.writestr(MANIFEST, json.dumps(_manifest(coalition, counts, viewer), indent=1))
    yield


def _manifest(coalition: Coalition, counts: dict[str, int], viewer: Viewer | None) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "revision": schema_revision(),
        "coalition": coalition.slug,
        "made_at": clock.now().isoformat(),
        "whole": viewer is None,
        "rows": counts,
    }


def schema_revision() -> str:
    """The migration that the database stands at: a file is taken in by the same one."""
    return str(db.session.scalar(text("SELECT version_num FROM alembic_version")))


def _batches(
    rows: Iterator[Any], archive: ZipFile, name: str, lines: Callable[[Iterable[Any]], str]
) -> Iterator[list[Any]]:
    """Write rows as one member, some hundred at a time; gives what was written."""
    with archive.open(name, "w", force_zip64=True) as member:
        while part := list(islice(rows, AT_ONCE)):
            member.write(lines(part).encode())
            yield part


def _json_lines(rows: Iterable[dict[str, Any]]) -> str:
    return "".join(
        json.dumps({name: to_json(value) for name, value in row.items()}, ensure_ascii=False) + "\n"
        for row in rows
    )


def _with_head(rows: Rows, table: Table) -> Iterator[list[Any]]:
    """The rows for a spreadsheet; hashes say nothing to people."""
    names = [column.name for column in list_columns(table) if not is_hash(column)]
    yield [f"{MARK}{names[0]}", *names[1:]]
    for row in rows.read(table):
        yield [_cell(row[name]) for name in names]


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else to_json(value)


def _copy(archive: ZipFile, file_id: int, name: str) -> Iterator[None]:
    stream = open_file(file_id)
    if stream is None:
        return
    with archive.open(file_name(file_id, name), "w", force_zip64=True) as member:
        while piece := stream.read(CHUNK):
            member.write(piece)
            yield


class _Steps:
    """Says how far it is."""

    def __init__(self, progress: Progress, of: int) -> None:
        self._progress, self._of, self._done = progress, of, 0

    def add(self, count: int) -> None:
        self._done += count
        self._progress(min(self._done, self._of), self._of)
