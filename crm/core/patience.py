"""Waiting for slow clients without keeping others waiting: a form has its turn when all of it is here."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

from crm.core.line import Line

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Requests that are worked on at once; whatever is more waits, as with so many threads.
TURNS = 4
# Threads of a web process: all but TURNS of them wait, for a client or for their turn.
THREADS = 256
# Seconds in line for a turn: whoever waits longer, as while the database hangs, is told so.
LONGEST_WAIT = 20.0
# In the environment of a request that had no turn.
NO_TURN = "muster.no_turn"


class Patience:
    """A WSGI application that begins with a form when all of it has arrived.

    The server hands a request over with its headers, and a read waits for the client. 200 clients that send a
    letter a minute would hold every thread. Here they hold one of many, and a turn is taken by what is whole.
    What is larger than `longest` bytes (an import), or of no length told, is read in its turn: unless a
    member sends it, it is refused before it is read.
    """

    def __init__(self, app: WSGIApplication, longest: int) -> None:
        self._app, self._longest = app, longest
        self._turns = Line(TURNS)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        told = environ.get("CONTENT_LENGTH") or "0"
        if told.isascii() and told.isdigit() and len(told) < 12 and 0 < int(told) <= self._longest:
            environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(told)))
        if not self._turns.enter(LONGEST_WAIT):
            environ[NO_TURN] = True
            return self._app(environ, start_response)
        try:
            return self._app(environ, start_response)
        finally:
            self._turns.leave()
