"""Rows of an import as the pages show them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import load_only

from crm.accounts.queries import list_members
from crm.core.db import db
from crm.core.formats import full_date, number
from crm.exchange.fields import FIELD_LABELS, Field, own_number
from crm.exchange.models import ImportRow, RowOutcome
from crm.exchange.rows import Said, read_said
from crm.exchange.undo import REASONS
from crm.fields.definitions import CustomField, Subject
from crm.fields.queries import own_fields, tell
from crm.organizations.models import KIND_NAMES, Organization, OrganizationKind
from crm.organizations.queries.stages import own_stages

OUTCOME_TITLES = {
    RowOutcome.CREATE: _l("New groups"),
    RowOutcome.CHANGE: _l("Groups that change"),
    RowOutcome.UNCHANGED: _l("Here already, unchanged"),
    RowOutcome.REPEAT: _l("Repeats within the file"),
    RowOutcome.SKIP: _l("Skipped"),
    RowOutcome.REFUSE: _l("Refused"),
}
# What the rows page calls those that reach the directory without one of their cells.
TOLD = "told"
# And those that stay although the import was undone.
STAYING = "staying"
# Of a long text the beginning is enough to see what changes.
LONGEST_VALUE = 160
_LABELS = {"size": FIELD_LABELS[Field.PEOPLE], "assignee_id": FIELD_LABELS[Field.ASSIGNEE]}


@dataclass(frozen=True)
class Change:
    """What becomes of one field."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class RowView:
    """A row for the tables: `facts` of a new group, `changes` of one that is here, `problems` of either."""

    line: int
    name: str
    organization_id: int | None
    facts: Sequence[str] = ()
    changes: Sequence[Change] = ()
    # (column, message), the column "" for the whole row
    problems: Sequence[tuple[str, str]] = ()
    alike: str = ""
    # Why something of it stays although the import was undone.
    staying: Sequence[str] = ()
    # Its own page, where it is none of a group.
    url: str = ""


@dataclass
class Words:
    """How values that are codes are called; the members' names are asked for once, and only if needed."""

    _members: dict[int, str] = field(default_factory=dict)

    def value(self, name: str, value: Any) -> str:
        """A value of a field as people read it."""
        if value in (None, ""):
            return ""
        if own := _own(name):
            return tell(own, value)
        named: dict[str, Callable[[Any], str]] = {
            "kind": lambda code: str(KIND_NAMES[OrganizationKind(code)]),
            "stage": lambda code: own_stages().name(code),
            "assignee_id": self._member,
            "last_touch": lambda day: full_date(datetime.date.fromisoformat(day)),
            "size": number,
        }
        return str(named.get(name, str)(value))

    def _member(self, user_id: int) -> str:
        if not self._members:
            self._members = {user.id: user.name for user, _membership in list_members()}
        return str(self._members.get(user_id) or _("somebody who has left"))


def show_rows(rows: Iterable[ImportRow]) -> list[RowView]:
    """Rows for the page, those already wiped by the names of their groups; at most two statements."""
    rows = list(rows)
    wiped = [row.organization_id for row in rows if row.said is None and row.organization_id]
    groups = _groups(wiped) if wiped else {}
    words = Words()
    return [
        _show(row, read_said(row.said), words)
        if row.said is not None
        else _show_wiped(row, groups.get(row.organization_id or 0), words)
        for row in rows
    ]


def show_staying(rows: Iterable[ImportRow]) -> list[RowView]:
    """Rows of which something stayed, with the reasons and no more."""
    rows = list(rows)
    reasons = {row.organization_id: (row.undone or "").split() for row in rows if row.organization_id}
    lines = {row.organization_id: row.line for row in rows}
    return list_staying(reasons, lines)


def list_staying(
    reasons: Mapping[int, Iterable[str]], lines: Mapping[int | None, int] | None = None
) -> list[RowView]:
    """Groups that stay, with the reasons."""
    groups = _groups(list(reasons))
    return [
        RowView(
            line=(lines or {}).get(group_id, 0),
            name=groups[group_id].name,
            organization_id=group_id,
            staying=[str(REASONS[word]) for word in sorted(words)],
        )
        for group_id, words in reasons.items()
        if group_id in groups
    ]


def _groups(ids: Sequence[int]) -> Mapping[int, Organization]:
    shown = load_only(Organization.name, Organization.kind, Organization.city, Organization.place)
    query = select(Organization).where(Organization.id.in_(ids)).options(shown)
    return {group.id: group for group in db.session.scalars(query)}


def _show_wiped(row: ImportRow, group: Organization | None, words: Words) -> RowView:
    """A row that is in the directory, as the directory knows it."""
    if group is None:
        return RowView(row.line, "", None)
    facts = [words.value("kind", group.kind), group.city or group.place]
    return RowView(row.line, group.name, group.id, [fact for fact in facts if fact])


def _show(row: ImportRow, said: Said, words: Words) -> RowView:
    return RowView(
        line=row.line,
        name=said.name,
        organization_id=row.organization_id,
        facts=_facts(said, words) if row.outcome is RowOutcome.CREATE else (),
        changes=[_change(name, before, after, words) for name, before, after in said.changes],
        problems=[(column, problem.message) for column, problem in said.list_problems()],
        alike=said.alike,
    )


def _change(name: str, before: Any, after: Any, words: Words) -> Change:
    own = _own(name)
    label = _LABELS.get(name) or (FIELD_LABELS[Field(name)] if name in frozenset(Field) else name)
    label = own.label if own else label
    return Change(str(label), short(words.value(name, before)), short(words.value(name, after)))


def _own(name: str) -> CustomField | None:
    """The field of the coalition's own that a column is; None for any other, and where it is put away."""
    return own_fields().find(own_number(name) or 0, Subject.ORGANIZATION)


def short(text: str) -> str:
    """The beginning of a long text."""
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _facts(said: Said, words: Words) -> list[str]:
    """What is told of a new group in a line: its kind, its size, its place, its people."""
    values = said.values
    facts = [words.value("kind", values.get("kind"))]
    if values.get("size"):
        facts.append(_("%(people)s people", people=number(values["size"])))
    facts.append(values.get("city") or values.get("place") or values.get("state") or "")
    if values.get("stage"):
        facts.append(words.value("stage", values["stage"]))
    if values.get("assignee_id"):
        facts.append(words.value("assignee_id", values["assignee_id"]))
    if said.parent:
        facts.append(_("under %(name)s", name=said.parent[1]))
    if said.contact:
        facts.append(_("contact: %(name)s", name=said.contact["name"] or said.contact["role"]))
    if said.tags:
        facts.append(_("tags: %(tags)s", tags=", ".join(said.tags)))
    if said.stands:
        facts.append(_("answers to demands: %(number)s", number=len(said.stands)))
    return [fact for fact in facts if fact]
