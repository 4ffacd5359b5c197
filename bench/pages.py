"""Targets 4, 5 and 6 of 6-performance.md: pages against their floor, their statements, their growth.

On either database; what PostgreSQL itself works is counted with the server that asks it.
"""

from __future__ import annotations

import gzip
import os
import pickle
import re
import statistics
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from html import unescape
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from flask import Flask
from sqlalchemy import event

from bench.load import load, request_of
from bench.many import fill_with_groups
from bench.seed import application, environment
from bench.servers import cpu_seconds, serving
from bench.table import Row
from crm.core.db import db
from crm.core.serving import HOST
from tests import postgres

# BENCH_GROUPS="1000,10000" makes it quick, and its growth another one.
GROUPS = os.environ.get("BENCH_GROUPS", "10000,100000")
# Of which target 6 says that they may hardly grow.
STEADY = (
    "list of groups", "list, a later page", "search, two words", "search, misspelt", "search, a person",
    "a group of 50 touches", "Today",
)  # fmt: skip
ROUNDS, REQUESTS = 7, 12
# Of which target 4 says what they may cost.
AGAINST_THE_FLOOR = (
    "list of groups", "search, two words", "search, misspelt", "search, a person", "a group of 50 touches",
    "public front page", "matrix",
)  # fmt: skip
# Statements at most (target 5), and pages of which the target says nothing of the kind: None.
STATEMENTS = {
    "list of groups": 4,
    "list, a later page": 4,
    "search, two words": 4,
    "search, misspelt": 4,
    "search, a person": 4,
    "a group of 50 touches": 5,
    "Today": 8,
}
# Those of every page of the workbench: the coalition, the session, the coalitions to choose from.
FRAME = 3
KB, MATRIX_KB = (40, 15), 150
Statements = list[tuple[str, Any]]


@dataclass(frozen=True)
class Place:
    """A coalition of so many groups, served; `pids` are the server's and, apart from it, its database's."""

    groups: int
    app: Flask
    port: int
    pids: tuple[int, ...]
    cookie: str
    pages: Mapping[str, str]

    def cost(self, name: str) -> float:
        """CPU seconds of one request of a page."""
        return _cost(self.port, self.pids, request_of(self.pages[name], {"Cookie": self.cookie}))

    def body(self, name: str) -> bytes:
        """A page's bytes. Raises where it is another answer than 200."""
        connection = HTTPConnection(HOST, self.port, timeout=60)
        connection.request("GET", self.pages[name], headers={"Cookie": self.cookie})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        if response.status != 200:
            raise RuntimeError(f"{name}: {response.status}")
        return body

    def statements(self, name: str) -> Statements:
        """What the page asks the database, without what begins and ends transactions."""
        sent: Statements = []

        def keep(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
            if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
                sent.append((statement, _plain(values)))

        with self.app.app_context():
            event.listen(db.engine, "before_cursor_execute", keep)
        client = self.app.test_client(use_cookies=False)
        for _warm in range(2):
            sent.clear()
            client.get(self.pages[name], headers={"Cookie": self.cookie})
        with self.app.app_context():
            event.remove(db.engine, "before_cursor_execute", keep)
        return list(sent)


def run(folder: Path) -> list[Row]:
    """All rows, with two databases of SQLite in folders of their own."""
    return _measure(folder, lambda _place: {}, "")


def run_on_postgresql(folder: Path) -> list[Row]:
    """The same on PostgreSQL, with two servers of its own."""
    try:
        return _measure(folder, lambda _place: {"DATABASE_URL": postgres.start()}, "PostgreSQL, ")
    finally:
        postgres.stop()


def _measure(folder: Path, database: Callable[[Path], dict[str, str]], where: str) -> list[Row]:
    sizes = [int(size) for size in GROUPS.split(",")]
    with ExitStack() as stack:
        places = [_place(stack, folder / str(size), size, database(folder)) for size in sizes]
        few, many = places[0], places[-1]
        asked = {name: many.statements(name) for name in many.pages}
        bodies = {name: many.body(name) for name in many.pages}
        recorded = [(asked[name], len(bodies[name])) for name in many.pages]
        (folder / "pages").write_bytes(pickle.dumps(recorded))
        # The floor's as the superuser, where there is one: held by no row-level security.
        address = many.app.config["SQLALCHEMY_DATABASE_URI"].replace("//muster@", "//postgres@")
        settings = {"BENCH_PAGES": str(folder / "pages"), "BENCH_DATABASE": address}
        port, pid = stack.enter_context(serving("bench.page_floor:app", settings))
        rows = [row for name, body in bodies.items() for row in _sizes(name, body)]
        rows += [row for name in STATEMENTS for row in _statements(name, few, many, asked[name])]
        pids = (pid, *many.pids[1:])
        for number, name in enumerate(many.pages):
            floor = partial(_cost, port, pids, request_of(f"/{number}"))
            rows += _compared(name, few, many, floor)
        return [replace(row, what=where + row.what) for row in rows]


def _place(stack: ExitStack, folder: Path, size: int, database: Mapping[str, str]) -> Place:
    folder.mkdir()
    settings = {**environment(folder), **database}
    app = application(folder, settings)
    cookie, pages = fill_with_groups(app, size)
    port, pid = stack.enter_context(serving("wsgi:app", settings))
    place = Place(size, app, port, (pid, *_database_pids(settings["DATABASE_URL"])), cookie, pages)
    further = re.search(r'href="([^"]*[?;]after=[^"]*)"', place.body("list of groups").decode())
    if further is None:
        raise RuntimeError("the list has one page")
    return replace(place, pages={**pages, "list, a later page": unescape(further[1])})


def _database_pids(address: str) -> list[int]:
    """The process of a PostgreSQL of our own, which works for every request; SQLite has none."""
    _scheme, found, folder = address.partition("host=")
    return [int((Path(unquote(folder)) / "data/postmaster.pid").read_text().split()[0])] if found else []


def _plain(values: Any) -> Any:
    """Parameters as another process can be given them."""
    if isinstance(values, dict):
        return {name: _plain(value) for name, value in values.items()}
    if isinstance(values, tuple | list):
        return [_plain(value) for value in values]
    return bytes(values) if isinstance(values, memoryview) else values


def _sizes(name: str, body: bytes) -> list[Row]:
    if name == "matrix":
        return [Row(4, f"{name}: HTML", len(body) / 1024, MATRIX_KB, unit="KB")]
    packed = len(gzip.compress(body, 6))
    return [
        Row(4, f"{name}: HTML", len(body) / 1024, KB[0], unit="KB"),
        Row(4, f"{name}: HTML, gzipped", packed / 1024, KB[1], unit="KB"),
    ]


def _statements(name: str, few: Place, many: Place, asked: Statements) -> list[Row]:
    more = len(asked) - len(few.statements(name))
    return [
        Row(5, f"{name}: statements beside the frame's", len(asked) - FRAME, STATEMENTS[name], unit=""),
        Row(5, f"{name}: more with {many.groups:,} groups than {few.groups:,}", more, 0, unit=""),
    ]


def _compared(name: str, few: Place, many: Place, floor: Callable[[], float]) -> list[Row]:
    """The CPU of a page against its floor, and with many groups against few: in turns, the medians."""
    to_floor, growth = [], []
    for _round in range(ROUNDS):
        large, small, least = many.cost(name), few.cost(name), floor()
        to_floor.append(large / least)
        growth.append(large / small)
    rows = []
    if name in AGAINST_THE_FLOOR:
        rows.append(Row(4, f"{name}, {many.groups:,} groups: CPU", statistics.median(to_floor), 3.0))
    if name in STEADY:
        what = f"{name}: CPU with {many.groups:,} groups to {few.groups:,}"
        rows.append(Row(6, what, statistics.median(growth), 1.2, unit="times"))
    return rows


def _cost(port: int, pids: Sequence[int], request: bytes) -> float:
    before = sum(map(cpu_seconds, pids))
    outcome = load(port, request, 1, requests=REQUESTS)
    if set(outcome.statuses) != {200}:
        raise RuntimeError(f"{request.splitlines()[0]!r}: {outcome.statuses}")
    return (sum(map(cpu_seconds, pids)) - before) / outcome.count
