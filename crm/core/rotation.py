"""Encrypting again, under the newest key, what lies under older ones; while the server runs.

The columns are read off the models. How far it got is kept nowhere: what the first key alone opens is done.
Rows are read without a lock, encrypted, and written in short transactions, each value only where it still is
what was read: an edit in between wins, and is under the newest key where its process knows that key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import InvalidToken
from sqlalchemy import (
    Column,
    LargeBinary,
    Table,
    bindparam,
    column,
    func,
    select,
    table,
    type_coerce,
    update,
)

from crm.core.crypto import Encrypted, Sealed, keys
from crm.core.db import Base, db
from crm.core.tenancy import across_coalitions
from crm.core.transactions import own_write, reading

# Rows in one transaction; of files, whose pieces are of a quarter of a megabyte.
ROWS = 200
PIECES = 8
# (done, of all) rows.
Progress = Callable[[int, int], None]


@dataclass
class Result:
    """What was found by looking or by renewing."""

    # Table → how many values were under older keys.
    older: dict[str, int] = field(default_factory=dict)
    # What no key opens: "contact.name 12", without what it says.
    unreadable: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(self.older.values())


@dataclass(frozen=True)
class _Change:
    column: str
    row_id: int
    old: bytes
    new: bytes


def list_encrypted() -> list[tuple[Table, list[Column[Any]]]]:
    """Every table that holds something encrypted, with the columns that do."""
    found = [
        (one, [each for each in one.columns if isinstance(each.type, Encrypted | Sealed)])
        for one in Base.metadata.sorted_tables
    ]
    return [(one, columns) for one, columns in found if columns]


def count_older(progress: Progress) -> Result:
    """How many values lie under older keys. Writes nothing."""
    return _walk(progress, write=False)


def renew_all(progress: Progress) -> Result:
    """Put all that lies under older keys under the newest. Commits batch by batch; done again, it goes on."""
    return _walk(progress, write=True)


def _walk(progress: Progress, *, write: bool) -> Result:
    result, done = Result(), 0
    with across_coalitions():
        tables = list_encrypted()
        with reading():
            total = sum(db.session.scalar(select(func.count()).select_from(one)) or 0 for one, _ in tables)
        for one, columns in tables:
            for rows in _batches(one, columns):
                changes = list(_changes(one.name, columns, rows, result))
                result.older[one.name] = result.older.get(one.name, 0) + len(changes)
                if write and changes:
                    _write(one.name, changes)
                done += len(rows)
                progress(done, max(total, done))
    return result


def _batches(one: Table, columns: Sequence[Column[Any]]) -> Iterator[Sequence[Any]]:
    size = PIECES if any(isinstance(each.type, Sealed) for each in columns) else ROWS
    raw = [type_coerce(each, LargeBinary).label(each.name) for each in columns]
    query = select(one.c.id, *raw).order_by(one.c.id).limit(size)
    last = 0
    while True:
        with reading():
            rows = db.session.execute(query.where(one.c.id > last)).all()
        if not rows:
            return
        yield rows
        last = rows[-1].id


def _changes(
    name: str, columns: Sequence[Column[Any]], rows: Sequence[Any], result: Result
) -> Iterator[_Change]:
    ring = keys()
    for row in rows:
        for each in columns:
            old = getattr(row, each.name)
            if old is None:
                continue
            try:
                new = ring.renew(bytes(old))
            except InvalidToken:
                result.unreadable.append(f"{name}.{each.name} {row.id}")
                continue
            if new is not None:
                yield _Change(each.name, row.id, bytes(old), new)


def _write(name: str, changes: Sequence[_Change]) -> None:
    """By bare names, without what a model does on a change (another edition, say): nothing changed."""
    with own_write() as session:
        for changed in sorted({each.column for each in changes}):
            bare = table(name, column("id"), column(changed, LargeBinary))
            query = update(bare).where(
                bare.c.id == bindparam("row_id"), bare.c[changed] == bindparam("old", type_=LargeBinary)
            )
            values = [
                {"row_id": each.row_id, "old": each.old, "new": each.new}
                for each in changes
                if each.column == changed
            ]
            session.connection().execute(query.values({changed: bindparam("new", type_=LargeBinary)}), values)
