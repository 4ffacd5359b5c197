"""What is killed: a web server, a worker, a PostgreSQL. Each is started anew at once, as a service is."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Protocol

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from bench.faults.cluster import Cluster
from bench.seed import application, environment
from bench.servers import free_port
from config import ROOT
from crm.core import clock, jobs
from crm.core.serving import HOST, until_told, web_command
from crm.core.transactions import reading

# Within it everything answers again, whatever was killed.
UP_WITHIN = 240.0
# Between everything being up and the next kill.
SOONEST, LATEST = 0.2, 1.6


@dataclass
class Program:
    """A program of ours with a session of its own: killed, nothing of it goes on."""

    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    started_at: datetime = field(default_factory=clock.now)
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it need not be up yet."""
        self.started_at = clock.now()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own programs
                self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def is_running(self) -> bool:
        """Whether it has not ended by itself."""
        return self._process is not None and self._process.poll() is None

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Send all of it a signal, and wait until it is gone."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, how)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None


class Killable(Protocol):
    """What is started, killed and started again."""

    started_at: datetime

    def start(self) -> None:
        """Start it; it need not be up yet."""

    def is_running(self) -> bool:
        """Whether it has not ended by itself."""

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Send all of it a signal, and wait until it is gone."""


@dataclass
class Site:
    """A web server and a worker on one machine, and the same program within this process."""

    app: Flask
    port: int
    web: Killable
    worker: Killable
    cluster: Cluster | None = None
    log: Path | None = None
    # How often one of them ended though nobody had killed it.
    fell: int = 0

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Everything is up, and ended on leaving."""
        try:
            self.web.start()
            self.worker.start()
            self.wait_until_up()
            yield
        finally:
            self.worker.end()
            self.web.end()

    def victims(self) -> Mapping[str, Callable[[random.Random], None]]:
        """Name → what kills it and starts it again."""
        found = {
            "web server": lambda _chance: _again(self.web),
            "worker": lambda _chance: _again(self.worker),
        }
        if (cluster := self.cluster) is None:
            return found
        return {**found, "PostgreSQL": lambda _chance: cluster.kill(), "its process": cluster.kill_one}

    def wait_until_up(self) -> None:
        """Until pages, database and worker answer. Raises RuntimeError with the end of the log."""
        end = time.monotonic() + UP_WITHIN
        while not (self.answers("/readyz") and self._worker_lives()):
            for program in (self.web, self.worker):
                if not program.is_running():
                    self.fell += 1
                    program.start()
            if time.monotonic() > end:
                raise RuntimeError(self.log.read_text(errors="replace")[-3000:] if self.log else "not up")
            time.sleep(0.05)

    def answers(self, path: str) -> bool:
        """Whether an address answers 200."""
        connection = HTTPConnection(HOST, self.port, timeout=10)
        with contextlib.closing(connection), contextlib.suppress(OSError, HTTPException):
            connection.request("GET", path)
            return connection.getresponse().status == 200
        return False

    def _worker_lives(self) -> bool:
        with self.app.app_context(), contextlib.suppress(SQLAlchemyError), reading():
            last = jobs.last_beat()
            return last is not None and last > self.worker.started_at
        return False


def installation(folder: Path, mail_url: str, cluster: Cluster | None) -> Site:
    """The very programs that an installation runs, not started yet; the database has its tables."""
    settings = {**environment(folder), "MAIL_URL": mail_url}
    if cluster:
        settings["DATABASE_URL"] = cluster.url
    port, log = free_port(), folder / "log"
    app = application(folder, settings)
    of_the_program = {**os.environ, **settings, "PORT": str(port)}
    web = Program(web_command(port, 1), of_the_program, log)
    worker = Program([sys.executable, "-m", "flask", "worker"], of_the_program, log)
    return Site(app, port, web, worker, cluster, log)


def kill_in_turn(site: Site, kills: int, chance: random.Random) -> dict[str, int]:
    """Kill one after the other at random moments, each time when everything is up; how often what was.

    Ctrl-C ends it sooner: what was done until then is compared all the same.
    """
    victims, killed = site.victims(), dict.fromkeys(site.victims(), 0)
    with until_told() as told:
        for _number in range(kills):
            site.wait_until_up()
            if told.wait(chance.uniform(SOONEST, LATEST)):
                break
            name = chance.choice(list(victims))
            victims[name](chance)
            killed[name] += 1
    site.wait_until_up()
    return killed


def _again(program: Killable) -> None:
    program.end(signal.SIGKILL)
    program.start()
