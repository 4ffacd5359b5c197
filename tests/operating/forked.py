"""A web server and a worker that begin at once: forked from the tests' process, which has everything loaded.

They are begotten by a process of their own, forked while no thread runs, and are killed as any other.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from werkzeug.serving import make_server

from crm.core import clock, serving
from crm.core.db import db

GONE_WITHIN = 10.0


@dataclass
class Forked:
    """One of the two, as `bench.faults.site` has it."""

    nursery: socket.socket
    name: str
    started_at: datetime
    mail_url: str = ""
    _pid: int = 0

    def start(self) -> None:
        self.started_at = clock.now()
        self.nursery.sendall(f"{self.name} {self.mail_url}".encode())
        self._pid = int(self.nursery.recv(20))

    def is_running(self) -> bool:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, 0)
            return True
        return False

    def end(self, _how: signal.Signals = signal.SIGKILL) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        until = time.monotonic() + GONE_WITHIN
        while self.is_running():
            assert time.monotonic() < until
            time.sleep(0.01)


@contextlib.contextmanager
def nursery(app: Flask, port: int) -> Iterator[tuple[Forked, Forked]]:
    """A web server on a port and a worker, not begun. No thread may run here yet."""
    ours, theirs = socket.socketpair()
    programs: Mapping[str, Callable[[], None]] = {
        "web": lambda: make_server(serving.HOST, port, app, threaded=True).serve_forever(),
        "worker": lambda: serving.work(app, threading.Event()),
    }
    pid = os.fork()
    if not pid:
        ours.close()
        _beget(app, theirs, programs)
    theirs.close()
    with ours:
        yield Forked(ours, "web", clock.now()), Forked(ours, "worker", clock.now())
    os.waitpid(pid, 0)


def _beget(app: Flask, asked: socket.socket, programs: Mapping[str, Callable[[], None]]) -> None:
    """Fork what is asked for until nobody asks any more. Who ends is not waited for."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while told := asked.recv(100).decode():
        name, app.config["MAIL_URL"] = told.split(" ")
        if pid := os.fork():
            asked.sendall(str(pid).encode())
            continue
        try:
            asked.close()
            with app.app_context():
                # The connections are the other process's.
                db.engine.dispose(close=False)
            programs[name]()
        finally:
            os._exit(0)
    os._exit(0)
