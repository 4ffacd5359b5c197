"""Servers are killed (kill -9) at random moments while people work; then the books are compared.

`python -m bench faults` kills 200 times on SQLite, `faults-postgresql` as often on PostgreSQL; BENCH_KILLS
and BENCH_SEED make that others. The figures of a run stand in docs/operating/faults.md.
"""

from __future__ import annotations

import os
import random
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.faults.books import Books, close_books, wait_until_quiet
from bench.faults.cluster import Cluster, new_cluster
from bench.faults.ground import lay_ground
from bench.faults.site import Site, installation, kill_in_turn
from bench.table import Row
from crm.core.db import db
from tests.mail.smtp import Post, post_office

TARGET = 7


@dataclass(frozen=True)
class Run:
    """How often what was killed, and what came of it."""

    killed: dict[str, int]
    books: Books
    # Servers that ended though nobody killed them.
    fell: int


def run(folder: Path) -> list[Row]:
    """On SQLite."""
    return _rows("SQLite", _measured(folder, None))


def run_on_postgresql(folder: Path) -> list[Row]:
    """On PostgreSQL, which is killed as well."""
    with new_cluster() as cluster:
        return _rows("PostgreSQL", _measured(folder, cluster))


def _measured(folder: Path, cluster: Cluster | None) -> Run:
    kills, seed = int(os.environ.get("BENCH_KILLS", "200")), int(os.environ.get("BENCH_SEED", "1"))
    with post_office() as post:
        found = kill_and_compare(installation(folder, post.url, cluster), post, kills, seed)
    sys.stdout.write(f"{found}\n")
    return found


def kill_and_compare(site: Site, post: Post, kills: int, seed: int) -> Run:
    """Let people work, kill so often, wait until what was begun is done, compare."""
    clients = lay_ground(site)
    with site.running():
        for client in clients:
            client.start()
        killed = kill_in_turn(site, kills, random.Random(seed))  # noqa: S311 - moments, no secrets
        for client in clients:
            client.told.set()
        for client in clients:
            client.join()
            if client.failed:
                raise client.failed
        with site.app.app_context():
            wait_until_quiet()
            books = close_books(clients, post)
            db.session.remove()
            db.engine.dispose()
    return Run(killed, books, site.fell)


def _rows(where: str, found: Run) -> list[Row]:
    books, kills = found.books, sum(found.killed.values())
    answered = sum(books.answered.values())
    told = {
        f"{kills} kills, {answered:,} answered: lost": books.lost,
        "there more than once": books.twice,
        "there in part": books.torn,
        "answers that were neither kept nor “not saved”": sum(books.wrong.values()),
        f"{books.owed:,} mails owed: never left": books.never_left,
        "letters under another id than their mail's": books.strange,
        f"{books.whole} imports: half done": books.half,
        "servers that ended by themselves": found.fell,
    }
    return [
        Row(TARGET, f"faults, {where}: {what}", float(count), 0.0, unit="") for what, count in told.items()
    ]
