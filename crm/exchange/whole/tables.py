"""Which tables an export holds, in the order in which they refer to each other, and how values are written.

The tables are read off the metadata, so that a new one cannot be forgotten: whatever carries `coalition_id`
is in, unless it stands below with the reason.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Date, DateTime, LargeBinary, Table, Time, TypeDecorator

from crm.core.crypto import Encrypted
from crm.core.db import Base, UTCDateTime

COALITION = "coalition"
USER = "user"
# Tables of a coalition that are not written down as rows → why, as the README tells it.
LEFT_OUT: Mapping[str, str] = {
    "stored_chunk": "the contents of files stand in files/, one by one",
    "contact_word": "made anew from the names of contacts, under the keys of the installation",
    "export": "exports themselves",
    "erasure": "who was erased: keyed hashes, which tell nothing under other keys",
    "audit_link": "the chains of the audit, sealed anew under the keys of the installation",
}
# Of who asks for an export on a page, nobody may know: mail holds the links of other people, and who wants to
# be told of changes is known to no organizer.
OPERATORS: Mapping[str, str] = {
    "outgoing_mail": "mail that waits: it holds the links of other people",
    "change_subscription": "who asked to be told of changed dates: no organizer sees them",
}
# Columns that no coordinator may see either, emptied there: who comes is for the hosts alone.
HOSTS: Mapping[str, frozenset[str]] = {"rsvp": frozenset({"name", "email", "email_index"})}
# Columns that leave an installation in no file.
NEVER: Mapping[str, frozenset[str]] = {USER: frozenset({"password_hash", "factor_since", "factor_asked_at"})}


def list_tables(*, whole: bool) -> Iterator[Table]:
    """The tables of an export, each after those it refers to. `whole`: with what is the operator's alone."""
    for table in Base.metadata.sorted_tables:
        own = "coalition_id" in table.columns and table.name not in LEFT_OUT
        if table.name in (COALITION, USER) or (own and (whole or table.name not in OPERATORS)):
            yield table


def list_columns(table: Table) -> list[Column[Any]]:
    """The columns that are written down."""
    return [column for column in table.columns if column.name not in NEVER.get(table.name, ())]


def is_hash(column: Column[Any]) -> bool:
    """Whether it holds bytes that say nothing to a person: a blind index, the hash of a token."""
    return isinstance(column.type, LargeBinary)


def to_json(value: Any) -> Any:
    """A value as JSON has it: instants and days in ISO 8601, bytes in hexadecimal."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value


def from_json(column: Column[Any], value: Any) -> Any:
    """The value that `to_json` wrote. Raises ValueError and TypeError for what it never wrote."""
    if value is None:
        return None
    kind = column.type
    if isinstance(kind, UTCDateTime | DateTime):
        return datetime.datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return datetime.date.fromisoformat(value)
    if isinstance(kind, Time):
        return datetime.time.fromisoformat(value)
    return bytes.fromhex(value) if isinstance(kind, LargeBinary) else value


def describe(column: Column[Any]) -> str:
    """What a column holds, for the README."""
    words = [_kind_of(column)]
    words += [f"of {key.column.table.name}" for key in column.foreign_keys if key.column.name == "id"]
    if isinstance(column.type, Encrypted):
        words.append("(encrypted in the database, in the clear here)")
    return " ".join(words)


def _kind_of(column: Column[Any]) -> str:
    if isinstance(column.type, UTCDateTime):
        return "instant, UTC"
    if isinstance(column.type, LargeBinary):
        return "hash, hexadecimal"
    if column.foreign_keys and column.name != "coalition_id":
        return "id"
    plain = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    return {"LargeBinary": "text", "String": "text", "Double": "number"}.get(
        type(plain).__name__, type(plain).__name__.lower()
    )
