"""The second wall between coalitions, on PostgreSQL: row-level security.

Each table of a coalition has a policy (migration 0048) that shows and takes rows of the coalition that the
transaction named, of all of them, or none. What it named holds until it ends, so that a connection brings
nothing along to whoever has it next, and it is named before a statement only where it is another by now. So
whatever forgets the criterion of `tenancy`, raw SQL above all, finds nothing, and writes nothing either.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event

from crm.core import tenancy

SETTING = "muster.coalition"
IDLE = 0  # libpq's PQTRANS_IDLE; psycopg itself is loaded where there is a PostgreSQL
_NAMED = "muster_wall"
# After going back to a savepoint: what holds is what was named before it.
_UNSURE = object()


def prepare(engine: Engine) -> None:
    """Have each transaction of an engine of PostgreSQL name the coalition that is chosen."""
    event.listen(engine, "begin", _nothing_named)
    event.listen(engine, "rollback_savepoint", _unsure)
    event.listen(engine, "before_cursor_execute", _name)


def _nothing_named(connection: Connection) -> None:
    connection.info[_NAMED] = None


def _unsure(connection: Connection, *_: Any) -> None:
    # A connection that broke has nothing to tell of itself: asking it would hide what broke it.
    if not connection.invalidated:
        connection.info[_NAMED] = _UNSURE


def _name(connection: Connection, *_: Any) -> None:
    scope = tenancy.chosen()
    if connection.info.get(_NAMED) == scope:
        return
    raw: Any = connection.connection.dbapi_connection
    if raw.autocommit:
        # No transaction for it to hold in: such a statement is in no coalition.
        return
    text = f"SET LOCAL {SETTING} = '{_written(scope)}'"
    if raw.pgconn.transaction_status != IDLE:
        _send(raw, text)
    elif raw.isolation_level is None and raw.read_only is None:
        _send(raw, f"BEGIN; {text}")
    else:
        # How to begin, psycopg knows.
        raw.execute(text)
    connection.info[_NAMED] = scope


def _send(raw: Any, text: str) -> None:
    """By libpq itself: a cursor takes five times as long.

    Where it fails the transaction is broken, or the connection: the statement that follows says so.
    """
    raw.pgconn.exec_(text.encode())


def _written(scope: int | None) -> str:
    if scope is None:
        return ""
    return "all" if scope == tenancy.ALL else str(scope)
