"""What a change of many groups would do, and what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from crm.bulk.models import BulkEdit
from crm.bulk.parts import ARCHIVE_PART, FIXED, NO, YES, Part, field_part, tag_part
from crm.core.db import batches, db
from crm.fields.definitions import Subject
from crm.fields.queries import own_fields
from crm.organizations.models import Organization
from crm.tags.models import Tag
from crm.tags.queries import find_tag

# Former values that are told one by one; the rest is told together.
MOST_TOLD = 8


@dataclass(frozen=True)
class Change:
    """A part, and the value that it is set to."""

    part: Part
    to: str


@dataclass(frozen=True)
class Wanted:
    """What somebody wants of many groups: tags to add, one to take off, parts by name and what to set."""

    add: Sequence[str]
    off: int | None
    parts: Mapping[str, str]


@dataclass(frozen=True)
class Effect:
    """What one change does: from which values how many groups come, the most first, and how many stay."""

    label: str
    to: str
    former: Sequence[tuple[str, int]]
    # Groups that come from yet other values, and from how many.
    others: int
    other_values: int
    same: int

    @property
    def count(self) -> int:
        """How many groups it changes."""
        return sum(count for _word, count in self.former) + self.others


def find_bulk_edit(edit_id: int) -> BulkEdit | None:
    """What was changed in one go, for taking it back."""
    return db.session.scalars(select(BulkEdit).where(BulkEdit.id == edit_id)).one_or_none()


def find_part(name: str) -> Part | None:
    """A part by the name under which it is kept; None where what it sets is gone."""
    kind, _dash, row_id = name.partition("-")
    if kind == "tag" and (tag := find_tag(int(row_id))) is not None:
        return tag_part(tag)
    if kind == "field" and (field := own_fields().find_any(int(row_id), Subject.ORGANIZATION)) is not None:
        return field_part(field)
    return FIXED.get(name)


def list_changes(wanted: Wanted, tags: Sequence[Tag]) -> list[Change]:
    """The changes that are wanted; `tags` are those to add. What groups are archived for comes last."""
    changes = [Change(tag_part(tag), YES) for tag in tags]
    if wanted.off is not None and (off := find_tag(wanted.off)) is not None:
        changes.append(Change(tag_part(off), NO))
    parts = ((find_part(name), value) for name, value in wanted.parts.items())
    changes += [Change(part, value) for part, value in parts if part is not None]
    return sorted(changes, key=lambda change: change.part is ARCHIVE_PART)


def list_here(ids: Sequence[int]) -> list[int]:
    """Those of these organizations that are of the chosen coalition, in their order."""
    here: set[int] = set()
    for part in batches(ids):
        here.update(db.session.scalars(select(Organization.id).where(Organization.id.in_(part))))
    return [one for one in dict.fromkeys(ids) if one in here]


def foresee(changes: Sequence[Change], ids: Sequence[int]) -> list[Effect]:
    """What changes would do to organizations; nothing is changed."""
    return [_effect(change, ids) for change in changes]


def _effect(change: Change, ids: Sequence[int]) -> Effect:
    counted: Counter[str] = Counter()
    for part in batches(ids):
        counted.update({value: len(those) for value, those in change.part.before(part).items()})
    same = counted.pop(change.to, 0)
    told = counted.most_common()
    word = change.part.word
    return Effect(
        label=str(change.part.label),
        to=word(change.to),
        former=[(word(value), count) for value, count in told[:MOST_TOLD]],
        others=sum(count for _value, count in told[MOST_TOLD:]),
        other_values=len(told[MOST_TOLD:]),
        same=same,
    )
