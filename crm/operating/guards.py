"""What a database checks of each row is put aside while a backup is laid into it, and stands again after.

The rows come table by table, so that one may come before the row that it refers to; and what is kept from
being added (words to a demand in force) is added here once more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType

from sqlalchemy import Connection

from crm.core.errors import Refused

_FOREIGN_KEYS = (
    "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY conname"
)
_GUARDED = (
    "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid "
    "JOIN pg_proc p ON p.oid = tgfoid WHERE NOT tgisinternal AND strpos(prosrc, 'RAISE EXCEPTION') > 0 "
    "AND relnamespace = current_schema()::regnamespace"
)
_GUARDS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'"


class Guards:
    """One transaction without guards; at its end they stand again and every foreign key is checked."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sqlite = connection.dialect.name == "sqlite"
        self._again: list[str] = []

    def __enter__(self) -> Guards:
        if self._sqlite:
            # Deaf within a transaction.
            self._pragma("foreign_keys=OFF")
        self._transaction = self._connection.begin()
        aside = self._aside_on_sqlite() if self._sqlite else self._aside_on_postgresql()
        for statement in aside:
            self._connection.exec_driver_sql(statement)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._put_back()
                self._transaction.commit()
            else:
                self._transaction.rollback()
        finally:
            # Without effect after a commit; it ends what failed in putting back.
            self._transaction.close()
            if self._sqlite:
                self._pragma("foreign_keys=ON")

    def _put_back(self) -> None:
        for statement in self._again:
            self._connection.exec_driver_sql(statement)
        if self._sqlite and self._connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise Refused("Rows of the backup refer to others that are not in it. Nothing was restored.")

    def _aside_on_sqlite(self) -> list[str]:
        guards = self._connection.exec_driver_sql(_GUARDS).all()
        self._again = [sql for _name, sql in guards]
        return [f'DROP TRIGGER "{name}"' for name, _sql in guards]

    def _aside_on_postgresql(self) -> list[str]:
        """A table's owner may do no more: to switch foreign keys off takes a superuser."""
        keys = self._connection.exec_driver_sql(_FOREIGN_KEYS).all()
        guarded = self._connection.exec_driver_sql(_GUARDED).scalars().all()
        # To add one checks all its rows.
        self._again = [f"ALTER TABLE {table} ADD CONSTRAINT {name} {what}" for table, name, what in keys]
        self._again += [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in guarded]
        aside = [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _what in keys]
        return aside + [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in guarded]

    def _pragma(self, what: str) -> None:
        raw = self._connection.connection.dbapi_connection
        if raw is not None:
            raw.cursor().execute(f"PRAGMA {what}")


def set_counters(connection: Connection, counters: Mapping[str, int], tables: Sequence[str]) -> None:
    """Let the next number of each table follow the last that was ever given."""
    if connection.dialect.name == "sqlite":
        for name, last in counters.items():
            # Only tables that keep their counter apart have one here.
            statement = "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?"
            if connection.exec_driver_sql(statement, (last, name)).rowcount == 0:
                _count_on(connection, name, last)
        return
    for name in tables:
        connection.exec_driver_sql(
            f"SELECT setval(pg_get_serial_sequence(quote_ident(%s), 'id'), "  # noqa: S608
            f'greatest((SELECT max(id) FROM "{name}"), %s::bigint, 1), '
            f'%s::bigint > 0 OR EXISTS (SELECT 1 FROM "{name}"))',
            (name, counters.get(name, 0), counters.get(name, 0)),
        )


def _count_on(connection: Connection, name: str, last: int) -> None:
    kept = "SELECT 1 FROM sqlite_master WHERE name = ? AND sql LIKE '%AUTOINCREMENT%'"
    if connection.exec_driver_sql(kept, (name,)).scalar():
        connection.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, last))
