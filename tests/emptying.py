"""An empty database for each test, as the migrations leave it, without making one anew.

Only the rows that a test left are taken out. A new file, or new tables, took longer than most tests.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from crm.core.db import db
from tests.pages import ON_POSTGRESQL


def prepare(app: Flask) -> None:
    """Once, on the new database."""
    with app.app_context():
        if ON_POSTGRESQL:
            _prepare_postgresql()
        else:
            sa.event.listen(db.engine, "connect", _without_waiting_for_the_disk)
        db.engine.dispose()
        if not ON_POSTGRESQL:
            shutil.copy(path(), template())


def empty(app: Flask) -> None:
    """Take all rows out, and number what comes from one again."""
    with app.app_context():
        if ON_POSTGRESQL:
            _empty_postgresql()
        elif not delete_rows():
            _lay_anew()


def end(app: Flask) -> None:
    """Let go of the database."""
    with app.app_context():
        if not ON_POSTGRESQL:
            _close_own_connection()
        db.engine.dispose()


def path() -> Path:
    """The file of the database, on SQLite."""
    return Path(str(db.engine.url.database))


def template() -> Path:
    """A copy of the file as the migrations left it."""
    return path().with_suffix(".template")


def copy_rows(source: Path, target: Path) -> None:
    """Make one SQLite database as another is, whoever has it open."""
    with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)


def _without_waiting_for_the_disk(connection: Any, _record: object) -> None:
    """No test pulls the plug."""
    connection.execute("PRAGMA synchronous=OFF")


@cache
def _own_connection(file: Path) -> sqlite3.Connection:
    """One apart from the program's, to which no key is foreign. To say so of a connection from time to time
    would make it forget all the statements that it has prepared.
    """
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    _without_waiting_for_the_disk(connection, None)
    return connection


def _close_own_connection() -> None:
    _own_connection(path()).close()
    _own_connection.cache_clear()


def delete_rows() -> bool:
    """Delete the rows, whatever would refuse it; whether all are gone and nothing else was changed."""
    try:
        connection = _own_connection(path())
        _delete_all(connection)
        return _spread(connection) == _spread_at_first()
    except sqlite3.Error:  # a transaction that a test left open, a file that it broke
        return False


def _spread(connection: sqlite3.Connection) -> list[Any]:
    """What SQLite has learned of how rows are spread."""
    return connection.execute("SELECT * FROM sqlite_stat1 ORDER BY tbl, idx").fetchall()


@cache
def _spread_at_first() -> list[Any]:
    with sqlite3.connect(template()) as made:
        found = _spread(made)
    made.close()
    return found


def _delete_all(connection: sqlite3.Connection) -> None:
    names, which = _tables()
    filled = {name for name, rows in zip(names, *connection.execute(which), strict=True) if rows}
    if not filled:
        return
    connection.execute("BEGIN IMMEDIATE")
    if filled & {"audit_entry", "demand_version"}:
        connection.execute(_all_are_demos())
    # The coalitions last: those of a demo let go of what others keep for ever.
    for name in sorted(filled, key=lambda name: name == "coalition"):
        connection.execute(f'DELETE FROM "{name}"')
    if "search_document" in filled:
        connection.execute("INSERT INTO search_index (search_index) VALUES ('delete-all')")
    connection.execute("COMMIT")


@cache
def _tables() -> tuple[list[str], str]:
    """The tables, and the statement that says which of them have rows."""
    with sqlite3.connect(template()) as made:
        listed = made.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' "
            "AND name NOT IN ('alembic_version', 'sqlite_stat1') "
            "AND name NOT LIKE 'search_index%' ORDER BY name"
        )
        names = [name for (name,) in listed]
    made.close()
    return names, "SELECT " + ", ".join(f'EXISTS (SELECT 1 FROM "{name}")' for name in names)


@cache
def _all_are_demos() -> str:
    """Makes a demo of each coalition by laying another row in its place, which no trigger sees."""
    columns = [column.name for column in db.metadata.tables["coalition"].columns]
    values = ["1" if name == "is_demo" else name for name in columns]
    return f"REPLACE INTO coalition ({', '.join(columns)}) SELECT {', '.join(values)} FROM coalition"


def _lay_anew() -> None:
    """The file itself: for what left more behind than rows."""
    _close_own_connection()
    db.engine.dispose()
    for suffix in ("-wal", "-shm"):
        path().with_name(path().name + suffix).unlink(missing_ok=True)
    shutil.copy(template(), path())


def _prepare_postgresql() -> None:
    """A function that deletes the rows of the tables that have any, counts from one again, and names these
    tables. TRUNCATE makes new files for every table. As a replica, nothing is refused by a trigger or a
    foreign key, so it is a superuser's, whom no policy binds either. An empty table is known by its empty
    file: to ask each for a row took four times as long.
    """
    superuser = sa.create_engine(db.engine.url.set(username="postgres"), poolclass=sa.NullPool)
    with superuser.begin() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION empty_all_tables() RETURNS text LANGUAGE plpgsql SECURITY DEFINER "
            "SET session_replication_role = replica AS $$ DECLARE name text; filled text[] := '{}'; BEGIN "
            "FOR name IN SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' "
            "AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version' "
            "AND pg_relation_size(oid) > 0 ORDER BY relname "
            "LOOP EXECUTE 'DELETE FROM ' || name; filled := filled || name; END LOOP; "
            "PERFORM setval(seqrelid::regclass, seqstart, false) FROM pg_sequence "
            "WHERE pg_sequence_last_value(seqrelid) IS NOT NULL; "
            "RETURN array_to_string(filled, ', '); END $$"
        )


def _empty_postgresql() -> None:
    with db.engine.connect() as connection:
        at_once = connection.execution_options(isolation_level="AUTOCOMMIT")
        # Vacuumed, they are empty files again: no row takes the place of an earlier test's.
        if filled := at_once.scalar(sa.text("SELECT empty_all_tables()")):
            at_once.exec_driver_sql(f"VACUUM (SKIP_DATABASE_STATS) {filled}")
