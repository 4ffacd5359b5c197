"""Target 9 of 6-performance.md: from the start of a process to its first answer, and the memory of a worker.

The CPU time of all that it takes is measured, which on a machine of its own is the time that passes.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from bench.seed import application, environment
from bench.servers import PROC, START_WITHIN, cpu_seconds, processes_of, serving
from bench.table import Row
from config import ROOT
from crm.core.db import db
from crm.core.serving import HOST

TIMES = 5
LONGEST, MOST_MB = 1.5, 120.0


def run(folder: Path) -> list[Row]:
    """A database with tables and nothing else; started again and again."""
    settings = environment(folder)
    app = application(folder, settings)
    with app.app_context():
        db.engine.dispose()
    started = []
    for _time in range(TIMES):
        with serving("wsgi:app", settings) as (port, pid):
            _first_answer(port)
            started.append(cpu_seconds(pid))
            web = max(_memory(one) for one in processes_of(pid))
    return [
        Row(
            9,
            "start of the web server to its first answer: CPU",
            statistics.median(started),
            LONGEST,
            unit="s",
        ),
        Row(9, "memory of a web worker", web, MOST_MB, unit="MB"),
        Row(9, "memory of a worker in the background", _worker(settings), MOST_MB, unit="MB"),
    ]


def _first_answer(port: int) -> None:
    end = time.monotonic() + START_WITHIN
    while time.monotonic() < end:
        connection = HTTPConnection(HOST, port, timeout=START_WITHIN)
        with suppress(OSError, HTTPException):
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.02)
    raise RuntimeError("no answer")


def _worker(settings: dict[str, str]) -> float:
    """MB of a worker that has looked for what is to be done."""
    command = [sys.executable, "-m", "flask", "worker"]
    worker = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings})  # noqa: S603 - our own program
    try:
        time.sleep(START_WITHIN / 3)
        return _memory(worker.pid)
    finally:
        worker.terminate()
        worker.wait()


def _memory(pid: int) -> float:
    """MB that a process holds, what it shares with others in proportion (PSS)."""
    for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the system does not tell")
