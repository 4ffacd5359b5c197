"""How the columns of one import are read: what its rows need to know of the mapping and of the coalition."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from crm.exchange.columns import external_source
from crm.exchange.fields import Field, demand_number, plain_header
from crm.fields.definitions import CustomField
from crm.organizations.models import OrganizationKind
from crm.organizations.names import fold

LONGEST_SOURCE = 60
# Fields of any kind of list that hold the ids of another list.
HAS_IDS = frozenset({Field.EXTERNAL_ID.value, "group_id"})
_EMPLOYER = frozenset(["employer name", "employer", "company", "business"])
_UNION = frozenset(["union name", "union", "local name", "sindicato"])


@dataclass(frozen=True)
class Plan:
    """A mapping put to use. `members` are (user id, name), `versions` demand number → version in force."""

    columns: Sequence[str]
    mapping: Mapping[str, str]
    source: str
    today: datetime.date
    default_kind: OrganizationKind | None = None
    day_first: bool = False
    region: str = "US"
    members: Sequence[tuple[int, str]] = ()
    versions: Mapping[int, int] = field(default_factory=dict)
    # What rows of people, touches and events do not say themselves.
    defaults: Mapping[str, Any] = field(default_factory=dict)
    # Where times without a zone are told.
    zone: datetime.tzinfo = datetime.UTC
    # The coalition's own fields, by the field of their column.
    own: Mapping[str, CustomField] = field(default_factory=dict)
    # What the coalition itself calls its stages (folded) → their codes.
    stages: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def places(self) -> Mapping[str, tuple[int, ...]]:
        """Field → the columns that it is in, by their place in a row."""
        found: dict[str, tuple[int, ...]] = {}
        for place, column in enumerate(self.columns):
            if name := self.mapping.get(column):
                found[name] = (*found.get(name, ()), place)
        return found

    @cached_property
    def demands(self) -> tuple[tuple[int, int], ...]:
        """The columns of demands: (place in a row, version in force)."""
        return tuple(
            (places[0], version_id)
            for name, places in self.places.items()
            if (version_id := self.versions.get(demand_number(name) or 0)) is not None
        )

    def find_member(self, text: str) -> int | None:
        """Whom a cell means: a whole name, or a first name that one member alone has."""
        wanted = " ".join(fold(text).split())
        whole = [user_id for user_id, name in self.members if fold(name) == wanted]
        first = [user_id for user_id, name in self.members if fold(name).split()[:1] == [wanted]]
        for found in (whole, first):
            if len(found) == 1:
                return found[0]
        return None


def guess_source(columns: Sequence[str], mapping: Mapping[str, str], filename: str) -> str:
    """The list that a file's ids are of: by the name of their column, else the file's own; "" without ids."""
    column = next((name for name in columns if mapping.get(name) in HAS_IDS), None)
    if column is None:
        return ""
    stem = filename.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or filename
    return external_source(column) or re.sub(r"[\W_]+", "-", fold(stem)).strip("-")[:LONGEST_SOURCE]


def guess_kind(mapping: Mapping[str, str], filename: str) -> OrganizationKind | None:
    """The kind of groups whose row does not say: employers are businesses, a list of locals unions."""
    named = {plain_header(column) for column, name in mapping.items() if name == Field.NAME}
    if named & _EMPLOYER:
        return OrganizationKind.BUSINESS
    words = re.split(r"[\W_]+", fold(filename))
    return OrganizationKind.UNION if named & _UNION or {"unions", "locals"} & set(words) else None
