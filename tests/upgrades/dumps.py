"""Each released schema as a populated dump, for each database: python -m tests.upgrades.dumps VERSION

Run at a release, with the tables at its revision. Writes the demo, which is fictional, with keys of its own.
"""

from __future__ import annotations

import gzip
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import psycopg
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import make_url

from config import Settings, new_field_keys, new_secret
from crm import create_app
from crm.core.condition import newest_revision
from crm.core.db import db
from crm.demo.operations import load_demo
from crm.operating.restoring import restore_backup
from crm.operating.rows import list_tables, read_lines
from crm.operating.sealing import Lock, Opener, new_key_pair
from crm.operating.writing import snapshot, write_backup
from tests import postgres

FOLDER = Path(__file__).parent
# Statements of a dump of SQLite's that are of its own making.
MADE_ANEW = re.compile(r"""(INSERT INTO|CREATE TABLE) ['"](search_index|sqlite_stat)|ANALYZE""")


@contextmanager
def installed(database_url: str, keys: dict[str, str], instance: Path) -> Iterator[Flask]:
    """An installation on a database, within its context."""
    settings = Settings(
        database_url=database_url,
        base_url="http://localhost",
        secret_key=keys["secret_key"],
        field_keys=keys["field_keys"],
        instance=instance,
    )
    app = create_app(settings)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def counts() -> dict[str, int]:
    """Table → how many rows, of what a backup holds."""
    with snapshot() as connection:
        return {one.name: sum(1 for _row in read_lines(connection, one)) for one in list_tables(connection)}


def write(version: str) -> None:
    """Make the demo on SQLite, take it to PostgreSQL, and keep both."""
    keys = {"secret_key": new_secret(), "field_keys": new_field_keys()}
    public, secret = new_key_pair()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with installed(f"sqlite:///{folder / 'muster.db'}", keys, folder):
            upgrade()
            load_demo()
            db.session.commit()
            write_backup(folder / "backup", Lock(public_key=public))
            told = {"revision": newest_revision(), **keys, "rows": counts()}
        _keep(version, "sqlite", _sqlite_text(folder / "muster.db"))
        boss = postgres.start()
        with installed(_own_database(boss), keys, folder):
            restore_backup(folder / "backup", Opener(secret_key=secret))
        _keep(version, "postgresql", _postgresql_text(boss))
        postgres.stop()
    (FOLDER / f"{version}.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def lay_down(text: str, database_url: str) -> None:
    """Put a dump into an empty database."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        with sqlite3.connect(str(url.database)) as connection:
            connection.executescript(text)
        connection.close()
        return
    with psycopg.connect(host=str(url.query["host"]), user=url.username, dbname=url.database) as server:
        server.execute(text.encode())


def read(version: str, engine: str) -> str:
    """The dump of a version."""
    return gzip.decompress((FOLDER / f"{version}-{engine}.sql.gz").read_bytes()).decode()


def _keep(version: str, engine: str, text: str) -> None:
    (FOLDER / f"{version}-{engine}.sql.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def _sqlite_text(path: Path) -> str:
    """As SQLite dumps itself, but for its full text, which is made anew of the rows that it is about."""
    with sqlite3.connect(path) as connection:
        statements = [one for one in connection.iterdump() if not MADE_ANEW.match(one)]
    connection.close()
    return "\n".join([*statements, "INSERT INTO search_index(search_index) VALUES('rebuild');"])


def _own_database(boss: str) -> str:
    host = str(make_url(boss).query["host"])
    with psycopg.connect(host=host, user="postgres", autocommit=True) as connection:
        connection.execute("CREATE ROLE muster LOGIN")
        connection.execute("CREATE DATABASE muster OWNER muster")
    return make_url(boss).set(username="muster", database="muster").render_as_string(hide_password=False)


def _postgresql_text(boss: str) -> str:
    """As pg_dump tells it, as statements: without owners, and without what only psql understands."""
    folder = Path(unquote(str(make_url(boss).query["host"])))
    command = [
        *(postgres.find_programs(folder, None) / "pg_dump", "-h", folder, "-U", "postgres"),
        *("--no-owner", "--no-privileges", "--rows-per-insert=100", "muster"),
    ]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    return "\n".join(line for line in told.stdout.splitlines() if not line.startswith("\\"))


if __name__ == "__main__":
    write(sys.argv[1])
