"""Writing a backup: all rows as they were at one instant, while others go on writing."""

from __future__ import annotations

import json
import os
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, inspect

from crm.core import clock
from crm.core.crypto import keys
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.tenancy import across_coalitions
from crm.core.transactions import reading
from crm.operating.rows import Sum, Table, list_tables, read_lines
from crm.operating.sealing import Lock, Sealer

FORMAT = 1
# (done, of all) rows.
Progress = Callable[[int, int], None]


def write_backup(path: Path, lock: Lock, progress: Progress = lambda _done, _of: None) -> int:
    """Write everything into one sealed file, whole or not at all; how many rows.

    Raises Refused where something stands there already: nothing is ever overwritten.
    """
    if path.exists():
        raise Refused(f"{path} is there already. A backup overwrites nothing: choose another name.")
    with _draft(path) as file, snapshot() as connection:
        return _write(connection, Sealer(file, lock), progress)


@contextmanager
def snapshot() -> Iterator[Connection]:
    """The database as it is at one instant, for as long as it takes to read it.

    SQLite's write-ahead log and PostgreSQL's REPEATABLE READ both show a transaction that reads what was
    there when it began; nobody who writes waits for it.
    """
    with reading(), across_coalitions(), db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        yield connection


def revision_of(connection: Connection) -> str | None:
    """The revision of the tables, None where there are none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found


def key_check() -> str:
    """What tells whether an installation has the same FIELD_KEYS, and nothing about them."""
    return keys().index("", "backup.keys").hex()[:16]


def _write(connection: Connection, sealer: Sealer, progress: Progress) -> int:
    revision = revision_of(connection)
    if revision is None:
        raise Refused("There is nothing to back up: the database has no tables yet.")
    tables = list_tables(connection)
    total = sum(_count(connection, table) for table in tables)
    out = _Lines(sealer)
    out.say(
        format=FORMAT,
        revision=revision,
        at=clock.now().isoformat(timespec="seconds"),
        keys=key_check(),
        rows=total,
        counters=_counters(connection, tables),
    )
    done = 0
    for table in tables:
        out.say(table=table.name, columns=table.columns)
        summed = Sum()
        with closing(read_lines(connection, table)) as lines:
            for line in lines:
                out.put(line)
                summed.add(line)
                done += 1
                progress(done, total)
        out.say(end=table.name, rows=summed.rows, digest=summed.digest)
    out.say(end="")
    out.finish()
    return done


class _Lines:
    """Lines, packed and sealed. A row is a list, what is said of them an object."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer
        self._pack = zlib.compressobj(6)

    def say(self, **said: Any) -> None:
        self.put(json.dumps(said).encode())

    def put(self, line: bytes) -> None:
        self._sealer.write(self._pack.compress(line + b"\n"))

    def finish(self) -> None:
        self._sealer.write(self._pack.flush())
        self._sealer.finish()


def _count(connection: Connection, table: Table) -> int:
    return int(connection.exec_driver_sql(f'SELECT count(*) FROM "{table.name}"').scalar() or 0)  # noqa: S608


def _counters(connection: Connection, tables: list[Table]) -> dict[str, int]:
    """The last number that was given in a table, where it is kept apart from its rows."""
    if connection.dialect.name == "sqlite":
        if not inspect(connection).has_table("sqlite_sequence"):
            return {}
        rows = connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")
        return {str(name): int(last) for name, last in rows}
    found = {}
    for table in tables:
        last = "SELECT pg_sequence_last_value(pg_get_serial_sequence(quote_ident(%s), 'id')::regclass)"
        if "id" in table.names and (value := connection.exec_driver_sql(last, (table.name,)).scalar()):
            found[table.name] = int(value)
    return found


@contextmanager
def _draft(path: Path) -> Iterator[BinaryIO]:
    """A file of mode 600 beside the one that is to be; it takes its name once it is whole and on the disk."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        # A link and no renaming: that would overwrite what came there meanwhile.
        os.link(draft, path)
        _keep_names(path.parent)
    finally:
        draft.unlink()


def _keep_names(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
