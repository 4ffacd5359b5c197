"""What was changed of many groups in one go until now, told so that it can be found again and taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.bulk.models import BulkEdit
from crm.bulk.parts import FIXED, Part, field_part, tag_part
from crm.core.db import db
from crm.core.paging import Key, Page, keyset_page
from crm.fields.definitions import Subject
from crm.fields.queries import own_fields
from crm.tags.models import Tag

# Each holds the ids of its groups, 20,000 at most.
PAGE = 20


@dataclass(frozen=True)
class Told:
    """One part of what was done: what was set to what, for how many groups."""

    label: str
    to: str
    groups: int


def list_past(*, after: str | None = None, before: str | None = None) -> Page[BulkEdit]:
    """What was changed in one go, newest first, with who did it. One statement."""
    keys = (Key(BulkEdit.at, descending=True), Key(BulkEdit.id, descending=True))
    query = select(BulkEdit).options(joinedload(BulkEdit.by))
    return keyset_page(query, keys, after=after, before=before, limit=PAGE)


def tell_past(edits: Sequence[BulkEdit]) -> Mapping[int, Sequence[Told]]:
    """Edit id → its parts that changed something, as they are called now. One statement for their tags."""
    names = {change["part"] for edit in edits for change in edit.changes}
    parts = _parts(names)
    return {
        edit.id: [_told(change, parts.get(change["part"])) for change in edit.changes if change["before"]]
        for edit in edits
    }


def _told(change: Mapping[str, object], part: Part | None) -> Told:
    before = change["before"]
    groups = sum(len(ids) for ids in before.values()) if isinstance(before, dict) else 0
    if part is None:
        return Told(_("Something that is gone"), "", groups)
    return Told(str(part.label), part.word(str(change["to"])), groups)


def _parts(names: set[str]) -> Mapping[str, Part]:
    ids = {kind: _ids(names, kind) for kind in ("tag", "field")}
    tags = db.session.scalars(select(Tag).where(Tag.id.in_(ids["tag"])))
    found = [own_fields().find_any(one, Subject.ORGANIZATION) for one in ids["field"]]
    parts = [*map(tag_part, tags), *(field_part(one) for one in found if one is not None)]
    return {**FIXED, **{part.name: part for part in parts}}


def _ids(names: set[str], kind: str) -> list[int]:
    return [int(name.removeprefix(f"{kind}-")) for name in sorted(names) if name.startswith(f"{kind}-")]
