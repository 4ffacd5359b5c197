"""The rows of an export: what of each table is the coalition's, and what of it its viewer may know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select

from crm.core.db import db
from crm.core.permissions import Viewer
from crm.events.models import Event
from crm.events.rights import visible_to
from crm.exchange.whole.tables import COALITION, HOSTS, USER, list_columns, list_tables

AT_ONCE = 500
EXPORT_KIND = "export"
EXPORT_JOB = "exchange.export"
# Rows of a table that belong to an export alone.
_OWN_KINDS = {"stored_file": EXPORT_KIND, "job": EXPORT_JOB}


class Rows:
    """Reads the rows table by table, those of accounts last: which of them are needed is known by then.

    Without a viewer it is the operator who asks, and everything is told. Read within one transaction.
    """

    def __init__(self, coalition_id: int, viewer: Viewer | None) -> None:
        self._coalition_id, self._viewer = coalition_id, viewer
        tables = list(list_tables(whole=viewer is None))
        self.tables = sorted(tables, key=lambda table: table.name == USER)
        self._user_ids: set[int] = set()
        # table → ids of rows that the viewer may not know of; what refers to one of them is left out as well.
        self._hidden: dict[str, set[int]] = defaultdict(set)
        if viewer is not None:
            unknown = select(Event.id).where(~visible_to(viewer))
            self._hidden["event"] = set(db.session.scalars(unknown))
        self.hidden_events = len(self._hidden["event"])

    def count(self) -> int:
        """How many rows there are, accounts not counted."""
        return sum(
            db.session.connection().scalar(select(func.count()).select_from(table).where(self._own(table)))
            or 0
            for table in self.tables
            if table.name != USER
        )

    def read(self, table: Table) -> Iterator[dict[str, Any]]:
        """The rows of a table that are told, oldest first, with the values as Python has them."""
        columns = list_columns(table)
        query = select(*columns).where(self._own(table)).order_by(*table.primary_key.columns)
        options = {"yield_per": AT_ONCE}
        for found in db.session.connection().execute(query, execution_options=options).mappings():
            row = dict(found)
            if not self._is_told(table, row):
                continue
            self._user_ids.update(row[name] for name in _user_columns(table) if row[name] is not None)
            yield self._emptied(table, row)

    def _own(self, table: Table) -> ColumnElement[bool]:
        if table.name == COALITION:
            return table.c.id == self._coalition_id
        if table.name == USER:
            return table.c.id.in_(sorted(self._user_ids))
        own: ColumnElement[bool] = table.c.coalition_id == self._coalition_id
        kind = _OWN_KINDS.get(table.name)
        return own & (table.c.kind != kind) if kind else own

    def _is_told(self, table: Table, row: Mapping[str, Any]) -> bool:
        hidden = row.get("id") in self._hidden[table.name] or any(
            row[key.parent.name] in self._hidden[key.column.table.name]
            for key in table.foreign_keys
            if key.column.name == "id"
        )
        if hidden and "id" in row:
            self._hidden[table.name].add(row["id"])
        return not hidden

    def _emptied(self, table: Table, row: dict[str, Any]) -> dict[str, Any]:
        if table.name == COALITION:
            # The coalition above is none of this one's.
            row["parent_id"] = None
        if self._viewer is not None:
            row.update(dict.fromkeys(HOSTS.get(table.name, ())))
        return row


def _user_columns(table: Table) -> list[str]:
    """The columns that name an account; the audit names them without a foreign key."""
    return [
        column.name
        for column in table.columns
        if column.name == "user_id" or any(key.column.table.name == USER for key in column.foreign_keys)
    ]
