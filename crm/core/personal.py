"""Where people are kept: one register, in which each feature says for each of its tables how a person is
found in it and how they are wiped. Telling and erasing what is kept about one person goes by it.

A table with something encrypted stands here, or among those that are not looked through; a test holds that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from sqlalchemy import ColumnElement, delete

from crm.core.db import Model, batches, db
from crm.core.permissions import Viewer

# Of rows that are the person's own. The viewer is None where an erasure is done again after a restore.
Wipe = Callable[[Viewer | None, Sequence[Any]], None]


@dataclass(frozen=True)
class Holding:
    """A table that holds people. Without `wipe` no row is anybody's own; they are struck out of its texts."""

    model: type[Model]
    label: LazyString
    # What makes a row the person's own: a blind index of theirs, their contact's id, one of these encrypted
    # columns that says nothing but their name, address or number; `by_mention`: any mention at all.
    indexes: tuple[str, ...] = ()
    contact: str | None = None
    names: tuple[str, ...] = ()
    by_mention: bool = False
    wipe: Wipe | None = None
    # What follows where somebody was struck out of rows that are not their own.
    afterwards: Callable[[Sequence[Any]], None] | None = None
    # Which rows are the chosen coalition's, of a table that is not a coalition's.
    scope: Callable[[], ColumnElement[bool]] | None = None


holdings: dict[str, Holding] = {}
# Table → why it is not looked through.
left_out: dict[str, LazyString] = {}


def holds(model: type[Model], label: LazyString, **how: Any) -> None:
    """Register a table; each once."""
    if model.__tablename__ in holdings:
        raise ValueError(f"{model.__tablename__} is registered already.")
    holdings[model.__tablename__] = Holding(model, label, **how)


def leaves_out(model: type[Model], why: LazyString) -> None:
    """Say why a table is not looked through."""
    left_out[model.__tablename__] = why


def blanking(**values: Any) -> Wipe:
    """Wipe rows by setting columns: to a value, or to what a function makes for each."""

    def wipe(_viewer: Viewer | None, rows: Sequence[Any]) -> None:
        for row in rows:
            for name, value in values.items():
                setattr(row, name, value() if callable(value) else value)

    return wipe


def deleting(_viewer: Viewer | None, rows: Sequence[Any]) -> None:
    """Wipe rows by deleting them, all of one table."""
    if rows:
        kind = type(rows[0])
        for part in batches([row.id for row in rows]):
            db.session.execute(delete(kind).where(kind.id.in_(part)))
