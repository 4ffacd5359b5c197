"""The README of an export: what is in it, what is not and why, and what each column holds."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping

from sqlalchemy import Table

from crm.coalitions.models import Coalition
from crm.core.clock import now
from crm.core.db import Base
from crm.exchange.whole.rows import Rows
from crm.exchange.whole.tables import HOSTS, LEFT_OUT, OPERATORS, describe, is_hash, list_columns

_HEAD = """\
{name}: everything, as of {when} UTC

THIS FILE HOLDS NAMES, ADDRESSES AND NOTES IN THE CLEAR. Keep it encrypted, and delete it when it has served.

data/TABLE.jsonl   the rows of a table, one JSON object a line: what is taken back in
csv/TABLE.csv      the same for spreadsheets; a cell that would run as a formula begins with an apostrophe
files/             files that were given: evidence, logos, lists; the number in front is the id in stored_file
calendar.ics       all events, for any calendar app
manifest.json      what wrote this file, and how many rows each table has

Taken back into an empty installation of the same version:

    flask db upgrade
    flask import all FILE.zip

Numbers (ids) stay what they are, and so do addresses of pages and feeds. With the FIELD_KEYS of the old
installation links that were mailed before go on as well.

NOT IN IT
- passwords, sessions and passkeys: each person chooses a new password (`flask user recover`, or "forgot")
- the coalition above this one
"""


def readme(coalition: Coalition, rows: Rows, counts: Mapping[str, int], *, whole: bool) -> str:
    """The text, in English as the tables are."""
    left_out = [f"- {table}: {why}" for table, why in LEFT_OUT.items()]
    if not whole:
        left_out += [f"- {table}: {why}" for table, why in OPERATORS.items()]
        left_out += [f"- {table}: names and addresses are for the hosts alone" for table in HOSTS]
        left_out += _about_hidden(rows.hidden_events)
    head = _HEAD.format(name=coalition.name, when=f"{now():%Y-%m-%d %H:%M}")
    tables = "\n".join(line for table in rows.tables for line in _about(table, counts[table.name]))
    return f"{head}{chr(10).join(left_out)}\n\nTABLES AND THEIR COLUMNS\n{tables}\n"


def _about_hidden(events: int) -> list[str]:
    """Of closed meetings a coordinator knows that they exist, and no more."""
    told = f"- closed meetings on which you are not named, with all that belongs to them: {events}"
    return [told, "  (the operator's `flask export` holds them)"] if events else []


def _about(table: Table, count: int) -> Iterator[str]:
    yield f"\n{table.name} ({count} rows)"
    model = next(one.class_ for one in Base.registry.mappers if one.local_table is table)
    yield f"  {(inspect.getdoc(model) or '').splitlines()[0]}"
    for column in list_columns(table):
        yield f"    {column.name}: {describe(column)}{', in data/ alone' if is_hash(column) else ''}"
