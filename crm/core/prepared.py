"""Statements that PostgreSQL keeps prepared from page to page.

A page's long statement takes longer to plan than to answer. psycopg has the server prepare what was asked
five times, and forgets all of it at a rollback, which is how a page that only read would end: so that is
committed.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Engine, event

IN_TRANSACTION = 2  # libpq's PQTRANS_INTRANS: open, and nothing failed in it
READS = ("SELECT", "WITH")
_ONLY_READ = "muster_only_read"


def keep_prepared(engine: Engine, is_reading: Callable[[], bool]) -> None:
    """End transactions of an engine of PostgreSQL that were begun to read, and did no more, by a commit."""

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.info[_ONLY_READ] = is_reading()

    @event.listens_for(engine, "before_cursor_execute")
    def asked(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(READS):
            connection.info[_ONLY_READ] = False

    @event.listens_for(engine, "rollback")
    def ended(connection: Connection) -> None:
        if connection.invalidated or not connection.info.get(_ONLY_READ):
            return
        raw: Any = connection.connection.dbapi_connection
        if raw.pgconn.transaction_status == IN_TRANSACTION:
            # Where it fails, so does the rollback that follows.
            with suppress(engine.dialect.loaded_dbapi.Error):
                raw.commit()
