"""Sectors, places and kinds of groups against each other, and what is missing where. Reads no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum, auto

from crm.events.models import EventKind
from crm.organizations.models import OrganizationKind

# A group that nobody touched for so long counts as untouched; a meeting counts so long before its day.
QUIET = timedelta(days=60)
AHEAD = timedelta(days=60)
# The fine grid in which groups are gathered for the map: steps a degree, of about half a kilometer.
STEPS = 200
# A table holds so many columns; so many of the widest gaps stand above it.
MOST_COLUMNS = 10
MOST_WIDEST = 8

# Which kinds of groups each kind of meeting is for.
MEETS: dict[EventKind, frozenset[OrganizationKind]] = {
    EventKind.NEIGHBORHOOD: frozenset(
        {OrganizationKind.COMMUNITY_GROUP, OrganizationKind.CONGREGATION, OrganizationKind.OTHER}
    ),
    EventKind.WORKPLACE: frozenset(
        {OrganizationKind.UNION, OrganizationKind.PROFESSIONAL_GROUP, OrganizationKind.BUSINESS}
    ),
    EventKind.CAMPUS: frozenset({OrganizationKind.STUDENT_GROUP}),
}


class Axis(StrEnum):
    PLACE = auto()
    SECTOR = auto()
    KIND = auto()


class Lack(StrEnum):
    """What may be missing."""

    MEMBER = auto()
    MEETING = auto()
    TOUCH = auto()


class Across(StrEnum):
    """What stands in the rows of a table, and what in its columns."""

    PLACES_KINDS = "places-kinds"
    SECTORS_KINDS = "sectors-kinds"
    PLACES_SECTORS = "places-sectors"

    @property
    def axes(self) -> tuple[Axis, Axis]:
        rows = Axis.SECTOR if self is Across.SECTORS_KINDS else Axis.PLACE
        return rows, Axis.SECTOR if self is Across.PLACES_SECTORS else Axis.KIND


@dataclass(frozen=True)
class Narrowed:
    """Only the groups of a place (folded), of a sector, of a kind; "" and None narrow nothing."""

    place: str = ""
    sector: str = ""
    kind: OrganizationKind | None = None

    def value(self, axis: Axis) -> str:
        return {Axis.PLACE: self.place, Axis.SECTOR: self.sector, Axis.KIND: self.kind or ""}[axis]


@dataclass(frozen=True)
class Meeting:
    """One date of a meeting: where it is, and which kinds and sectors of groups it is for."""

    place: str
    kinds: frozenset[OrganizationKind]
    sector: str

    def is_for(self, axis: Axis, value: str) -> bool:
        """Whether it counts for a place, a sector or a kind."""
        if axis is Axis.KIND:
            return value in self.kinds
        return bool(value) and value == (self.place if axis is Axis.PLACE else self.sector)

    def fits(self, narrowed: Narrowed) -> bool:
        """Whether it counts for what is narrowed to."""
        return all(self.is_for(axis, value) for axis in Axis if (value := narrowed.value(axis)))


@dataclass(frozen=True)
class Cell:
    """The groups where a row and a column meet; `people` is the sum of the sizes that are known."""

    groups: int = 0
    members: int = 0
    people: int = 0
    last_touch: datetime | None = None
    meetings: int = 0

    def lacks(self, lack: Lack, now: datetime) -> bool:
        """Whether it has groups and yet no member, no meeting to come, or no touch for QUIET."""
        if not self.groups:
            return False
        if lack is Lack.MEMBER:
            return not self.members
        if lack is Lack.MEETING:
            return not self.meetings
        return self.last_touch is None or self.last_touch < now - QUIET

    def with_more(self, other: Cell) -> Cell:
        """Both together."""
        touches = [at for at in (self.last_touch, other.last_touch) if at is not None]
        return Cell(
            self.groups + other.groups,
            self.members + other.members,
            self.people + other.people,
            max(touches, default=None),
            self.meetings + other.meetings,
        )


@dataclass(frozen=True)
class Found:
    """A cell as the database counts it: the values of its row and column ("" where groups have none)."""

    row: str
    column: str
    # How one of the groups writes the value of the row.
    text: str
    cell: Cell


@dataclass(frozen=True)
class Row:
    """A line of the table: its value, its text, and its cells by the values of the columns."""

    value: str
    text: str
    cells: Mapping[str, Cell]
    # How many groups stand in its cells that lack something.
    weight: int


@dataclass(frozen=True)
class Gap:
    """A cell that lacks something."""

    row: str
    text: str
    column: str
    cell: Cell


@dataclass(frozen=True)
class Table:
    """All rows, those with the most groups in gaps first; how many gaps there are of each sort."""

    columns: Sequence[str]
    rows: Sequence[Row]
    widest: Sequence[Gap]
    counts: Mapping[Lack, int]
    # Groups that have no value for the rows or for the columns, and columns that found no room.
    without: int = 0
    left_out: int = 0


def make_table(
    across: Across,
    found: Iterable[Found],
    meetings: Sequence[Meeting],
    lack: Lack,
    now: datetime,
    most_columns: int = MOST_COLUMNS,
) -> Table:
    """Put what was counted into rows and columns, of sectors as many columns as that at most."""
    everything = list(found)
    listed = _with_meetings([one for one in everything if one.row and one.column], across, meetings)
    columns, left_out = _columns(across, listed, most_columns)
    shown = [one for one in listed if one.column in columns]
    gaps = [one for one in listed if one.cell.lacks(lack, now)]
    gaps.sort(key=lambda one: (-one.cell.groups, -one.cell.people, one.row, one.column))
    return Table(
        columns=columns,
        rows=_rows(shown, lack, now),
        widest=[Gap(one.row, one.text, one.column, one.cell) for one in gaps[:MOST_WIDEST]],
        counts={each: sum(one.cell.lacks(each, now) for one in listed) for each in Lack},
        without=sum(one.cell.groups for one in everything) - sum(one.cell.groups for one in listed),
        left_out=left_out,
    )


def _with_meetings(listed: Sequence[Found], across: Across, meetings: Sequence[Meeting]) -> list[Found]:
    rows, columns = across.axes
    by_row: dict[str, list[Meeting]] = {}
    for meeting in meetings:
        by_row.setdefault(meeting.place if rows is Axis.PLACE else meeting.sector, []).append(meeting)
    counts = [sum(each.is_for(columns, one.column) for each in by_row.get(one.row, ())) for one in listed]
    return [
        replace(one, cell=replace(one.cell, meetings=count))
        for one, count in zip(listed, counts, strict=True)
    ]


def _columns(across: Across, listed: Iterable[Found], most_columns: int) -> tuple[list[str], int]:
    """Kinds in their own order; of sectors those with the most groups, by name. And how many are left out."""
    groups: dict[str, int] = {}
    for one in listed:
        groups[one.column] = groups.get(one.column, 0) + one.cell.groups
    if across.axes[1] is Axis.KIND:
        return [kind for kind in OrganizationKind if kind in groups], 0
    most = sorted(groups, key=lambda name: (-groups[name], name))[:most_columns]
    return sorted(most), len(groups) - len(most)


def _rows(shown: Iterable[Found], lack: Lack, now: datetime) -> list[Row]:
    cells: dict[str, dict[str, Cell]] = {}
    texts: dict[str, str] = {}
    for one in shown:
        cells.setdefault(one.row, {})[one.column] = one.cell
        texts.setdefault(one.row, one.text)
    rows = [
        Row(value, texts[value], own, sum(c.groups for c in own.values() if c.lacks(lack, now)))
        for value, own in cells.items()
    ]
    return sorted(rows, key=lambda row: (-row.weight, row.value))
