"""Keeping processes: the worker's loop, and a web server with a worker beside it."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from crm.core import clock, jobs
from crm.core.patience import THREADS

HOST = "127.0.0.1"
BEAT_EVERY = 15.0
# A worker that has not shown itself for so long does not live.
DEAD_AFTER = timedelta(seconds=60)
LOOK_EVERY = 0.5
ASK_EVERY = 30.0
STOP_WITHIN = 10.0
log = logging.getLogger("muster.worker")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Waits until its standard input is closed, as it is however the one that holds it ends; then ends the rest.
WARDEN = 'read nothing; kill -TERM "$@"'


@contextmanager
def until_told() -> Iterator[threading.Event]:
    """An event that SIGINT, SIGTERM and SIGHUP set."""
    told = threading.Event()
    former = {number: signal.signal(number, lambda *_: told.set()) for number in SIGNALS}
    try:
        yield told
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def work(app: Flask, told: threading.Event) -> None:
    """Do jobs until told to end; the one at hand is finished first."""
    over = threading.Event()
    beating = threading.Thread(target=_beat, args=(app, over), daemon=True)
    beating.start()
    try:
        _work(app, told)
    finally:
        # Not before the job at hand is done: its lease is held until then.
        over.set()
        beating.join()


def _work(app: Flask, told: threading.Event) -> None:
    asked = -ASK_EVERY
    while not told.is_set():
        busy = False
        # Around the context: leaving it lets go of a connection, and that may be broken, too.
        try:
            with app.app_context():
                if time.monotonic() - asked >= ASK_EVERY:
                    jobs.enqueue_periodic()
                    asked = time.monotonic()
                busy = jobs.run_next()
        except SQLAlchemyError:
            # The database is away or full now; what was begun is taken up again when its lease is over.
            log.warning("this worker could not look for what is to be done", exc_info=True)
        if not busy:
            told.wait(LOOK_EVERY)


def _beat(app: Flask, over: threading.Event) -> None:
    while True:
        try:
            with app.app_context():
                jobs.beat()
        except SQLAlchemyError:
            # A database that is busy or away now may answer the next beat, before the lease is over.
            log.warning("this worker could not show that it lives", exc_info=True)
        if over.wait(BEAT_EVERY):
            return


def is_worker_alive() -> bool:
    """Whether a worker showed itself lately."""
    last = jobs.last_beat()
    # One of a clock that was ahead says nothing.
    return last is not None and abs(clock.now() - last) < DEAD_AFTER


def web_command(port: int, workers: int) -> list[str]:
    """The web server, on loopback: TLS and the open network are the proxy's."""
    options = {
        "interface": "wsgi",
        "host": HOST,
        "port": port,
        "workers": workers,
        # Of which a few work at once: see crm/core/patience.py. That they are many is all that it warns of.
        "blocking-threads": THREADS,
        "log-level": "error",
        "workers-kill-timeout": 5,
    }
    pairs = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    return [sys.executable, "-m", "granian", *pairs, "--no-ws", "wsgi:app"]


def is_port_free(port: int) -> bool:
    """Whether nobody listens on a port of this machine yet."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def run_side_by_side(
    commands: Mapping[str, Sequence[str]],
    *,
    cwd: str,
    extra: Mapping[str, str],
    port: int,
    ready: Callable[[], None],
) -> str | None:
    """Run commands until told to end or one of them ends; then all are ended. The name of the one that did.

    `ready` is called once somebody listens on the port. Each command has a session of its own, so that
    Ctrl-C reaches it once, from here. They are told to end, too, should this process be killed.
    """
    environment = {**os.environ, **extra}
    running: dict[str, subprocess.Popen[bytes]] = {}
    with until_told() as told:
        try:
            for name, command in commands.items():
                running[name] = subprocess.Popen(  # noqa: S603 - our own programs
                    command, cwd=cwd, env=environment, start_new_session=True
                )
            with _warded(list(running.values())):
                return _watch(running, told, port, ready)
        finally:
            _end(list(running.values()))


@contextmanager
def _warded(processes: Sequence[subprocess.Popen[bytes]]) -> Iterator[None]:
    """Processes that are told to end even if this one is killed; no system but Linux does that by itself."""
    pids = [str(process.pid) for process in processes]
    warden = subprocess.Popen(  # noqa: S603 - our own program
        ["/bin/sh", "-c", WARDEN, "warden", *pids], stdin=subprocess.PIPE, start_new_session=True
    )
    with warden:
        try:
            yield
        finally:
            warden.kill()


def _watch(
    running: Mapping[str, subprocess.Popen[bytes]],
    told: threading.Event,
    port: int,
    ready: Callable[[], None],
) -> str | None:
    waiting = True
    while not told.wait(0.1):
        if ended := next((name for name, process in running.items() if process.poll() is not None), None):
            return ended
        if waiting and not is_port_free(port):
            waiting = False
            ready()
    return None


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
        else:
            # What ended by itself may have left others of its own behind.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_WITHIN
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
