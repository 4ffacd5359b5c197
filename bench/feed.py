"""Targets 1 to 3 of 6-performance.md: the calendar feed against floor F."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from flask import Flask

from bench.load import Outcome, load, request_of
from bench.seed import BENCH, SLUG, application, environment, fill
from bench.servers import cpu_seconds, serving
from bench.table import Row
from crm.core import tenancy
from crm.core.db import db
from crm.core.serving import HOST
from crm.events.models import Event
from crm.events.operations import cancel_event, restore_event

EVENTS = 500
CONNECTIONS = (1, 2, 8, 32)
ROUNDS, ROUND_SECONDS = 7, 1.0
EDITS = 15
FEED = f"/{SLUG}/calendar.ics"


@dataclass(frozen=True)
class Side:
    """A server under measurement: its port, its process, what it is asked."""

    port: int
    pid: int
    request: bytes

    def measure(self, connections: int, status: int) -> tuple[float, float]:
        """(CPU seconds per request, requests a second). Raises where an answer is another one."""
        before = cpu_seconds(self.pid)
        outcome = load(self.port, self.request, connections, seconds=ROUND_SECONDS)
        used = cpu_seconds(self.pid) - before
        _expect(outcome, status)
        return used / outcome.count, outcome.per_second


def _expect(outcome: Outcome, status: int) -> None:
    if set(outcome.statuses) != {status}:
        raise RuntimeError(f"expected {status}, got {outcome.statuses}")


def compare(
    target: int, what: str, ours: Side, floor: Side, status: int, limits: Sequence[float]
) -> list[Row]:
    """Ours against the floor in turns; the median of the rounds' ratios."""
    rows = []
    for connections in CONNECTIONS:
        cpu, speed = [], []
        for number in range(ROUNDS):
            pair = (ours, floor) if number % 2 else (floor, ours)
            measured = {side is ours: side.measure(connections, status) for side in pair}
            cpu.append(measured[True][0] / measured[False][0])
            speed.append(measured[True][1] / measured[False][1])
        at = f"{what}, {connections} connection{'s' if connections > 1 else ''}"
        rows.append(Row(target, f"{at}: CPU per request", statistics.median(cpu), limits[0]))
        if len(limits) > 1:
            rows.append(Row(target, f"{at}: requests/s", statistics.median(speed), limits[1], at_least=True))
    return rows


def fetch(port: int, path: str = FEED) -> tuple[bytes, str]:
    """(body, ETag) of a feed."""
    connection = HTTPConnection(HOST, port, timeout=30)
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return body, response.headers.get("ETag", "")


def cold(app: Flask, coalition_id: int, ours: Side) -> list[Row]:
    """After each edit: what the next answer costs, whether it is fresh, how often many at once make it."""
    costs, bursts, stale = [], [], 0
    for number in range(EDITS):
        _edit(app, coalition_id, f"Reason {number}")
        costs.append(_cost(ours, lambda: load(ours.port, ours.request, 1, requests=1)))
        stale += f"Reason {number}".encode() not in fetch(ours.port)[0].replace(b"\r\n ", b"")
        warm = _cost(ours, lambda: load(ours.port, ours.request, 32, requests=32))
        _edit(app, coalition_id, f"Burst {number}")
        burst = _cost(ours, lambda: load(ours.port, ours.request, 32, requests=32))
        bursts.append((burst - warm) / costs[-1])
    return [
        Row(
            3, "cold, after an edit: CPU of the next answer", 1000 * statistics.median(costs), 10.0, unit="ms"
        ),
        Row(3, "cold: answers that were not fresh", float(stale), 0.0, unit=""),
        Row(3, "cold, 32 clients at once: made so often", statistics.median(bursts), 1.5, unit="times"),
    ]


def _cost(side: Side, act: Callable[[], Outcome]) -> float:
    before = cpu_seconds(side.pid)
    _expect(act(), 200)
    time.sleep(0.02)  # what the server does after its last byte belongs to it
    return cpu_seconds(side.pid) - before


def _edit(app: Flask, coalition_id: int, reason: str) -> None:
    with app.app_context(), tenancy.in_coalition(coalition_id):
        event = db.session.scalars(db.select(Event).order_by(Event.id)).first()
        if event is None:
            raise RuntimeError("there is no event")
        restore_event(BENCH, event)
        cancel_event(BENCH, event, reason)
        db.session.commit()
        db.session.remove()


def run(folder: Path) -> list[Row]:
    """All rows, measured with a database in a folder of its own."""
    settings = environment(folder)
    app = application(folder, settings)
    with app.app_context():
        coalition_id = fill(EVENTS).id
        db.session.remove()
    with ExitStack() as stack:
        port, pid = stack.enter_context(serving("wsgi:app", settings))
        body, etag = fetch(port)
        file = folder / "feed.ics"
        file.write_bytes(body)
        floor_port, floor_pid = stack.enter_context(serving("bench.floor:app", {"BENCH_FILE": str(file)}))
        known = fetch(floor_port, "/conditional.ics")[1]
        ours, floor = (
            Side(port, pid, request_of(FEED)),
            Side(floor_port, floor_pid, request_of("/calendar.ics")),
        )
        if fetch(floor_port, "/calendar.ics")[0] != body:
            raise RuntimeError("the floor returns other bytes")
        rows = compare(1, f"{EVENTS} events, {len(body) // 1024} KB", ours, floor, 200, (1.2, 0.8))
        current = Side(port, pid, request_of(FEED, {"If-None-Match": etag}))
        floor_current = Side(floor_port, floor_pid, request_of("/conditional.ics", {"If-None-Match": known}))
        rows += compare(2, "the same, current If-None-Match", current, floor_current, 304, (1.0,))
        return rows + cold(app, coalition_id, ours)
