"""What refers to groups, whichever feature it belongs to, and what becomes of it when two are merged.

Read from the tables themselves: a new one goes along without a word here. What has a rule is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Index, RowMapping, Table, UniqueConstraint

from crm.core import clock
from crm.core.db import Base

# Tables that stay with the group that they were written of: where each stood is worked out anew, and what it
# was is its own history; pairs and merges are about both.
STAYING = frozenset(
    {
        "organization_standing",
        "standing_change",
        "likely_pair",
        "organization_merge",
        "ending.organization_id",
    }
)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_CO_SPONSOR = ("turned_down", "declined", "withdrawn", "asked", "requested", "accepted")


@dataclass(frozen=True)
class Reference:
    """A column that refers to a group."""

    table: Table
    column: Column[Any]

    @property
    def key(self) -> str:
        return f"{self.table.name}.{self.column.name}"

    @property
    def uniques(self) -> Iterator[tuple[list[Column[Any]], Any]]:
        """The other columns of which a group has one row each, and the condition under which it does."""
        unique: list[UniqueConstraint | Index] = [
            one for one in self.table.constraints if isinstance(one, UniqueConstraint)
        ]
        unique += [one for one in self.table.indexes if one.unique]
        for one in sorted(unique, key=lambda one: str(one.name)):
            columns = list(one.columns)
            if self.column in columns:
                others = [
                    column for column in columns if column.name not in ("coalition_id", self.column.name)
                ]
                condition = one.dialect_options["sqlite"]["where"] if isinstance(one, Index) else None
                yield others, condition


@dataclass(frozen=True)
class Rule:
    """Which of two rows counts of which there may be one, and what becomes of the other.

    `rank`: the greater counts; equal, that of the group which stays. `settle` gives the columns by which the
    other gives way; None: it is left as it is, with the archived group.
    """

    rank: Callable[[RowMapping], tuple[Any, ...]]
    settle: Callable[[], dict[str, Any]] | None = None


def _by(*columns: str) -> Callable[[RowMapping], tuple[Any, ...]]:
    return lambda row: tuple(row[name] or _LONG_AGO for name in columns)


def _state(state: str, *stamps: str) -> Callable[[], dict[str, Any]]:
    return lambda: {"state": state, **dict.fromkeys(stamps, clock.now())}


RULES: dict[str, Rule] = {
    # The latest word; to be asked is none.
    "endorsement": Rule(lambda row: (row["state"] != "asked", row["since"])),
    "stand_record": Rule(_by("entered_at"), lambda: {"decision": "replaced"}),
    "name_request": Rule(_by("asked_at"), lambda: {"decision": "replaced", "decided_at": clock.now()}),
    "ask": Rule(_by("asked_at"), _state("replaced", "closed_at")),
    "co_sponsorship": Rule(
        lambda row: (_CO_SPONSOR.index(row["state"]), row["answered_at"] or row["asked_at"]),
        _state("turned_down"),
    ),
    # What was counted, else the latest promise.
    "commitment": Rule(
        lambda row: (row["delivered"] is not None, row["promised_at"]), lambda: {"cancelled_at": clock.now()}
    ),
    "role_taking": Rule(lambda row: (row["count"], row["taken_at"]), lambda: {"released_at": clock.now()}),
    # A group is called for one of them; who has been called counts.
    "queue_entry": Rule(lambda row: (row["called_at"] or _LONG_AGO,), _state("skipped")),
}


def list_references() -> list[Reference]:
    """Every column that refers to a group and goes along with it, in the order of the tables."""
    found = []
    for table in Base.metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            columns = [column for column in constraint.columns if column.name != "coalition_id"]
            if constraint.referred_table.name != "organization" or len(columns) != 1:
                continue
            reference = Reference(table, columns[0])
            if not {table.name, reference.key} & STAYING:
                found.append(reference)
    return sorted(found, key=lambda one: one.key)
