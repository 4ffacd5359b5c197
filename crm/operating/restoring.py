"""Going back to a backup: into an empty place, all of it or nothing, and looked over before it counts."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import Connection

from crm.core.db import db
from crm.core.errors import Refused
from crm.core.tenancy import across_coalitions
from crm.core.transactions import reading
from crm.operating.guards import Guards, set_counters
from crm.operating.rows import Sum, Table, list_tables, read_lines, reader_of
from crm.operating.sealing import Opener, open_sealed
from crm.operating.writing import FORMAT, Progress, key_check, revision_of
from crm.privacy.operations.erasing import replay_erasures

# Bytes of lines that are written at a time.
AT_ONCE = 1024 * 1024
_CUT = "The file ends too early: it can't be used."


def restore_backup(
    path: Path,
    opener: Opener,
    progress: Progress = lambda _done, _of: None,
    erased: Iterable[str] = (),
) -> int:
    """Put what a backup holds into this installation's database, which must be empty; how many rows.

    What was erased, as far as the backup and the lines of `flask erasures list` know, is erased again.

    The tables are made as they were then, filled and compared in one transaction, and brought up to date.
    Raises Refused, with nothing changed but tables that are empty, where that can't be.
    """
    with path.open("rb") as file:
        lines = _Lines(open_sealed(file, opener))
        head = lines.said("revision")
        _check(head)
        _make_tables(str(head["revision"]))
        rows = _fill(head, lines, progress)
    upgrade()
    try:
        replay_erasures(erased)
    except (ValueError, KeyError, TypeError):
        raise Refused(
            "All is back, but the list of erasures can't be read: `flask erasures replay`."
        ) from None
    db.session.commit()
    return rows


def _check(head: dict[str, Any]) -> None:
    if head["format"] != FORMAT or head["revision"] not in _known_revisions():
        raise Refused("The backup was made by a later version of Muster: restore it with that one.")
    if head["keys"] != key_check():
        raise Refused("FIELD_KEYS is not the one of this backup: without that nobody can read what is in it.")
    with reading(), across_coalitions(), db.engine.connect() as connection:
        revision = revision_of(connection)
        filled = [one.name for one in list_tables(connection) if _has_rows(connection, one)]
    if filled:
        raise Refused(
            f"This database is not empty ({', '.join(filled[:3])}): a backup goes into an empty one."
        )
    if revision not in (None, head["revision"]):
        raise Refused("This database has tables of another version: a backup goes into one without any.")


def _known_revisions() -> set[str]:
    scripts = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
    return {script.revision for script in scripts.walk_revisions()}


def _has_rows(connection: Connection, table: Table) -> bool:
    return connection.exec_driver_sql(f'SELECT 1 FROM "{table.name}" LIMIT 1').scalar() is not None  # noqa: S608


def _make_tables(revision: str) -> None:
    with reading(), db.engine.connect() as connection:
        empty = revision_of(connection) is None
    if empty:
        upgrade(revision=revision)


def _fill(head: dict[str, Any], lines: _Lines, progress: Progress) -> int:
    with across_coalitions(), db.engine.connect() as connection, Guards(connection):
        done = 0
        sums: dict[Table, Sum] = {}
        while name := (said := lines.next_said()).get("table"):
            table = Table(str(name), tuple((str(n), str(kind)) for n, kind in said["columns"]))
            sums[table] = _load(connection, table, lines)
            done += sums[table].rows
            progress(done, head["rows"])
        if said != {"end": ""} or done != head["rows"]:
            raise Refused(_CUT)
        set_counters(connection, head["counters"], [table.name for table in sums if "id" in table.names])
        for table, summed in sums.items():
            _compare(connection, table, summed)
    return done


def _load(connection: Connection, table: Table, lines: _Lines) -> Sum:
    """Write the rows of a table, as many at a time as fit into a megabyte."""
    summed, size, waiting = Sum(), 0, []
    read = reader_of(connection, table)
    for line in lines.rows():
        summed.add(line)
        waiting.append(read(line))
        size += len(line)
        if size > AT_ONCE:
            _insert(connection, table, waiting)
            size, waiting = 0, []
    _insert(connection, table, waiting)
    said = lines.next_said()
    if said != {"end": table.name, "rows": summed.rows, "digest": summed.digest}:
        raise Refused(_CUT)
    return summed


def _insert(connection: Connection, table: Table, rows: list[Any]) -> None:
    if not rows:
        return
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    columns = ", ".join(f'"{name}"' for name in table.names)
    marks = ", ".join(mark for _name in table.names)
    connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', rows)  # noqa: S608


def _compare(connection: Connection, table: Table, expected: Sum) -> None:
    """Read a table back as a backup would: it must say the same."""
    found = Sum()
    for line in read_lines(connection, table):
        found.add(line)
    if (found.rows, found.digest) != (expected.rows, expected.digest):
        raise Refused(
            f"What the database keeps of {table.name} is not what the backup holds. Nothing was restored."
        )


class _Lines:
    """The lines of a backup; one is looked at before it is taken."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._lines = _split(pieces)
        self._next: bytes | None = None

    def rows(self) -> Iterator[bytes]:
        """The rows from here to the next thing that is said."""
        for line in self._lines:
            if line.startswith(b"{"):
                self._next = line
                return
            yield line

    def next_said(self) -> dict[str, Any]:
        """What is said next."""
        line, self._next = self._next or next(self._lines, b""), None
        if not line.startswith(b"{"):
            raise Refused(_CUT)
        said: dict[str, Any] = json.loads(line)
        return said

    def said(self, name: str) -> dict[str, Any]:
        """What is said next, which must name something."""
        said = self.next_said()
        if name not in said:
            raise Refused(_CUT)
        return said


def _split(pieces: Iterator[bytes]) -> Iterator[bytes]:
    unpack, rest = zlib.decompressobj(), b""
    for piece in pieces:
        *lines, rest = (rest + unpack.decompress(piece)).split(b"\n")
        yield from lines
