"""Keyset pages in an order whose column may be empty: what has no value stands before the least.

`core.paging` needs columns that are never NULL, and databases put NULL at different ends. Here a page is
taken from two parts, the rows without and those with a value, each along its index; one statement.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, literal, select, tuple_, union_all
from sqlalchemy.orm.interfaces import ORMOption

from crm.core.db import db
from crm.core.paging import Page, encode_cursor
from crm.organizations.models import Organization

# So many statements of lists are kept: to write one out takes longer than to ask it.
KEPT = 64
# What the directory can be sorted by: nothing else reaches a statement.
COLUMNS: dict[str, Any] = {
    "name": Organization.sort_name,
    "touch": Organization.last_touch_at,
    "size": Organization.size,
}


@dataclass(frozen=True)
class Order:
    """One of COLUMNS, upwards or downwards."""

    key: str = "name"
    descending: bool = False

    @property
    def column(self) -> Any:
        return COLUMNS[self.key]

    @property
    def parts(self) -> list[bool]:
        """In their order: the rows that have a value (True), those that have none (False)."""
        if self.key == "name":
            return [True]
        return [True, False] if self.descending else [False, True]


Cursor = tuple[Any, int]


def page_of(
    query: Select[int],
    order: Order,
    *,
    after: str | None = None,
    before: str | None = None,
    limit: int,
    load: ORMOption,
) -> Page[Organization]:
    """A page of the organizations whose ids the query gives. An unknown cursor gives the first page."""
    backward = bool(before) and not after
    cursor = _decode(after or before or "", order)
    backward = backward and cursor is not None
    beyond = None if cursor is None else cursor[0] is not None
    asked = _along(query, load, order, beyond, backward, limit + 1)
    here = {"after_value": cursor[0], "after_id": cursor[1]} if cursor else {}
    rows: list[Organization] = list(db.session.scalars(asked, here))
    more = len(rows) > limit
    rows = rows[:limit]
    if backward:
        rows.reverse()
    has_before = more if backward else cursor is not None
    has_after = backward or more
    return Page(
        rows,
        _cursor(rows[0], order) if rows and has_before else None,
        _cursor(rows[-1], order) if rows and has_after else None,
    )


@lru_cache(maxsize=KEPT)
def _along(
    query: Select[int], load: ORMOption, order: Order, beyond: bool | None, backward: bool, limit: int
) -> Select[Organization]:
    """The next rows in the order (or, backward, against it): from the beginning, or beyond a row `after_id`
    that has the value `after_value` (True) or none (False)."""
    descending = order.descending != backward
    parts = order.parts[::-1] if backward else order.parts
    if beyond is not None:
        parts = parts[parts.index(beyond) :]
    pieces = []
    for number, valued in enumerate(parts):
        piece = query.add_columns(literal(number).label("part"), order.column.label("value"))
        if order.key != "name":
            piece = piece.where(order.column.is_not(None) if valued else order.column.is_(None))
        if beyond is not None and number == 0:
            piece = piece.where(_beyond(order, beyond, descending))
        keys: tuple[Any, ...] = (order.column, Organization.id) if valued else (Organization.id,)
        piece = piece.order_by(*(key.desc() if descending else key for key in keys)).limit(limit)
        pieces.append(select(piece.subquery()))
    found = union_all(*pieces).subquery()
    last: tuple[Any, ...] = (found.c.value, found.c.id)
    return (
        select(Organization)
        .join(found, Organization.id == found.c.id)
        .order_by(found.c.part, *(key.desc() if descending else key for key in last))
        .limit(limit)
        .options(load)
    )


def _beyond(order: Order, valued: bool, descending: bool) -> Any:
    row_id = bindparam("after_id", type_=Integer())
    if not valued:
        return Organization.id < row_id if descending else Organization.id > row_id
    here = tuple_(order.column, Organization.id)
    there = tuple_(bindparam("after_value", type_=order.column.type), row_id)
    return here < there if descending else here > there


def _cursor(row: Organization, order: Order) -> str:
    return encode_cursor([getattr(row, order.column.key), row.id])


def _decode(cursor: str, order: Order) -> Cursor | None:
    """What `_cursor` wrote, or None when it is not one of this order."""
    try:
        values: Sequence[Any] = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        value, row_id = values
        if value is not None and order.key == "touch":
            value = datetime.fromisoformat(value)
            if value.tzinfo is None:
                return None
        kind = order.column.type.python_type
    except (ValueError, TypeError):
        return None
    fits = isinstance(value, kind) or (value is None and order.key != "name")
    good = fits and isinstance(row_id, int) and abs(row_id) < 2**31 and value is not True
    return (value, row_id) if good else None
