"""A Muster with the demo in it, asked as a WSGI server asks it, and put back to how it was."""

from __future__ import annotations

import io
import logging
import shutil
import sqlite3
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask, request
from sqlalchemy import select
from werkzeug.datastructures import Headers, ImmutableMultiDict
from werkzeug.test import create_environ, run_wsgi_app

from crm.accounts.models import User
from crm.accounts.operations import open_session
from crm.calendars.feeds import FRONT, SHELF
from crm.coalitions.models import Coalition
from crm.core import jobs, tenancy
from crm.core.db import db
from crm.core.permissions import Role
from crm.demo.operations import SLUG
from crm.organizations.models import Contact
from crm.representatives.operations import start_session
from tests.people import enroll

BASE = "http://localhost"
# Who asks; the public without a cookie.
PUBLIC, GROUP = "public", "representative"
WHO = ("coordinator", "organizer", "observer", GROUP, PUBLIC)


@dataclass(frozen=True)
class Asked:
    """One request. The path and the query are as they go over the wire; header values are Latin-1."""

    kind: str
    who: str
    method: str
    path: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def in_words(self) -> str:
        """So that it can be asked again by hand."""
        told = f"{self.kind} by {self.who}: {self.method} {self.path[:200]}"
        if self.query:
            told += f"?{self.query[:300]}"
        if self.headers:
            told += f" {[(name, value[:120]) for name, value in self.headers]}"
        return told + (f" {self.body[:600]!r}" if self.body else "")


@dataclass(frozen=True)
class Answer:
    """What came back, read to its end."""

    status: int
    headers: Headers
    body: bytes

    @property
    def media_type(self) -> str:
        return (self.headers.get("Content-Type") or "").partition(";")[0].strip().lower()


class Noticed(ImmutableMultiDict[str, Any]):
    """What an address or a form brought along; which names a view looks for is noticed."""

    names: dict[str, set[str]] = {}

    def _notice(self, name: object) -> None:
        if isinstance(name, str):
            self.names.setdefault(request.endpoint or "", set()).add(name)

    def __contains__(self, name: object) -> bool:
        self._notice(name)
        return super().__contains__(name)

    def __getitem__(self, name: str) -> Any:
        self._notice(name)
        return super().__getitem__(name)

    def getlist(self, name: str, type: Callable[[Any], Any] | None = None) -> list[Any]:
        self._notice(name)
        return super().getlist(name) if type is None else super().getlist(name, type)


class Complaints(logging.Handler):
    """What the program wrote down as an error of its own: of a request, of a job."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        trace = "".join(traceback.format_exception(*record.exc_info)[-4:]) if record.exc_info else ""
        self.told.append(f"{record.getMessage()}\n{trace}")

    def taken(self) -> list[str]:
        """All since the last time."""
        told, self.told = self.told, []
        return told


@dataclass
class House:
    """An application on an SQLite file of its own that the demo was loaded into."""

    app: Flask
    password: str
    complaints: Complaints = field(default_factory=Complaints)
    # Is told each answer to `ask`.
    seen: Callable[[Asked, Answer], None] | None = None
    _first: dict[str, dict[str, str]] = field(default_factory=dict)
    _cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    def open(self) -> None:
        """Sign everybody in, and keep how it is now: to that it is put back."""
        self.app.request_class = type(
            "NoticedRequest", (self.app.request_class,), {"parameter_storage_class": Noticed}
        )
        logging.getLogger("muster").addHandler(self.complaints)
        name = self.app.config["SESSION_COOKIE_NAME"]
        for who, secrets in self._sign_in().items():
            self._first[who] = {name: self._sealed(secrets)} if secrets else {}
        self.keep()

    def keep(self) -> None:
        """From now on it is put back to how it is now."""
        with self._closed():
            shutil.copy(self._file, self._kept)
        self.anew()

    def close(self) -> None:
        """Let go of the database and of the log."""
        logging.getLogger("muster").removeHandler(self.complaints)
        with self._closed():
            pass

    def keep_cookies(self) -> None:
        """From now on these are everybody's: the tokens of forms that were looked at hold with them."""
        self._first = {who: dict(kept) for who, kept in self._cookies.items()}

    def anew(self) -> None:
        """Everything as it was when it was opened: rows, what is kept in memory; and the cookies."""
        with self._closed():
            shutil.copy(self._kept, self._file)
        with self.app.app_context():
            # As if a worker lived.
            jobs.beat()
        self._cookies = {who: dict(kept) for who, kept in self._first.items()}
        self.app.extensions[SHELF].clear()
        self.app.extensions[FRONT].clear()

    def let_in_again(self) -> None:
        """The sessions as they were, where an input ended them: else what comes after is let in nowhere."""
        with self.app.app_context():
            db.session.remove()
        with closing(sqlite3.connect(self._file, isolation_level=None)) as connection:
            connection.execute("ATTACH DATABASE ? AS kept", (str(self._kept),))
            for table in ("membership", "user_session", "group_session"):
                connection.execute(f"INSERT OR IGNORE INTO {table} SELECT * FROM kept.{table}")  # noqa: S608 - ours

    def ask(self, asked: Asked) -> Answer:
        """Send it, with the cookies of who asks; those that come back are kept."""
        answer = self._ask(asked, self._cookies[asked.who])
        if self.seen:
            self.seen(asked, answer)
        return answer

    def ask_apart(self, asked: Asked) -> Iterator[tuple[Asked, Answer]]:
        """The same, with cookies that are forgotten after it; then the page to which it leads."""
        cookies = dict(self._first[asked.who])
        answer = self._ask(asked, cookies)
        yield asked, answer
        to = answer.headers.get("Location", "")
        if answer.status in {302, 303} and asked.method == "POST" and to.startswith("/"):
            path, _, query = to.partition("?")
            page = Asked(f"after a {asked.kind}", asked.who, "GET", path, query.partition("#")[0])
            yield page, self._ask(page, cookies)

    def _ask(self, asked: Asked, cookies: dict[str, str]) -> Answer:
        environ = create_environ("/", BASE, method="GET", input_stream=io.BytesIO(asked.body))
        environ["REQUEST_METHOD"] = asked.method
        environ["PATH_INFO"] = unquote_to_bytes(asked.path).decode("latin-1")
        environ["REQUEST_URI"] = environ["RAW_URI"] = asked.path
        environ["QUERY_STRING"] = asked.query
        environ["CONTENT_LENGTH"] = str(len(asked.body))
        if cookies:
            environ["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        for name, value in asked.headers:
            key = name.upper().replace("-", "_")
            environ[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = value
        parts, status, headers = run_wsgi_app(self.app.wsgi_app, environ, buffered=True)
        for line in headers.getlist("Set-Cookie"):
            self._remember(cookies, line)
        return Answer(int(status.partition(" ")[0]), headers, b"".join(parts))

    def _remember(self, cookies: dict[str, str], line: str) -> None:
        try:
            cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        except CookieError:
            self.complaints.told.append(f"a cookie that is none: {line}")

    def _sign_in(self) -> dict[str, dict[str, Any]]:
        with self.app.app_context():
            with tenancy.across_coalitions():
                home = db.session.scalars(select(Coalition).where(Coalition.slug == SLUG)).one()
                people = {one.name: one for one in db.session.scalars(select(User))}
            with tenancy.in_coalition(home.id):
                signed_in = {
                    who: next(one for one in people.values() if one.email.startswith(f"{who}@"))
                    for who in ("coordinator", "organizer")
                }
                signed_in["observer"] = enroll(home, Role.OBSERVER, "Olga Server")
                speaks = select(Contact).where(Contact.speaks_since.is_not(None)).order_by(Contact.id)
                group = {GROUP: {"group": start_session(db.session.scalars(speaks.limit(1)).one())}}
                secrets = {who: open_session(one, own_device=True) for who, one in signed_in.items()}
            db.session.commit()
        kept = {who: {"_user_id": secret, "_fresh": True} for who, secret in secrets.items()}
        return {**kept, **group, PUBLIC: {}}

    def _sealed(self, values: dict[str, Any]) -> str:
        sealing = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        return str(sealing.dumps(values))

    @property
    def _file(self) -> Path:
        return Path(self.app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///"))

    @property
    def _kept(self) -> Path:
        return self._file.with_suffix(".kept")

    @contextmanager
    def _closed(self) -> Iterator[None]:
        """The database's file, whole and held by nobody."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
            yield
            for suffix in ("-wal", "-shm"):
                self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
