"""A PostgreSQL that is killed and comes back: its data stay, and what it answered must be on the disk."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg

from bench.servers import PROC, processes_of
from tests.postgres import find_programs, make_cluster

START_WITHIN = 60.0
ROLE = "muster"


class Cluster:
    """A server as it comes: `fsync` and `synchronous_commit` are on. Ours is an ordinary role."""

    def __init__(self, folder: Path, user: str | None) -> None:
        self._folder, self._user = folder, user
        self._programs = find_programs(folder, user)
        make_cluster(self._programs, folder, user)
        self._server = self._start()
        with psycopg.connect(host=str(folder), user="postgres", dbname="postgres", autocommit=True) as boss:
            boss.execute(f"CREATE ROLE {ROLE} LOGIN")
            boss.execute(f"CREATE DATABASE {ROLE} OWNER {ROLE}")
        self.url = f"postgresql+psycopg://{ROLE}@/{ROLE}?host={quote(str(folder))}"

    def kill(self) -> None:
        """All its processes at one moment, as when its machine or container goes; and a new start."""
        os.kill(self._server.pid, signal.SIGSTOP)  # it begets no more
        for pid in reversed(processes_of(self._server.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._server.wait()
        self._server = self._start()

    def kill_one(self, chance: random.Random) -> None:
        """One process that serves the program: the server ends all others, and recovers by itself."""
        serving = [pid for pid in processes_of(self._server.pid) if f"postgres: {ROLE}" in _title(pid)]
        if serving:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(serving), signal.SIGKILL)

    def end(self) -> None:
        """Tell it to end, and wait."""
        self._server.send_signal(signal.SIGINT)
        self._server.wait(START_WITHIN)

    def _start(self) -> subprocess.Popen[bytes]:
        command: list[str | Path] = [
            self._programs / "postgres",
            "-D",
            self._folder / "data",
            "-k",
            self._folder,
            "-h",
            "",
        ]
        with (self._folder / "log").open("ab") as log:
            server = subprocess.Popen(  # noqa: S603 - the tests' own server
                command, stdout=log, stderr=log, cwd="/", user=self._user, start_new_session=True
            )
        end = time.monotonic() + START_WITHIN
        while time.monotonic() < end and server.poll() is None:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(host=str(self._folder), user="postgres", dbname="postgres").close()
                return server
            time.sleep(0.05)
        raise RuntimeError((self._folder / "log").read_text(errors="replace")[-3000:])


@contextlib.contextmanager
def new_cluster() -> Iterator[Cluster]:
    """A cluster in a folder of its own, gone on leaving."""
    folder = Path(tempfile.mkdtemp(prefix="muster-faults-"))
    # PostgreSQL refuses to run as root, and `nobody` is there on every machine.
    user = "nobody" if os.geteuid() == 0 else None
    try:
        if user:
            shutil.chown(folder, user)
        cluster = Cluster(folder, user)
        try:
            yield cluster
        finally:
            cluster.end()
    finally:
        shutil.rmtree(folder)


def _title(pid: int) -> str:
    with contextlib.suppress(OSError):
        return (PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace")
    return ""
