"""What of breadth is shown, as addresses hold it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crm.breadth.gaps import Across, Axis, Lack, Narrowed
from crm.organizations.derived import plain_words
from crm.organizations.models import OrganizationKind

# A page of the table has so many rows.
ROWS = 50
LAST_ROW = 100_000


@dataclass(frozen=True)
class Asked:
    """What is looked for, across what, among which groups, from which row on."""

    lack: Lack = Lack.MEMBER
    across: Across = Across.PLACES_KINDS
    narrowed: Narrowed = field(default_factory=Narrowed)
    start: int = 0

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """What the query of an address asks for; what is on no allow-list counts for nothing."""
        lack, across, start = query.get("lacks"), query.get("across"), query.get("from", "")
        is_number = start.isascii() and start.isdigit() and len(start) < 7
        return cls(
            Lack(lack) if lack in set(Lack) else Lack.MEMBER,
            Across(across) if across in set(Across) else Across.PLACES_KINDS,
            narrowed_by(query),
            min(int(start), LAST_ROW) if is_number else 0,
        )

    @property
    def parameters(self) -> dict[str, Any]:
        """The same for another address, from the first row on."""
        return {"lacks": self.lack, "across": self.across, **directory_filters(self.narrowed)}

    @property
    def active(self) -> int:
        """How many filters narrow what is shown."""
        return len(directory_filters(self.narrowed))

    def filters_of(self, row: str, column: str = "") -> dict[str, Any]:
        """The filters of the directory that leave exactly the groups of a row, or of one of its cells."""
        rows, columns = self.across.axes
        found = {**directory_filters(self.narrowed), rows.value: row}
        return {**found, columns.value: column} if column else found


def narrowed_by(query: Mapping[str, str]) -> Narrowed:
    """Which groups the filters of an address leave."""
    kind = query.get("kind")
    return Narrowed(
        place=plain_words(query.get("place", ""))[:120],
        sector=query.get("sector", "").strip()[:120],
        kind=OrganizationKind(kind) if kind in set(OrganizationKind) else None,
    )


def directory_filters(narrowed: Narrowed) -> dict[str, Any]:
    """The same as filters of the directory."""
    return {axis.value: str(value) for axis in Axis if (value := narrowed.value(axis))}
