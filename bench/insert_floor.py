"""Floor L: a bare WSGI application that does one committed insert under a fair file lock.

SQLite, WAL, `synchronous=FULL`, a connection for each thread. What is sent is read, and kept as it is.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATH = os.environ["BENCH_INSERTS"]
SETTINGS = ("journal_mode=WAL", "synchronous=FULL")
_own = threading.local()


def _connect() -> sqlite3.Connection:
    connection = sqlite3.connect(PATH, isolation_level=None)
    for setting in SETTINGS:
        connection.execute(f"PRAGMA {setting}")
    return connection


_connect().execute("CREATE TABLE IF NOT EXISTS kept (id INTEGER PRIMARY KEY, sent BLOB NOT NULL)")


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Keep the body, then answer."""
    sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    if not hasattr(_own, "connection"):
        _own.connection = _connect()
    # A file of one's own each time: `flock` is then in the order of coming.
    lock = os.open(f"{PATH}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _own.connection.execute("BEGIN IMMEDIATE")
        _own.connection.execute("INSERT INTO kept (sent) VALUES (?)", (sent,))
        _own.connection.execute("COMMIT")
    finally:
        os.close(lock)
    start_response("303 See Other", [("Location", "/sent"), ("Content-Length", "0")])
    return [b""]
