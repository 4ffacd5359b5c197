"""Feeds that were answered before are answered again, without Flask, while nothing in them has changed.

Ten thousand calendar apps ask for the same bytes at the same few addresses. What Flask said last to the very
same request is said again here, once the version of the coalition's feeds has been read: one row. Whatever is
not plain goes on to Flask, as does what nobody has asked for in this state.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import bindparam, select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import Accept
from werkzeug.http import http_date, parse_accept_header

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.line import Line
from crm.core.patience import LONGEST_WAIT, TURNS
from crm.core.transactions import OneRow, Unread

Headers = list[tuple[str, str]]
Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WSGI = Callable[[Environ, StartResponse], Iterable[bytes]]

ENDINGS = (".ics", ".rss", "/calendar.json")
ROOM = 512  # answers; those of one feed share its bytes
DOORS = 64
# Set by who answers what is the same for everybody in one state of the coalition.
REPEATABLE = "muster.repeatable"
# What only Flask weighs: parts of a file, and times where no ETag goes before them.
NOT_PLAIN = ("HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")
STATE = select(Coalition.feed_version, Coalition.timezone).where(Coalition.slug == bindparam("slug"))


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, and the state of the coalition in which it was given."""

    state: Hashable
    status: str
    headers: Headers
    body: bytes


class Front:
    """Stands before the application and repeats its answers to feeds. For threads."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._next: WSGI = app.wsgi_app
        self._version: OneRow | None = None
        # No more at once than there are connections that stay open: to open one takes longer than all else.
        self._readers = Line(TURNS)
        self._said: OrderedDict[Hashable, Said] = OrderedDict()
        self._guard = Lock()
        self._doors = [Lock() for _door in range(DOORS)]

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        key = self._key(environ)
        state = self._state(environ) if key is not None else None
        if state is None:
            return self._next(environ, start_response)
        said = self._said.get(key)
        if said is None or said.state != state:
            said = self._ask_once(environ, key, state)
        start_response(said.status, [*said.headers, ("Date", _date(int(time.time())))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [said.body]

    def clear(self) -> None:
        """Repeat nothing."""
        with self._guard:
            self._said.clear()

    def _key(self, environ: Environ) -> Hashable | None:
        """All of a request that its answer hangs on; None where Flask has to look at it."""
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        known = environ.get("HTTP_IF_NONE_MATCH", "")
        if not path.endswith(ENDINGS) or path.startswith("/feeds/") or method not in ("GET", "HEAD"):
            return None
        if any(name in environ for name in NOT_PLAIN):
            return None
        if "HTTP_IF_MODIFIED_SINCE" in environ and not known:
            return None
        gzip = takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        return path, method, environ.get("QUERY_STRING", ""), gzip, known

    def _state(self, environ: Environ) -> Hashable | None:
        """What its answer was made from: the version, the local day. None where only Flask can tell."""
        if self._app.config["FIXED_CLOCK"]:
            return None
        row = self._row(environ["PATH_INFO"].split("/", 2)[1])
        if row is None:
            return None
        return row[0], clock.today(ZoneInfo(row[1])), self._app.config["FEED_GZIP"]

    def _row(self, slug: str) -> Sequence[Any] | None:
        """Of the coalition at a slug; None where there is none, or the database does not tell."""
        if not self._readers.enter(LONGEST_WAIT):
            return None
        try:
            return self._get_version().read(slug=slug)
        except (SQLAlchemyError, Unread):
            return None
        finally:
            self._readers.leave()

    def _get_version(self) -> OneRow:
        if self._version is None:
            with self._app.app_context():
                self._version = OneRow(db.engine, STATE)
        return self._version

    def _ask_once(self, environ: Environ, key: Hashable, state: Hashable) -> Said:
        """Flask's answer to the first who asks, said to the others who wait for the very same."""
        door = self._doors[hash(key) % DOORS]
        ours = door.acquire(timeout=LONGEST_WAIT)
        try:
            said = self._said.get(key)
            if said is None or said.state != state:
                said = self._ask(environ, state)
                if REPEATABLE in environ:
                    self._keep(key, said)
            return said
        finally:
            if ours:
                door.release()

    def _ask(self, environ: Environ, state: Hashable) -> Said:
        """Flask's answer. Should the coalition move on meanwhile, the answer is of a state that is over."""
        heard: list[tuple[str, Headers]] = []
        parts = self._next(environ, lambda status, headers, *_more: heard.append((status, headers)))
        try:
            body = b"".join(parts)
        finally:
            if (close := getattr(parts, "close", None)) is not None:
                close()
        status, headers = heard[-1]
        return Said(state, status, [pair for pair in headers if pair[0] != "Date"], body)

    def _keep(self, key: Hashable, said: Said) -> None:
        with self._guard:
            self._said[key] = said
            self._said.move_to_end(key)
            while len(self._said) > ROOM:
                self._said.popitem(last=False)


@lru_cache(maxsize=256)
def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding takes gzip."""
    return parse_accept_header(accepted, Accept).quality("gzip") > 0


@lru_cache(maxsize=4)
def _date(second: int) -> str:
    return http_date(second)
