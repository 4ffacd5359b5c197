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
from crm.exchange.models import Existing, ImportRow, RowOutcome
from crm.exchange.operations.framing import Frame, Met
from crm.exchange.operations.staging import Prepared
from crm.exchange.plan import Plan
from crm.exchange.problems import Problem
from crm.exchange.queries.groups_meant import Meant
from crm.exchange.queries.people_meant import NOBODY, load_people
from crm.exchange.queries.worked_on import find_kept_contacts
from crm.exchange.rows import Said
from crm.exchange.tables import Row
from crm.exchange.undo import Undo, plain_columns, read_undo
from crm.organizations.models import Contact
from crm.organizations.operations import contact_columns, edit_contact, keep_words

_DAYS = frozenset({"since_on", "until_on"})


@dataclass
class _Person(Met):
    """A row with whom it is about; `changes` of somebody who is known."""

    person: Contact | None = None
    changes: Changes | None = None

    def settle(self) -> None:
        """Say what becomes of somebody who is known."""
        if self.person is None or self.changes is None:
            return
        self.row.contact_id, self.said.changes = self.person.id, self.changes.told
        self.row.outcome = RowOutcome.CHANGE if self.changes.told else RowOutcome.UNCHANGED


class People(Frame[_Person]):
    """People who act for groups."""

    same = "same_person"
    stays = "person"
    made = "contact_id"

    def parse(self, row: Row, plan: Plan) -> Said:
        return parse_person(row, plan)

    def met(self, row: Prepared | ImportRow, said: Said, group: Meant) -> _Person:
        return _Person(row, said, group)

    def identify(self, one: _Person) -> str:
        return person_key(one.said, one.group_id)

    def meet(self, batch: Sequence[_Person]) -> None:
        people = load_people({one.group_id for one in batch})
        found = [people.get(one.group_id, NOBODY).find(one.said.values) for one in batch]
        query = select(Contact).where(Contact.id.in_({person_id for person_id in found if person_id}))
        known = {person.id: person for person in db.session.scalars(query)}
        fill_only = self.task.existing is Existing.FILL
        for one, person_id in zip(batch, found, strict=True):
            one.person = known.get(person_id or 0)
            if one.person is not None:
                one.changes = compare_person(one.said.values, one.person, fill_only=fill_only)

    def foresee(self, one: _Person) -> None:
        one.settle()

    def write(self, viewer: Viewer, coalition: Coalition, batch: Sequence[_Person]) -> None:
        for one in batch:
            _change(viewer, one)
        _add([one for one in batch if one.person is None])

    def put_back(self, rows: Sequence[ImportRow]) -> set[int]:
        """What was typed since stays."""
        query = select(Contact).where(Contact.id.in_(self.ids_of(rows)), Contact.removed_at.is_(None))
        people = {person.id: person for person in db.session.scalars(query)}
        staying: set[int] = set()
        for row in rows:
            person = people.get(row.contact_id or 0)
            if person is not None and not _set_back(person, read_undo(row.undo)):
                staying.add(row.id)
        return staying

    def take_away(self, rows: Sequence[ImportRow]) -> set[int]:
        """All but those whom somebody has edited since, or whom a touch names."""
        ids = self.ids_of(rows)
        kept = find_kept_contacts(self.task, ids)
        query = select(Contact).where(Contact.id.in_(ids)).with_for_update()
        for person in db.session.scalars(query):
            if person.id not in kept:
                db.session.delete(person)
        db.session.flush()
        return kept


def _change(viewer: Viewer, met: _Person) -> None:
    """Change somebody who is known; an earlier row of the batch may have done so already."""
    person = met.person
    if person is None or met.changes is None or isinstance(met.row, Prepared):
        return
    met.settle()
    values = dict(met.changes.values)
    if not values:
        return
    no_calls = values.pop("no_calls", False)
    before = plain_columns(person, values)
    try:
        edit_contact(viewer, person, _typed(values))
    except Refused as error:
        met.row.outcome = RowOutcome.UNCHANGED
        met.said.tell("", _problem(error))
        return
    if no_calls:
        before["no_calls_at"], person.no_calls_at = None, clock.now()
    after = plain_columns(person, before)
    met.row.undo = Undo({name: (before[name], after[name]) for name in before}).as_json()


def _add(batch: Sequence[_Person]) -> None:
    """Add the people of a batch; the first of a group that has nobody is called first."""
    first = _first_of_groups(batch)
    now = clock.now()
    added: list[tuple[_Person, Contact]] = []
    for one in batch:
        values = one.said.values
        try:
            columns = contact_columns(_typed(values))
        except Refused as error:
            one.refuse(_problem(error))
            continue
        columns["is_primary"] = first.get(one.group_id) is one
        no_calls = now if values.get("no_calls") else None
        contact = Contact(organization_id=one.group_id, created_at=now, no_calls_at=no_calls, **columns)
        one.row.outcome = RowOutcome.CREATE
        added.append((one, contact))
    db.session.add_all([contact for _one, contact in added])
    db.session.flush()
    for one, contact in added:
        one.row.contact_id = contact.id
    keep_words([(contact.id, contact.name) for _one, contact in added])


def _first_of_groups(batch: Sequence[_Person]) -> dict[int, _Person]:
    """Who is called first in groups that have nobody: whom a row says, else the first of the file."""
    ids = {one.group_id for one in batch}
    here = Contact.organization_id.in_(ids), Contact.removed_at.is_(None)
    peopled = set(db.session.scalars(select(Contact.organization_id).where(*here).distinct()))
    new = [one for one in batch if one.group_id not in peopled]
    said = [one for one in new if one.said.values.get("is_primary")]
    return {one.group_id: one for one in [*reversed(new), *said]}


def _problem(error: Refused) -> Problem:
    """What is wrong with a person, as it is told of a row."""
    codes = {"until_on": "until_before_since", "note": "identity_number"}
    return Problem(codes.get(error.field or "", "no_person"))


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: date.fromisoformat(value) if name in _DAYS and value else value
        for name, value in values.items()
    }


def _set_back(person: Contact, undo: Undo) -> bool:
    """Set back what a row changed of somebody; whether that is all of it."""
    if not undo.values:
        return True
    now = plain_columns(person, undo.values)
    back = {name: was for name, (was, after) in undo.values.items() if now[name] == after}
    whole = len(back) == len(undo.values)
    if "no_calls_at" in back:
        person.no_calls_at = back.pop("no_calls_at")
    try:
        edit_contact(None, person, _typed(back))
    except Refused:
        # Somebody has taken out meanwhile what they would be asked for by.
        return False
    return whole
