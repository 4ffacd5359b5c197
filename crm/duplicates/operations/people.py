"""One person whom two listings name becomes one, and two again when the listings are parted.

The one of the group that stays is completed from the other, and what names the other names them. The other
stays with the archived listing until the merge can't be undone any more, and is wiped then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Column, select, update

from crm.core.db import Base, db
from crm.core.permissions import Viewer
from crm.duplicates.queries.people import SamePerson
from crm.organizations.models import Contact
from crm.organizations.operations import edit_contact, remove_contact

# Among what is kept of a merge's fields.
KEY = "people"
_FILLED = ("name", "role", "email", "phone")
_STAMPS = ("no_calls_at", "wrong_number_at")
# What is a person's own: the words of their name, and the ways in of one who speaks for a group.
_OWN = frozenset({"contact_word", "group_link", "group_session", "private_feed"})


def make_one(viewer: Viewer, pairs: Iterable[SamePerson]) -> list[dict[str, Any]]:
    """Make one of each two; what parting them takes, as JSON can hold it."""
    return [_make_one(viewer, one.kept, one.merged) for one in pairs]


def _make_one(viewer: Viewer, kept: Contact, merged: Contact) -> dict[str, Any]:
    new = {name: getattr(merged, name) for name in _FILLED if not getattr(kept, name)}
    if merged.note and merged.note not in (kept.note or ""):
        new["note"] = "\n".join(filter(None, [kept.note, merged.note]))
    if merged.is_primary and not _has_first(kept.organization_id):
        new["is_primary"] = True
    new = {name: value for name, value in new.items() if value}
    before = {name: getattr(kept, name) for name in new}
    edit_contact(viewer, kept, {**new, "identity_number_meant": True})
    after = {name: getattr(kept, name) for name in new}
    stamped = [name for name in _STAMPS if getattr(merged, name) and not getattr(kept, name)]
    if kept.phone_index != merged.phone_index:
        stamped = [name for name in stamped if name != "wrong_number_at"]
    for name in stamped:
        # Who asks not to be called is not called, under whichever listing they said so.
        setattr(kept, name, getattr(merged, name))
    columns = {name: [before[name], after[name]] for name in new}
    return {
        "kept": kept.id,
        "merged": merged.id,
        "columns": columns,
        "stamped": stamped,
        "naming": _name(merged.id, kept.id),
    }


def _has_first(organization_id: int) -> bool:
    first = select(Contact.id).where(Contact.organization_id == organization_id, Contact.is_primary)
    return db.session.scalar(first.limit(1)) is not None


def _name(one_id: int, other_id: int, ids: dict[str, list[int]] | None = None) -> dict[str, list[int]]:
    """Let what names one contact (of `ids` alone, where given) name another; table → the rows."""
    named: dict[str, list[int]] = {}
    db.session.flush()
    for column in _list_naming():
        table = column.table
        query = select(table.c.id).where(column == one_id)
        if ids is not None:
            query = query.where(table.c.id.in_(ids.get(table.name, [])))
        rows = list(db.session.scalars(query))
        db.session.execute(update(table).where(table.c.id.in_(rows)).values({column.name: other_id}))
        named[table.name] = rows
    db.session.expire_all()
    return named


def _list_naming() -> Iterator[Column[Any]]:
    """Every column that names a contact, whichever feature it belongs to."""
    for table in Base.metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            columns = [column for column in constraint.columns if column.name != "coalition_id"]
            if constraint.referred_table.name == "contact" and table.name not in _OWN and len(columns) == 1:
                yield columns[0]


def part_people(viewer: Viewer, people: Iterable[dict[str, Any]]) -> None:
    """Make two of each again: what was filled in is taken out where it still stands, and so are the names."""
    for one in reversed(list(people)):
        _name(one["kept"], one["merged"], one["naming"])
        kept = db.session.get(Contact, one["kept"])
        if kept is None or kept.removed_at is not None:
            continue
        back = {name: was for name, (was, after) in one["columns"].items() if getattr(kept, name) == after}
        if not (back.get("name", kept.name) or back.get("role", kept.role)):
            back = {name: was for name, was in back.items() if name not in ("name", "role")}
        edit_contact(viewer, kept, {**back, "identity_number_meant": True})
        for name in one["stamped"]:
            setattr(kept, name, None)


def wipe_merged(kept_of_merges: Iterable[str]) -> None:
    """Wipe whom merges made one with somebody else, once the two can't be parted any more.

    `kept_of_merges`: the fields of merges that are about to be forgotten, as they are kept.
    """
    ids = [one["merged"] for text in kept_of_merges for one in json.loads(text).get(KEY, ())]
    for contact in db.session.scalars(select(Contact).where(Contact.id.in_(ids))):
        remove_contact(None, contact)
