"""Lists of people: what each row will do, doing it, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.exchange.comparing import Changes
from crm.exchange.lists.contacts import compare_person, parse_person, person_key
from crm.exchange.lists.vocabulary import INTO
from crm.exchange.models import Existing, Import, ImportRow, RowOutcome
from crm.exchange.operations.staging import Prepared, keep_applied, mark_repeats
from crm.exchange.operations.undoing import keep_undone
from crm.exchange.plan import Plan
from crm.exchange.problems import Problem
from crm.exchange.queries import REACHING
from crm.exchange.queries.groups_meant import find_groups, lock_groups
from crm.exchange.queries.people_meant import NOBODY, load_people
from crm.exchange.queries.worked_on import find_kept_contacts
from crm.exchange.rows import Said, read_said
from crm.exchange.tables import Row
from crm.exchange.undo import Undo, plain_columns, read_undo
from crm.organizations.models import Contact
from crm.organizations.operations import contact_columns, edit_contact, keep_words

_DAYS = frozenset({"since_on", "until_on"})


@dataclass
class _Met:
    """A row with its group and whom it is about; `changes` of somebody who is known."""

    said: Said
    group_id: int
    person: Contact | None = None
    changes: Changes | None = None


def prepare_people(task: Import, coalition: Coalition, rows: Sequence[Row], plan: Plan) -> list[Prepared]:
    """Read a batch of rows of people and find out what each will do. Writes nothing."""
    batch = [_read(row, plan) for row in rows]
    reaching = [one for one in batch if one.outcome in REACHING]
    groups = find_groups([one.said.group for one in reaching], task.source, task.defaults.get(INTO))
    for one, meant in zip(reaching, groups, strict=True):
        one.organization_id = meant.group_id
        if meant.problem or meant.group_id is None:
            one.outcome = RowOutcome.REFUSE
            one.said.tell("", meant.problem or Problem("no_group"))
        else:
            one.said.identity = person_key(one.said, meant.group_id)
    mark_repeats(task.id, [one for one in reaching if one.outcome in REACHING], "same_person")
    met = [(one, _Met(one.said, one.organization_id or 0)) for one in reaching if one.outcome in REACHING]
    _meet(task, [each for _one, each in met])
    for one, each in met:
        if each.person is not None and each.changes is not None:
            one.contact_id, one.said.changes = each.person.id, each.changes.told
            one.outcome = RowOutcome.CHANGE if each.changes.told else RowOutcome.UNCHANGED
    return batch


def apply_people(viewer: Viewer, task: Import, coalition: Coalition, rows: Sequence[ImportRow]) -> None:
    """Add and change the people of a batch of staged rows; `task`, which is locked, counts it as done."""
    said = [read_said(row.said or "") for row in rows]
    groups = find_groups([one.group for one in said], task.source, task.defaults.get(INTO))
    met: list[tuple[ImportRow, _Met]] = []
    for row, one, meant in zip(rows, said, groups, strict=True):
        row.organization_id, row.contact_id, row.undo = meant.group_id, None, None
        if meant.group_id is None:
            row.outcome, row.has_problems = RowOutcome.REFUSE, True
            one.tell("", meant.problem or Problem("no_group"))
        else:
            met.append((row, _Met(one, meant.group_id)))
    lock_groups(each.group_id for _row, each in met)
    _meet(task, [each for _row, each in met])
    for row, each in met:
        _change(viewer, row, each)
    _add(task, [(row, each) for row, each in met if each.person is None])
    for row, one in zip(rows, said, strict=True):
        row.said = one.as_json() if row.has_problems or one.changes else None
    keep_applied(task, rows)


def _read(row: Row, plan: Plan) -> Prepared:
    said = parse_person(row, plan)
    if row.problem and row.problem.is_skip:
        return Prepared(row.line, said, RowOutcome.SKIP)
    return Prepared(row.line, said, RowOutcome.CREATE if said.values else RowOutcome.REFUSE)


def _meet(task: Import, batch: Sequence[_Met]) -> None:
    """Find whom rows are about among the people of their groups, in two statements."""
    people = load_people({one.group_id for one in batch})
    found = [people.get(one.group_id, NOBODY).find(one.said.values) for one in batch]
    query = select(Contact).where(Contact.id.in_({person_id for person_id in found if person_id}))
    known = {person.id: person for person in db.session.scalars(query)}
    fill_only = task.existing is Existing.FILL
    for one, person_id in zip(batch, found, strict=True):
        one.person = known.get(person_id or 0)
        if one.person is not None:
            one.changes = compare_person(one.said.values, one.person, fill_only=fill_only)


def _change(viewer: Viewer, row: ImportRow, met: _Met) -> None:
    """Change somebody who is known; an earlier row of the batch may have done so already."""
    person = met.person
    if person is None or met.changes is None:
        return
    row.contact_id, met.said.changes = person.id, met.changes.told
    row.outcome = RowOutcome.CHANGE if met.changes.told else RowOutcome.UNCHANGED
    values = dict(met.changes.values)
    if not values:
        return
    no_calls = values.pop("no_calls", False)
    before = plain_columns(person, values)
    try:
        edit_contact(viewer, person, _typed(values))
    except Refused as error:
        row.outcome, row.has_problems = RowOutcome.UNCHANGED, True
        met.said.tell("", _problem(error))
        return
    if no_calls:
        before["no_calls_at"], person.no_calls_at = None, clock.now()
    after = plain_columns(person, before)
    row.undo = Undo({name: (before[name], after[name]) for name in before}).as_json()


def _add(task: Import, batch: Sequence[tuple[ImportRow, _Met]]) -> None:
    """Add the people of a batch; the first of a group that has nobody is called first."""
    ids = {each.group_id for _row, each in batch}
    peopled = set(db.session.scalars(select(Contact.organization_id).where(*_there(ids)).distinct()))
    first = {each.group_id: row for row, each in reversed(batch) if each.group_id not in peopled}
    first |= {
        each.group_id: row
        for row, each in batch
        if each.said.values.get("is_primary") and each.group_id in first
    }
    now = clock.now()
    added: list[tuple[ImportRow, Contact]] = []
    for row, each in batch:
        values = each.said.values
        try:
            columns = contact_columns(_typed(values))
        except Refused as error:
            row.outcome, row.has_problems = RowOutcome.REFUSE, True
            each.said.tell("", _problem(error))
            continue
        columns["is_primary"] = first.get(each.group_id) is row
        no_calls = now if values.get("no_calls") else None
        contact = Contact(organization_id=each.group_id, created_at=now, no_calls_at=no_calls, **columns)
        row.outcome = RowOutcome.CREATE
        added.append((row, contact))
    db.session.add_all([contact for _row, contact in added])
    db.session.flush()
    for row, contact in added:
        row.contact_id = contact.id
    keep_words([(contact.id, contact.name) for _row, contact in added])


def _problem(error: Refused) -> Problem:
    """What is wrong with a person, as it is told of a row."""
    codes = {"until_on": "until_before_since", "note": "identity_number"}
    return Problem(codes.get(error.field or "", "no_person"))


def _there(ids: set[int]) -> tuple[Any, ...]:
    return Contact.organization_id.in_(ids), Contact.removed_at.is_(None)


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: date.fromisoformat(value) if name in _DAYS and value else value
        for name, value in values.items()
    }


def set_people_back(task: Import, rows: Sequence[ImportRow]) -> bool:
    """Set back what rows changed of people who were known; what was typed since stays."""
    ids = [row.contact_id for row in rows if row.contact_id]
    query = select(Contact).where(Contact.id.in_(ids), Contact.removed_at.is_(None))
    people = {person.id: person for person in db.session.scalars(query)}
    for row in rows:
        row.undone = ""
        person, undo = people.get(row.contact_id or 0), read_undo(row.undo)
        if person is None or not undo.values:
            continue
        now = plain_columns(person, undo.values)
        back = {name: was for name, (was, after) in undo.values.items() if now[name] == after}
        row.undone = "" if len(back) == len(undo.values) else "person"
        no_calls = back.pop("no_calls_at", ...)
        if no_calls is not ...:
            person.no_calls_at = None
        try:
            edit_contact(None, person, _typed(back))
        except Refused:
            # Somebody has taken out meanwhile what they would be asked for by.
            row.undone = "person"
    keep_undone(task, rows)
    return True


def remove_people(task: Import, rows: Sequence[ImportRow], *, last: bool) -> bool:
    """Remove the people of rows, but those whom somebody has edited since, or whom a touch names."""
    ids = [row.contact_id for row in rows if row.contact_id]
    kept = find_kept_contacts(task, ids)
    query = select(Contact).where(Contact.id.in_(ids)).with_for_update()
    for person in db.session.scalars(query):
        if person.id not in kept:
            db.session.delete(person)
    db.session.flush()
    for row in rows:
        row.undone = "person" if row.contact_id in kept else ""
    keep_undone(task, rows)
    return False
