"""The rows of every table as lines of text that are the same whichever database holds them.

What lies in a column is taken as it lies there: encrypted values stay encrypted, JSON keeps its very text.
Read off the database itself and not off the models, so that one of an earlier version can be backed up, too.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import Connection, inspect, types
from sqlalchemy.engine.interfaces import ReflectedColumn

# Kept in no backup: whoever was signed in signs in again, for their session may have been ended since, or
# be a thief's; codes and links of minutes; counters. A worker shows itself anew.
LEFT_OUT = frozenset(
    {
        "user_session",
        "group_session",
        "half_sign_in",
        "passkey_challenge",
        "password_reset",
        "limit_key",
        "limit_count",
        "heartbeat",
    }
)
# The index over search_document is kept by its triggers.
MADE_BY_THE_DATABASE = ("alembic_version", "search_index")
ROWS_AT_ONCE = 100
DIGEST_SIZE = 2**256


@dataclass(frozen=True)
class Table:
    """A table: its columns with what kind of value each holds, and those that order its rows."""

    name: str
    columns: tuple[tuple[str, str], ...]

    @property
    def names(self) -> list[str]:
        return [name for name, _kind in self.columns]


class Sum:
    """How many rows, and a digest of them that no order changes: databases sort text each in their way."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, line: bytes) -> None:
        self.rows += 1
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(line).digest(), "big")) % DIGEST_SIZE

    @property
    def digest(self) -> str:
        return f"{self._sum:064x}"


def list_tables(connection: Connection) -> list[Table]:
    """The tables of a database, by name, but for those that no backup holds."""
    found = inspect(connection)
    return [
        Table(
            name, tuple((one["name"], _kind(one)) for one in found.get_columns(name) if "computed" not in one)
        )
        for name in sorted(found.get_table_names())
        if name not in LEFT_OUT and not name.startswith(MADE_BY_THE_DATABASE)
    ]


def read_lines(connection: Connection, table: Table) -> Generator[bytes]:
    """Each row of a table as a line. To be closed where it is not read to its end."""
    postgresql = connection.dialect.name == "postgresql"
    names = [f'"{n}"::text' if kind == "json" and postgresql else f'"{n}"' for n, kind in table.columns]
    writers = [_WRITERS[kind] for _name, kind in table.columns]
    with connection.exec_driver_sql(
        f'SELECT {", ".join(names)} FROM "{table.name}"',  # noqa: S608 - names of our own tables
        execution_options={"yield_per": ROWS_AT_ONCE},
    ) as rows:
        for row in rows:
            values = [None if v is None else write(v) for write, v in zip(writers, row, strict=True)]
            yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def reader_of(connection: Connection, table: Table) -> Callable[[bytes], Sequence[Any]]:
    """What makes of a line the values that the database of this connection takes."""
    aware = set()
    if connection.dialect.name == "postgresql":
        here = inspect(connection).get_columns(table.name)
        aware = {one["name"] for one in here if getattr(one["type"], "timezone", False)}

    def reader(name: str, kind: str) -> Callable[[Any], Any]:
        if kind == "bytes":
            return base64.b64decode
        return _in_utc if name in aware else _as_it_is

    readers = [reader(*column) for column in table.columns]

    def read(line: bytes) -> Sequence[Any]:
        values = json.loads(line)
        return tuple(None if v is None else take(v) for take, v in zip(readers, values, strict=True))

    return read


def _kind(column: ReflectedColumn) -> str:
    """What kind of value a column holds. Raises LookupError for one that no backup knows."""
    for kind, known in _KINDS.items():
        if isinstance(column["type"], known):
            return kind
    raise LookupError(f"no backup knows columns of type {column['type']!r}")


_KINDS: dict[str, type[Any] | tuple[type[Any], ...]] = {
    "json": types.JSON,
    "bool": types.Boolean,
    "bytes": types.LargeBinary,
    "moment": types.DateTime,
    "day": types.Date,
    "time": types.Time,
    "float": types.Float,
    "int": types.Integer,
    "text": types.String,
}


def _moment(value: datetime | str) -> str:
    """An instant in UTC, or a local time: as SQLite keeps both."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    found = found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
    return found.isoformat(" ", "microseconds")


def _time(value: time | str) -> str:
    found = time.fromisoformat(value) if isinstance(value, str) else value
    return found.isoformat("microseconds")


_WRITERS: dict[str, Callable[[Any], Any]] = {
    "json": str,
    "bool": bool,
    "bytes": lambda value: base64.b64encode(bytes(value)).decode(),
    "moment": _moment,
    "day": str,
    "time": _time,
    "float": float,
    "int": int,
    "text": str,
}


def _in_utc(value: str) -> str:
    return f"{value}+00"


def _as_it_is(value: Any) -> Any:
    return value
