"""Servers under measurement: started, asked what they cost, ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from config import ROOT
from crm.core.serving import HOST, web_command

START_WITHIN = 30.0
PROC = Path("/proc")


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(app: str, environment: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """(port, process id) of a server of one worker for `app` ("module:name"), ended on leaving."""
    port = free_port()
    command = [*web_command(port, 1)[:-1], app]
    server = subprocess.Popen(  # noqa: S603 - our own server
        command, cwd=ROOT, env={**os.environ, **environment, "PORT": str(port)}, start_new_session=True
    )
    try:
        _wait_for(port, server)
        yield port, server.pid
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


def cpu_seconds(pid: int) -> float:
    """The CPU time of a process and of all below it, threads included, to the nanosecond (Linux)."""
    return sum(_own_cpu(one) for one in processes_of(pid)) / 1e9


def _own_cpu(pid: int) -> int:
    total = 0
    for thread in (PROC / str(pid) / "task").glob("*/schedstat"):
        try:
            total += int(thread.read_text().split()[0])
        except (OSError, IndexError):  # it has just ended
            continue
    return total


def processes_of(pid: int) -> list[int]:
    """A process and all below it, itself first."""
    found = [pid]
    for children in (PROC / str(pid) / "task").glob("*/children"):
        for child in children.read_text().split():
            found += processes_of(int(child))
    return found
