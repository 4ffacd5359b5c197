"""What whoever steals the database reads: its bytes as they lie there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from sqlalchemy import select

from crm.core.crypto import Encrypted
from crm.core.db import db
from crm.core.rotation import list_encrypted
from crm.core.wall import SETTING
from tests import emptying
from tests.pages import ON_POSTGRESQL

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Shorter ones are found anywhere by chance.
SHORTEST = 6


def raw_bytes() -> bytes:
    """SQLite's file with what was not merged into it yet, or each table as PostgreSQL copies it."""
    if ON_POSTGRESQL:
        return b"".join(_copied())
    file = emptying.path()
    return b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))


def _copied() -> Iterator[bytes]:
    with db.engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute(f"SET LOCAL {SETTING} = 'all'")
        for name in sorted(db.metadata.tables):
            with cursor.copy(f'COPY "{name}" TO STDOUT (FORMAT BINARY)') as copy:
                yield from map(bytes, copy)


def said_of_people() -> Iterator[tuple[str, str]]:
    """Each encrypted value, its lines and the addresses in it, with the column that holds it.

    Not the lines of mails, which are mostly of what everybody knows.
    """
    for table, columns in list_encrypted():
        for column in columns:
            if isinstance(column.type, Encrypted):
                for value in db.session.scalars(select(column).where(column.is_not(None)).distinct()):
                    lines = [] if column.name == "body" else value.splitlines()
                    pieces = {value.strip(), *lines, *ADDRESS.findall(value)}
                    yield from ((piece, f"{table.name}.{column.name}") for piece in pieces)


def found_in(raw: bytes) -> dict[str, str]:
    """What of people stands in the clear there, as it is or as JSON writes it → the column it is from."""
    return {
        piece: where
        for piece, where in dict(said_of_people()).items()
        if len(piece) >= SHORTEST and (piece.encode() in raw or json.dumps(piece)[1:-1].encode() in raw)
    }
