"""Keyset pages: as quick on page 1,500 as on the first."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from crm.core.db import db

Row = TypeVar("Row")
# What a column of whole numbers holds in every database.
LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Key:
    """A column that the list is ordered by. Never NULL; the last key of a list is unique."""

    column: InstrumentedAttribute[Any]
    descending: bool = False


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the cursors of the pages before and after (None: there is none)."""

    items: Sequence[Row]
    before: str | None
    after: str | None


def encode_cursor(values: Sequence[Any]) -> str:
    """A row's place in its list, for an address."""
    texts = [v.isoformat() if isinstance(v, (date, datetime)) else v for v in values]
    return base64.urlsafe_b64encode(json.dumps(texts).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, keys: Sequence[Key]) -> list[Any] | None:
    """The values of a cursor, or None when it is not one of this list."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(keys):
            return None
        return [_typed(key, value) for key, value in zip(keys, values, strict=True)]
    except (ValueError, TypeError, OverflowError, binascii.Error):
        return None


def _typed(key: Key, value: Any) -> Any:
    kind = key.column.type.python_type
    if kind is datetime:
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is None:
            raise ValueError("an instant without its zone")
        return instant.astimezone(UTC)
    if kind is date:
        return date.fromisoformat(value)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(value)
    if isinstance(value, int) and abs(value) > LARGEST:
        raise ValueError(value)
    return value


def keyset_page(
    query: Select[Any],
    keys: Sequence[Key],
    *,
    after: str | None = None,
    before: str | None = None,
    limit: int = 50,
) -> Page[Any]:
    """One page of a query of a single entity, in one statement. An unknown cursor gives the first page."""
    backward = bool(before) and not after
    values = decode_cursor(after or before or "", keys)
    if values is not None:
        query = query.where(_beyond(keys, values, backward))
    for key in keys:
        query = query.order_by(key.column.desc() if key.descending != backward else key.column.asc())
    rows = list(db.session.scalars(query.limit(limit + 1)).unique())
    more = len(rows) > limit
    rows = rows[:limit]
    if backward:
        rows.reverse()
    has_before = more if backward else values is not None
    has_after = (values is not None) if backward else more
    return Page(
        rows,
        _cursor(rows[0], keys) if rows and has_before else None,
        _cursor(rows[-1], keys) if rows and has_after else None,
    )


def _cursor(row: Any, keys: Sequence[Key]) -> str:
    return encode_cursor([getattr(row, key.column.key) for key in keys])


def _beyond(keys: Sequence[Key], values: Sequence[Any], backward: bool) -> Any:
    """Rows that come after the values in the list's order (or before them)."""
    clauses = []
    for position, (key, value) in enumerate(zip(keys, values, strict=True)):
        same = [k.column == v for k, v in zip(keys[:position], values[:position], strict=True)]
        down = key.descending != backward
        clauses.append(and_(*same, key.column < value if down else key.column > value))
    return or_(*clauses)
