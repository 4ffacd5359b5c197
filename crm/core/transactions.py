"""How transactions begin, on SQLite above all.

SQLite lets one writer in, and its own waiting is unfair. Who writes stands in line in its own process, then
takes a lock on a file beside the database (`flock`: freed by the kernel when a process dies), then
BEGIN IMMEDIATE. A GET or HEAD reads under a plain BEGIN and must not write.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, Select, event
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from crm.core import wall
from crm.core.db import db
from crm.core.line import Line
from crm.core.prepared import keep_prepared

_reading: ContextVar[bool] = ContextVar("muster_reading", default=False)
# Seconds in the line of those who write, None: as long as it takes.
_patience: ContextVar[float | None] = ContextVar("muster_patience", default=10.0)
_held = threading.local()
# Those of this process who write.
_line = Line()
_LOCK = "muster_write_lock"
BUSY_MS = 5_000
# What a connection keeps of the database. With SQLite's 2 MB the list of 100,000 groups read its pages anew
# each time, which took twice as long. All connections of a process together keep no more than the second.
CACHE_KB, MOST_CACHED_KB = 16_000, 24_000
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    f"busy_timeout={BUSY_MS}",
    f"cache_size=-{CACHE_KB}",
    f"soft_heap_limit={MOST_CACHED_KB * 1024}",
)


class WroteWhileReading(RuntimeError):
    """A view that answers GET tried to change the database."""


def set_reading(reading: bool) -> None:
    """Say whether what follows in this request only reads."""
    _reading.set(reading)


def is_reading() -> bool:
    """Whether this request may only read."""
    return _reading.get()


def begin_to_write() -> None:
    """From here on this request writes. What it has read by now, without the lock, it keeps."""
    db.session.commit()
    _reading.set(False)


@contextmanager
def reading() -> Iterator[None]:
    """Read without the write lock; what was open in the session is ended first."""
    db.session.rollback()
    token = _reading.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        _reading.reset(token)


@contextmanager
def own_write() -> Iterator[Session]:
    """A short write transaction apart from the request's own; committed on leaving."""
    token = _reading.set(False)
    try:
        with Session(db.engine, expire_on_commit=False) as session, session.begin():
            yield session
    finally:
        _reading.reset(token)


@contextmanager
def patiently() -> Iterator[None]:
    """Wait for the write lock as long as it takes: a migration, which another one may be ahead of."""
    token = _patience.set(None)
    try:
        yield
    finally:
        _patience.reset(token)


class Unread(Exception):
    """The database did not answer a statement that went to the driver by itself."""


class OneRow:
    """One statement for one row, written out once and sent to the driver as it is: by itself, reading,
    outside of requests and of the session. For what is asked thousands of times a second, and nothing else.
    """

    def __init__(self, engine: Engine, query: Select[*tuple[Any, ...]]) -> None:
        compiled = query.compile(dialect=engine.dialect)
        self._engine = engine
        self._sql = str(compiled)
        self._order = tuple(compiled.positiontup or ()) if compiled.positional else None

    def read(self, **values: str | int) -> Sequence[Any] | None:
        """The row with these values for the statement's parameters; None: there is none. Raises Unread."""
        sent = values if self._order is None else tuple(values[name] for name in self._order)
        try:
            connection = self._engine.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute(self._sql, sent)
                found: Sequence[Any] | None = cursor.fetchone()
                cursor.close()
            finally:
                connection.close()
        except self._engine.dialect.loaded_dbapi.Error as error:
            raise Unread from error
        return found


@event.listens_for(Session, "before_flush")
def _refuse_writes_while_reading(session: Session, *_: Any) -> None:
    if _reading.get() and (session.new or session.deleted or any(map(session.is_modified, session.dirty))):
        raise WroteWhileReading("A GET writes nothing.")


def prepare_engine(app: Flask) -> None:
    """Install the rules above on the application's engine."""
    app.teardown_appcontext(_let_go)
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    else:
        wall.prepare(engine)
        keep_prepared(engine, is_reading)


def _let_go(_error: BaseException | None) -> None:
    """End what a context read. A database that went away meanwhile must not spoil an answer that is ready."""
    try:
        db.session.remove()
    except SQLAlchemyError:
        db.session.registry.clear()


def _prepare_sqlite(engine: Engine) -> None:
    lock_path = f"{engine.url.database}.lock"

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        if _reading.get():
            connection.exec_driver_sql("BEGIN")
            return
        connection.info[_LOCK] = _take(lock_path)
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except BaseException:
            _free(connection)
            raise

    event.listen(engine, "commit", _free_after(engine, "do_commit"))
    event.listen(engine, "rollback", _free_after(engine, "do_rollback"))


def _free_after(engine: Engine, action: str) -> Any:
    """The events fire before the driver acts, so the act is done here and the lock freed after it."""

    def ended(connection: Connection) -> None:
        raw = connection.connection.dbapi_connection
        try:
            getattr(engine.dialect, action)(raw)
        except engine.dialect.loaded_dbapi.Error as error:
            # SQLAlchemy tells the driver's errors as its own where it acts itself. A full disk shows here.
            raise _told(engine, error) from error
        finally:
            _free(connection)

    return ended


def _told(engine: Engine, error: Exception) -> BaseException:
    own: BaseException = DBAPIError.instance(
        None, None, error, engine.dialect.loaded_dbapi.Error, hide_parameters=True, dialect=engine.dialect
    )
    return own


def _take(path: str) -> int:
    """Stand in line and hold the lock. Raises OperationalError where that takes too long, or can't be."""
    if getattr(_held, "yes", False):
        raise RuntimeError("A write transaction is already open in this thread: commit it first.")
    longest, began = _patience.get(), time.monotonic()
    if not _line.enter(longest):
        raise _too_long()
    try:
        handle = _lock(path, None if longest is None else longest - (time.monotonic() - began))
    except BaseException:
        _line.leave()
        raise
    _held.yes = True
    return handle


def _lock(path: str, longest: float | None) -> int:
    """The lock on the file, for which other processes stand in line as well."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:  # no more room on the disk, or for files
        raise OperationalError(None, None, error) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _wait_for(handle, longest)
    return handle


def _too_long() -> OperationalError:
    return OperationalError(None, None, TimeoutError("somebody else writes"))


def _wait_for(handle: int, longest: float | None) -> None:
    """Until the lock is ours. The kernel waits without end: in a thread, which may be left there."""
    ours, given_up, settling = threading.Event(), threading.Event(), threading.Lock()

    def stand_in_line() -> None:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with settling:
            if given_up.is_set():
                os.close(handle)
            else:
                ours.set()

    threading.Thread(target=stand_in_line, daemon=True).start()
    if ours.wait(longest):
        return
    with settling:
        if not ours.is_set():
            given_up.set()
            raise _too_long()


def _free(connection: Connection) -> None:
    handle = connection.info.pop(_LOCK, None)
    if handle is not None:
        os.close(handle)
        _held.yes = False
        _line.leave()
