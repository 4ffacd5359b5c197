"""Rows by themselves, for what nearly every test needs and none is about: no unit of work, no checks."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.util import identity_key

from crm.core.db import Model, db

Row = TypeVar("Row", bound=Model)


def lay_down(model: type[Row], **values: Any) -> Row:
    """Insert a row with these values and the columns' defaults; what stands for it in the session.

    Nothing checks the values, and nothing but this row is made: see that an operation makes the same.
    """
    whole = dict(values)
    for name, default in _defaults(model):
        if name not in values:
            whole[name] = default(None) if callable(default) else default
    made = db.session.execute(model.__table__.insert(), whole).inserted_primary_key
    whole["id"] = made[0]
    row = model(**whole)
    # A transaction that was rolled back may have left one of that number.
    if (gone := db.session.identity_map.get(identity_key(model, whole["id"]))) is not None:
        db.session.expunge(gone)
    # As if it had been read: its attributes are those of the row.
    make_transient_to_detached(row)
    db.session.add(row)
    return row


@cache
def _defaults(model: type[Model]) -> list[tuple[str, Any]]:
    columns = [column for column in model.__table__.columns if column.name != "id"]
    return [(column.name, column.default.arg if column.default else None) for column in columns]
