"""The fields of two listings side by side, and what becomes of them as somebody chooses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm.organizations.models import Organization

KEPT, MERGED, BOTH = "kept", "merged", "both"
# In the order of a listing's form. Each goes with the columns that mean nothing without it.
FIELDS: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "acronym": ("acronym",),
    "kind": ("kind",),
    "local_number": ("local_number",),
    "size": ("size", "size_public"),
    "parent_id": ("parent_id",),
    "sector": ("sector",),
    "place": ("place",),
    "address": ("address", "latitude", "longitude"),
    "city": ("city",),
    "state": ("state",),
    "postal_code": ("postal_code",),
    "website": ("website",),
    "description": ("description",),
    "note": ("note",),
    "assignee_id": ("assignee_id",),
}
# Texts of which both may be kept, one below the other.
JOINED = frozenset({"note"})


def differing(kept: Organization, merged: Organization) -> list[str]:
    """The fields in which two listings differ, in the form's order."""
    return [name for name in FIELDS if (getattr(kept, name) or None) != (getattr(merged, name) or None)]


def best(name: str, kept: Organization, merged: Organization) -> str:
    """What is chosen until somebody chooses: the kept group's, where it has any."""
    ours, theirs = getattr(kept, name), getattr(merged, name)
    if name == "kind" and ours == "other":
        return MERGED
    if name in JOINED and ours and theirs:
        return BOTH
    return KEPT if ours not in (None, "") or theirs in (None, "") else MERGED


def chosen_values(kept: Organization, merged: Organization, choices: Mapping[str, str]) -> dict[str, Any]:
    """Column → value of what the kept group's listing takes over; what is not chosen is as `best`."""
    values: dict[str, Any] = {}
    for name in differing(kept, merged):
        choice = choices.get(name) or best(name, kept, merged)
        if choice == BOTH and name in JOINED:
            values[name] = "\n\n".join(filter(None, (getattr(kept, name), getattr(merged, name))))
        elif choice == MERGED:
            values.update({column: getattr(merged, column) for column in FIELDS[name]})
    return values
