"""What a drill compares, and where it goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask

from config import Settings
from crm import create_app
from crm.core.crypto import EXTENSION
from crm.core.db import db
from crm.operating.restoring import restore_backup
from crm.operating.rows import list_tables, read_lines
from crm.operating.sealing import Lock, Opener, new_key_pair
from crm.operating.writing import snapshot, write_backup
from tests.pages import ON_POSTGRESQL

SQLITE_GUARDS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
POSTGRESQL_GUARDS = (
    "SELECT tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal UNION ALL "
    "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1, 2"
)


def dump() -> dict[str, list[bytes]]:
    """Every row of every table, as it lies there."""
    with snapshot() as connection:
        return {table.name: sorted(read_lines(connection, table)) for table in list_tables(connection)}


def guards() -> Sequence[Any]:
    """The triggers, and PostgreSQL's constraints."""
    with snapshot() as connection:
        sqlite = connection.dialect.name == "sqlite"
        return connection.exec_driver_sql(SQLITE_GUARDS if sqlite else POSTGRESQL_GUARDS).all()


def drill(application: Flask, elsewhere: Flask, folder: Path, least: int) -> None:
    """Take everything to an empty installation, from PostgreSQL by way of SQLite: it is the same there."""
    public, secret = new_key_pair()
    lock, opener, file = Lock(public_key=public), Opener(secret_key=secret), folder / "one"
    with application.app_context():
        before, stood = dump(), guards()
        assert write_backup(file, lock) == sum(map(len, before.values())) > least
    if ON_POSTGRESQL:
        with new_sqlite(application, folder):
            restore_backup(file, opener)
            assert dump() == before
            file = folder / "two"
            write_backup(file, lock)
    elsewhere.extensions[EXTENSION] = application.extensions[EXTENSION]
    restore_backup(file, opener)
    assert (dump(), guards()) == (before, stood)


@contextmanager
def new_sqlite(application: Flask, folder: Path) -> Iterator[None]:
    """Within an installation on a new file without tables, and with the same keys."""
    known: Settings = application.config["SETTINGS"]
    app = create_app(replace(known, database_url=f"sqlite:///{folder}/new.db"))
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()
