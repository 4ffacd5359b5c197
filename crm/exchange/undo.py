"""What a row changed of what was here before its import, as it is kept so that it can be undone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from crm.exchange.rows import hash_of
from crm.organizations.models import Contact, Organization, OrganizationKind
from crm.organizations.operations.bulk import IDENTIFYING

# Why something stays when an import is undone, by the word that is kept of it.
REASONS: Mapping[str, LazyString] = {
    "edit": _l("Its listing has been changed since."),
    "touch": _l("Somebody has been in touch with it since, or has a task about it."),
    "stand": _l("A coordinator has decided on what it says to a demand, or it has signed on."),
    "contact": _l("Its people have been changed since."),
    "affiliate": _l("A group that stays is under it."),
    "other": _l("It is named elsewhere, in an event for instance."),
    "person": _l("What is kept about this person has been changed since, or something names them."),
    "touched": _l("This touch has been put right since, or a task came of it."),
    "event": _l("This event has been changed or published since, or something names it."),
    "taken": _l("What it was called or stood under before is another's now, or gone."),
}
# Columns that belong together: none of them is set back unless all are as the import left them.
_TOGETHER = (frozenset({"stage", "stage_since"}), frozenset({"source", "external_id"}))
_OUTREACH = frozenset({"stage", "stage_since", "last_touch_at"})
_TYPES: Mapping[str, Any] = {
    "kind": OrganizationKind,
    "stage_since": datetime.fromisoformat,
    "last_touch_at": datetime.fromisoformat,
}


@dataclass
class Undo:
    """`values`: column → (before, after), plain; `filled`: a known contact's field → hash of what it got."""

    values: dict[str, Any] = field(default_factory=dict)
    filled: dict[str, str] = field(default_factory=dict)
    # The coalition's own fields: id → (before, after).
    own: dict[str, list[str]] = field(default_factory=dict)

    def as_json(self) -> str:
        """As it is kept."""
        return json.dumps(vars(self), ensure_ascii=False)

    def back(self, present: Mapping[str, Any]) -> tuple[dict[str, Any], set[str]]:
        """What to set back in a group whose columns are `present` (plain), and why other things stay."""
        changed = {name for name, (_before, after) in self.values.items() if present[name] != after}
        for together in _TOGETHER:
            changed |= together & self.values.keys() if changed & together else set()
        if changed & IDENTIFYING:
            changed |= {"identity_key"} & self.values.keys()
        back = {name: before for name, (before, _after) in self.values.items() if name not in changed}
        reasons = {"touch" if name in _OUTREACH else "edit" for name in changed}
        return back, reasons


def read_undo(text: str | None) -> Undo:
    """What `Undo.as_json` gave; an empty one for None."""
    return Undo(**json.loads(text)) if text else Undo()


def undo_of(group: Organization, values: Mapping[str, Any]) -> Undo:
    """What changing these columns of a group will have changed."""
    before = plain_columns(group, values)
    return Undo({name: (before[name], plain(value)) for name, value in values.items()})


def plain_columns(record: Organization | Contact, names: Any) -> dict[str, Any]:
    """Columns of a group or of a person as they are kept."""
    return {name: plain(getattr(record, name)) for name in names}


def plain(value: Any) -> Any:
    """A column's value as JSON can hold it."""
    return value.isoformat() if isinstance(value, date) else value


def typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values as the columns take them."""
    return {
        name: value if value is None else _TYPES.get(name, lambda same: same)(value)
        for name, value in values.items()
    }


def filled_hash(contact: Contact, name: str) -> str:
    """By which a field of a contact is known to be as the import left it, without keeping what it says."""
    return hash_of(name, str(getattr(contact, name) or ""))
