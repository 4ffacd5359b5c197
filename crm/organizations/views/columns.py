"""Which columns the list of groups shows: those that its address names, or the usual ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from crm.fields.definitions import CustomField, read_values
from crm.fields.queries import tell
from crm.organizations.models import Organization
from crm.organizations.views.blueprint import listed_fields

# What can be shown beside the name, in the order in which it stands.
COLUMN_NAMES: dict[str, LazyString] = {
    "kind": _l("Kind"),
    "stage": _l("Stage"),
    "place": _l("Place"),
    "sector": _l("Sector"),
    "website": _l("Website"),
    "size": _l("People"),
    "assignee": _l("Looked after by"),
    "touch": _l("Last touch"),
}
USUAL = ("kind", "stage", "place", "size", "assignee", "touch")
# Of a coalition's own fields: "field-12".
OWN = "field-"
_OWN = re.compile(OWN + "[0-9]{1,9}")
# What an address says where the name stands alone.
NAME_ALONE = "name"
MOST = 30


def list_columns() -> list[tuple[str, str | LazyString]]:
    """(name, label) of all that can be shown, in the order in which it stands."""
    return [*COLUMN_NAMES.items(), *((f"{OWN}{one.id}", one.label) for one in listed_fields())]


def read_columns(text: str) -> tuple[str, ...]:
    """What the `columns` of an address name, apart by dots, each once, as they stand; for "" the usual.

    Own fields that are none (any more) are left out where they are shown, not here: it asks no database.
    """
    return in_order(text.split(".")[:MOST]) if text else USUAL


def write_columns(columns: Sequence[str]) -> str:
    """The `columns` of an address; "" for the usual ones."""
    return "" if tuple(columns) == USUAL else ".".join(columns) or NAME_ALONE


def shown_fields(columns: Sequence[str]) -> list[CustomField]:
    """The coalition's own fields among the columns."""
    return [one for one in listed_fields() if f"{OWN}{one.id}" in columns]


def told_values(group: Organization, fields: Sequence[CustomField]) -> list[str]:
    """What stands in these of a group, as people read it."""
    values: Mapping[int, str] = read_values(group.value_text)
    return [tell(one, values.get(one.id, "")) for one in fields]


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that are columns, each once, as they stand in the list."""
    asked = set(names)
    own = sorted((one for one in asked if _OWN.fullmatch(one)), key=lambda one: int(one.removeprefix(OWN)))
    return (*(name for name in COLUMN_NAMES if name in asked), *own)
