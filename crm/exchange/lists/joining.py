"""Mobilize keeps the dates of events in a file of their own: the two become one list, a row for each date."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from crm.exchange.fields import plain_header
from crm.exchange.problems import TableError
from crm.exchange.tables import read_table

JOINED = ("timeslot_id", "start_date", "end_date")
LARGEST = 50 * 1024 * 1024  # bytes, as of an upload
_IN_MEMORY = 1024 * 1024


def join_timeslots(events: BinaryIO, name: str, timeslots: BinaryIO, timeslots_name: str) -> BinaryIO:
    """A CSV of the events with one row for each of their dates; one without any stays a row without one.

    Raises TableError for what cannot be read, or where a column is missing by which they belong together.
    """
    slots = _read_slots(timeslots, timeslots_name)
    table = read_table(events, name)
    place = _places(table.columns).get("id")
    if place is None:
        raise TableError("no_timeslots")
    joined = cast("BinaryIO", SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - the caller reads and closes it
    text = io.TextIOWrapper(joined, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([*table.columns, *JOINED])
    for row in table.rows:
        for slot in slots.get(row.cells[place], [("", "", "")]):
            writer.writerow([*row.cells, *slot])
        if joined.tell() > LARGEST:
            raise TableError("too_large")
    text.detach()
    joined.seek(0)
    return joined


def _read_slots(stream: BinaryIO, name: str) -> Mapping[str, list[tuple[str, str, str]]]:
    """The id of an event → its dates: their own ids, beginnings and ends; without those deleted there."""
    table = read_table(stream, name)
    places = _places(table.columns)
    if not {"id", "event id", "start date", "end date"} <= places.keys():
        raise TableError("no_timeslots")
    wanted = [places[column] for column in ("id", "start date", "end date")]
    deleted = places.get("deleted date")
    slots: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for row in table.rows:
        if row.problem is None and not (deleted is not None and row.cells[deleted]):
            number, starts, ends = (row.cells[place] for place in wanted)
            slots[row.cells[places["event id"]]].append((number, starts, ends))
    return slots


def _places(columns: Sequence[str]) -> dict[str, int]:
    return {plain_header(column): place for place, column in enumerate(columns)}
