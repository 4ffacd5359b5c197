"""Mobilize keeps the dates of events in a file of their own: the two become one list, a row for each event.

An event here has one date a day: a second one on the same day begins another row, with an id of its own.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from crm.events.operations.plans import MOST_PICKED
from crm.exchange.fields import plain_header
from crm.exchange.problems import TableError
from crm.exchange.tables import read_table

JOINED = ("event_key", "start_date", "end_date", "further_dates")
LARGEST = 50 * 1024 * 1024  # bytes, as of an upload
_IN_MEMORY = 1024 * 1024
# What a file of dates has; and what tells what an event is, which a list of events has besides.
_SLOT = frozenset({"id", "event id", "start date", "end date"})
_TOLD = frozenset({"title", "name", "event name", "event title", "description", "summary"})


@dataclass(frozen=True)
class _Slot:
    """One date of an event, as the file writes it."""

    starts: str
    ends: str

    @property
    def text(self) -> str:
        return f"{self.starts} to {self.ends}" if self.ends else self.starts


def join_timeslots(
    events: BinaryIO, name: str, timeslots: BinaryIO, timeslots_name: str, zone: tzinfo
) -> BinaryIO:
    """A CSV of the events, each with its dates; one without any stays a row without one. `zone`: whose days.

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
        for cells in _rows(row.cells[place], slots.get(row.cells[place], ()), zone):
            writer.writerow([*row.cells, *cells])
        if joined.tell() > LARGEST:
            raise TableError("too_large")
    text.detach()
    joined.seek(0)
    return joined


def are_timeslots(columns: Sequence[str]) -> bool:
    """Whether these are the columns of dates alone, without a word of what they are dates of."""
    plain = {plain_header(column) for column in columns}
    return plain >= _SLOT and not _TOLD & plain


def _rows(number: str, slots: Sequence[_Slot], zone: tzinfo) -> Iterator[tuple[str, str, str, str]]:
    """What stands in the further columns of each row of an event."""
    if not slots:
        yield number, "", "", ""
    for place, [first, *others] in enumerate(_share_out(slots, zone)):
        key = number if place == 0 else f"{number}-{place + 1}"
        yield key, first.starts, first.ends, "; ".join(one.text for one in others)


def _share_out(slots: Sequence[_Slot], zone: tzinfo) -> list[list[_Slot]]:
    """Dates by the events that they become, in their order: one a day, and as many as an event can have."""
    shared: list[list[_Slot]] = []
    days: list[set[date | str]] = []
    for slot in sorted(slots, key=lambda slot: slot.starts):
        day = _day(slot.starts, zone)
        fits = (at for at, taken in enumerate(days) if day not in taken and len(taken) < MOST_PICKED)
        place = next(fits, len(shared))
        if place == len(shared):
            shared.append([])
            days.append(set())
        shared[place].append(slot)
        days[place].add(day)
    return shared


def _day(text: str, zone: tzinfo) -> date | str:
    """The local day of an instant; of what is none the text, which is told where it is read."""
    try:
        return datetime.fromisoformat(text).astimezone(zone).date()
    except (ValueError, OverflowError):
        return text


def _read_slots(stream: BinaryIO, name: str) -> Mapping[str, list[_Slot]]:
    """The id of an event → its dates, without those deleted there."""
    table = read_table(stream, name)
    places = _places(table.columns)
    if not places.keys() >= _SLOT:
        raise TableError("no_timeslots")
    wanted = [places[column] for column in ("start date", "end date")]
    deleted = places.get("deleted date")
    slots: dict[str, list[_Slot]] = defaultdict(list)
    for row in table.rows:
        if row.problem is None and not (deleted is not None and row.cells[deleted]):
            slots[row.cells[places["event id"]]].append(_Slot(*(row.cells[place] for place in wanted)))
    return slots


def _places(columns: Sequence[str]) -> dict[str, int]:
    return {plain_header(column): place for place, column in enumerate(columns)}
