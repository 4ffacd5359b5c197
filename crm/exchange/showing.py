"""Rows of any list as the pages show them, and what they are called there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import load_only

from crm.core.db import db
from crm.exchange import rendering
from crm.exchange.lists import contacts
from crm.exchange.lists.vocabulary import GroupField
from crm.exchange.models import Import, ImportRow, ListKind, RowOutcome
from crm.exchange.rendering import Change, RowView
from crm.exchange.rows import Said, read_said
from crm.exchange.undo import REASONS
from crm.organizations.models import Contact, Organization

_SAME = {
    RowOutcome.REPEAT: _l("Repeats within the file"),
    RowOutcome.SKIP: _l("Skipped"),
    RowOutcome.REFUSE: _l("Refused"),
    RowOutcome.UNCHANGED: _l("Here already, unchanged"),
}
OUTCOME_TITLES: Mapping[ListKind, Mapping[RowOutcome, Any]] = {
    ListKind.ORGANIZATIONS: rendering.OUTCOME_TITLES,
    ListKind.CONTACTS: {
        **_SAME, RowOutcome.CREATE: _l("New people"), RowOutcome.CHANGE: _l("People who change"),
    },
}  # fmt: skip
# What the first column of a table of rows is called, and what is said of undoing.
WORDS: Mapping[ListKind, Mapping[str, Any]] = {
    ListKind.ORGANIZATIONS: {
        "row": _l("Group"),
        "removed": _l("new groups to remove"),
        "set_back": _l("changed groups to set back"),
        "staying": _l("new groups that stay"),
        "title": _l("New groups that stay"),
    },
    ListKind.CONTACTS: {
        "row": _l("Person"),
        "removed": _l("new people to remove"),
        "set_back": _l("changed people to set back"),
        "staying": _l("new people who stay"),
        "title": _l("New people who stay"),
    },
}
_CHANGES: Mapping[str, Any] = {
    "is_primary": contacts.LABELS[contacts.PersonField.PRIMARY],
    "no_calls": contacts.LABELS[contacts.PersonField.NO_CALLS],
    "since_on": contacts.LABELS[contacts.PersonField.SINCE],
    "until_on": contacts.LABELS[contacts.PersonField.UNTIL],
}


def show_rows(task: Import, rows: Iterable[ImportRow]) -> list[RowView]:
    """Rows for the page, those already wiped by what they made; at most two statements."""
    if task.about is ListKind.ORGANIZATIONS:
        return rendering.show_rows(rows)
    rows = list(rows)
    groups, people = _groups(rows), _people(rows)
    return [_show(row, groups, people) for row in rows]


def show_staying(task: Import, rows: Iterable[ImportRow]) -> list[RowView]:
    """Rows of which something stayed, with the reasons and no more."""
    if task.about is ListKind.ORGANIZATIONS:
        return rendering.show_staying(rows)
    rows = list(rows)
    return _staying(rows, {row.id: (row.undone or "").split() for row in rows})


def list_staying(task: Import, reasons: Mapping[int, Iterable[str]]) -> list[RowView]:
    """What will stay if an import is undone: groups by their ids, of other lists the rows by theirs."""
    if task.about is ListKind.ORGANIZATIONS:
        return rendering.list_staying(reasons)
    query = select(ImportRow).where(ImportRow.id.in_(list(reasons))).order_by(ImportRow.id)
    return _staying(db.session.scalars(query).all(), reasons)


def _staying(rows: Sequence[ImportRow], reasons: Mapping[int, Iterable[str]]) -> list[RowView]:
    groups, people = _groups(rows), _people(rows)
    return [
        RowView(
            row.line,
            _name(row, read_said(row.said) if row.said else None, people),
            row.organization_id,
            facts=_facts(row, groups),
            staying=[str(REASONS[word]) for word in sorted(reasons[row.id])],
        )
        for row in rows
    ]


def _show(row: ImportRow, groups: Mapping[int, str], people: Mapping[int, Contact]) -> RowView:
    said = read_said(row.said) if row.said is not None else None
    return RowView(
        line=row.line,
        name=_name(row, said, people),
        organization_id=row.organization_id,
        facts=[*_role(row, said, people), *_facts(row, groups, said)],
        changes=[_change(*change) for change in said.changes] if said else (),
        problems=[(column, problem.message) for column, problem in said.list_problems()] if said else (),
    )


def _name(row: ImportRow, said: Said | None, people: Mapping[int, Contact]) -> str:
    known = people.get(row.contact_id or 0)
    return said.name if said and said.name else (known.name or known.role) if known else ""


def _role(row: ImportRow, said: Said | None, people: Mapping[int, Contact]) -> list[str]:
    known = people.get(row.contact_id or 0)
    role = said.values.get("role", "") if said else known.role if known else ""
    return [role] if role else []


def _facts(row: ImportRow, groups: Mapping[int, str], said: Said | None = None) -> list[str]:
    """The group that a row is about: as the directory calls it, else as the row does."""
    called = groups.get(row.organization_id or 0) or (said.group.get(GroupField.GROUP, "") if said else "")
    return [called] if called else []


def _change(name: str, before: Any, after: Any) -> Change:
    label = _CHANGES.get(name) or contacts.LABELS[contacts.PersonField(name)]
    shown = _("yes") if after is True else str(after)
    return Change(str(label), str(before or ""), shown)


def _groups(rows: Iterable[ImportRow]) -> dict[int, str]:
    ids = {row.organization_id for row in rows if row.organization_id}
    query = select(Organization.id, Organization.name).where(Organization.id.in_(ids))
    return {row.id: row.name for row in db.session.execute(query)} if ids else {}


def _people(rows: Iterable[ImportRow]) -> dict[int, Contact]:
    ids = {row.contact_id for row in rows if row.contact_id}
    query = select(Contact).where(Contact.id.in_(ids)).options(load_only(Contact.name, Contact.role))
    return {contact.id: contact for contact in db.session.scalars(query)} if ids else {}
