"""Floor I: a list of groups into a database by plain sqlite3: the same keys, indexes and words of search.

python -m bench.import_floor FILE.csv DATABASE COALITION_ID
"""

from __future__ import annotations

import csv
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from crm.organizations.derived import KIND, derived, document

AT_ONCE = 500
SETTINGS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
EMPTY = dict.fromkeys("acronym sector place postal_code description local_number".split(), "")


def take_in(path: str, database: str, coalition_id: int) -> None:
    """Read, normalise, insert; a transaction for each batch."""
    connection = sqlite3.connect(database, isolation_level=None)
    for setting in SETTINGS:
        connection.execute(f"PRAGMA {setting}")
    with Path(path).open(newline="", encoding="utf-8") as file:
        groups = _groups(csv.DictReader(file), coalition_id)
        while batch := list(islice(groups, AT_ONCE)):
            connection.execute("BEGIN IMMEDIATE")
            first = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM organization").fetchone()[0]
            rows = [{"id": number, **row} for number, row in enumerate(batch, first)]
            _insert(connection, "organization", rows)
            _insert(connection, "search_document", [_found_by(row, coalition_id) for row in rows])
            connection.execute("COMMIT")


def _groups(rows: Iterable[dict[str, str]], coalition_id: int) -> Iterator[dict[str, Any]]:
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
    for row in rows:
        listed = {
            **EMPTY,
            "name": " ".join(row["Name"].split()),
            "kind": row["Kind"],
            "size": int(row["People represented"]),
            "address": " ".join(row["Address"].split()),
            "city": " ".join(row["City"].split()),
            "state": row["State"],
            "website": row["Website"],
        }
        own = {"coalition_id": coalition_id, "size_public": 0, "stage": "to_contact", "edition": 1}
        at = dict.fromkeys(("stage_since", "created_at", "updated_at"), now)
        yield {**listed, **derived(listed), **own, **at}


def _found_by(row: dict[str, Any], coalition_id: int) -> dict[str, Any]:
    words = document(row["id"], row)
    tokens = " ".join((f"coalition{coalition_id}", f"kind{KIND}", *words.tokens))
    own = {"coalition_id": coalition_id, "kind": KIND, "record_id": row["id"]}
    return {**own, "title": words.title, "text": words.text, "tokens": tokens}


def _insert(connection: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    names = list(rows[0])
    places = ", ".join(f":{name}" for name in names)
    connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", rows)  # noqa: S608


if __name__ == "__main__":
    take_in(sys.argv[1], sys.argv[2], int(sys.argv[3]))
