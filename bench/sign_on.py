"""Target 7 of 6-performance.md: groups that sign on, with all that is checked and kept, against floor L.

Both get forms of the same kind in turns, each another group's, over 8 connections and over 32. Afterwards the
books are compared: each that was answered is there once, with its entry in the audit and its mail.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask

from bench.faults.books import sign_ons_kept, torn_sign_ons
from bench.faults.browser import Browser
from bench.faults.ground import adopt_demands
from bench.faults.load import typed_sign_on
from bench.load import Outcome, form_of, load, load_each, request_of
from bench.seed import SLUG, application, environment
from bench.servers import cpu_seconds, serving
from bench.table import Row
from crm.coalitions.operations import create_coalition
from crm.coalitions.queries import find_coalition
from crm.core import tenancy
from crm.core.crypto import new_token
from crm.core.db import db
from crm.core.tickets import ticket_of
from crm.core.transactions import reading
from tests import postgres

FORM = f"/{SLUG}/sign-on"
CLIENTS = (8, 32)
ROUNDS, ROUND_SECONDS, REQUESTS = 7, 2.0, 40
LEAST, LONGEST, MOST_CPU_MS = 0.6, 2.0, 2.0
SLOWEST = 0.99
# Sent a second time.
AGAIN = 320


@dataclass
class Side:
    """A server that keeps sign-ons; of ours, what was sent to it, by the key of the form."""

    port: int
    pid: int
    app: Flask
    # Each with the form that it opened.
    browsers: list[tuple[Browser, dict[str, Any]]]
    sent: dict[str, bytes] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)

    def measure(self, clients: int, **how_long: Any) -> Outcome:
        """So many browsers, each with the next group's form as soon as the last one is answered."""
        outcome = load_each(self.port, [self._forms(*one) for one in self.browsers[:clients]], **how_long)
        self.statuses.update(outcome.statuses)
        return outcome

    def _forms(self, browser: Browser, form: Mapping[str, Any]) -> Iterator[bytes]:
        while True:
            key = new_token()[:40]
            with self.app.app_context():
                typed = {**form, **typed_sign_on(key, ticket_of(key))}
            self.sent[key] = form_of(FORM, typed, {"Cookie": browser.cookies})
            yield self.sent[key]


def run(folder: Path) -> list[Row]:
    """On SQLite, against the floor."""
    with ExitStack() as stack:
        ours = _serve(stack, folder, {})
        settings = {"BENCH_INSERTS": str(folder / "inserts.db")}
        port, pid = stack.enter_context(serving("bench.insert_floor:app", settings))
        floor = Side(port, pid, ours.app, ours.browsers)
        rows = [row for clients in CLIENTS for row in _compared(ours, floor, clients)]
        return [*rows, _cpu(ours), *_books(ours)]


def run_on_postgresql(folder: Path) -> list[Row]:
    """On PostgreSQL, whose engine is another one than the floor's: what it costs, and the books."""
    try:
        with ExitStack() as stack:
            ours = _serve(stack, folder, {"DATABASE_URL": postgres.start()})
            for clients in CLIENTS:
                ours.measure(clients, seconds=ROUNDS * ROUND_SECONDS)
            return [_cpu(ours, "PostgreSQL, "), *_books(ours, "PostgreSQL, ")]
    finally:
        postgres.stop()


def _serve(stack: ExitStack, folder: Path, database: Mapping[str, str]) -> Side:
    # Nobody sends the mail that is owed: no worker runs.
    settings = {**environment(folder), "MAIL_URL": "smtp://127.0.0.1:9", **database}
    app = application(folder, settings)
    with app.app_context():
        coalition = create_coalition(slug=SLUG, name="Benchmark", timezone="UTC")
        db.session.commit()
        with tenancy.in_coalition(coalition.id):
            adopt_demands()
            db.session.commit()
        db.session.remove()
    port, pid = stack.enter_context(serving("wsgi:app", settings))
    opened = [Browser(port) for _number in range(max(CLIENTS))]
    return Side(port, pid, app, [(one, one.get(FORM).form("speaker_email")) for one in opened])


def _compared(ours: Side, floor: Side, clients: int) -> list[Row]:
    """Ours against the floor in turns; the median of the rounds' ratios."""
    speed, slow = [], []
    for number in range(ROUNDS):
        pair = (ours, floor) if number % 2 else (floor, ours)
        measured = {side is ours: side.measure(clients, seconds=ROUND_SECONDS) for side in pair}
        speed.append(measured[True].per_second / measured[False].per_second)
        slow.append(_slowest(measured[True]) / _slowest(measured[False]))
    at = f"sign-on, {clients} clients"
    return [
        Row(7, f"{at}: accepted/s", statistics.median(speed), LEAST, at_least=True, unit="x L"),
        Row(7, f"{at}: p99", statistics.median(slow), LONGEST, unit="x L"),
    ]


def _slowest(outcome: Outcome) -> float:
    return sorted(outcome.waits)[int(SLOWEST * (len(outcome.waits) - 1))]


def _cpu(ours: Side, where: str = "") -> Row:
    """What one sign-on costs beyond the page with the form, in turns."""
    page = request_of(FORM, {"Cookie": ours.browsers[0][0].cookies})
    more = []
    for _round in range(ROUNDS):
        began = cpu_seconds(ours.pid)
        load(ours.port, page, 1, requests=REQUESTS)
        between = cpu_seconds(ours.pid)
        ours.measure(1, requests=REQUESTS)
        more.append((cpu_seconds(ours.pid) - between - (between - began)) / REQUESTS)
    return Row(
        7, f"{where}sign-on: CPU beyond the page", 1000 * statistics.median(more), MOST_CPU_MS, unit="ms"
    )


def _books(ours: Side, where: str = "") -> list[Row]:
    """The last forms are sent once more, by many at once; then what there is of all that was sent."""
    again = list(ours.sent.values())[-AGAIN:]
    outcome = load_each(ours.port, [iter(again)] * max(CLIENTS), requests=len(again))
    ours.statuses.update(outcome.statuses)
    with ours.app.app_context(), reading():
        coalition = find_coalition(SLUG)
        if coalition is None:
            raise RuntimeError("the coalition itself is lost")
        with tenancy.in_coalition(coalition.id):
            kept = sign_ons_kept()
            torn = torn_sign_ons(kept)
    told = {
        f"{len(ours.sent):,} sent: lost": len(set(ours.sent) - set(kept)),
        "there twice, or though nobody sent it": kept.total() - len(set(ours.sent) & set(kept)),
        "without its mail or its entry in the audit": torn,
        "answered by anything but where to go on": ours.statuses.total() - ours.statuses[303],
    }
    return [Row(7, f"{where}sign-on, {what}", float(count), 0.0, unit="") for what, count in told.items()]
