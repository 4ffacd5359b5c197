"""Lists of people who act for groups: their fields, what a row says, and what it changes of who is known."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from crm.core.crypto import blind_index
from crm.core.notes import holds_identity_number
from crm.exchange import cells
from crm.exchange.comparing import Changes
from crm.exchange.contact_cells import EMAIL, ContactCell, list_emails, list_phones, parse_contact
from crm.exchange.dates import parse_date
from crm.exchange.lists.reading import Cells
from crm.exchange.lists.vocabulary import (
    GROUP_CHECKS,
    GROUP_LABELS,
    GROUP_TITLE,
    GROUP_WORDS,
    Vocabulary,
    has_letters,
)
from crm.exchange.plan import Plan
from crm.exchange.problems import Problem, shortened
from crm.exchange.rows import Said
from crm.exchange.tables import Row
from crm.organizations.derived import plain_words
from crm.organizations.models import Contact
from crm.organizations.names import fold
from crm.organizations.queries import mail_index, phone_index

LONGEST_NAME = 200
LONGEST_ROLE = 120
# Shown in place of an address or a number that is kept already: those are looked at one by one.
HIDDEN = "•••"


class PersonField(StrEnum):
    """Where a column of a list of people goes, beside `GroupField`."""

    NAME = "name"
    FIRST_NAME = "first_name"
    MIDDLE_NAME = "middle_name"
    LAST_NAME = "last_name"
    ROLE = "role"
    EMAIL = "email"
    PHONE = "phone"
    NOTE = "note"
    PRIMARY = "primary"
    NO_CALLS = "no_calls"
    SINCE = "since"
    UNTIL = "until"


_F = PersonField
LABELS: Mapping[str, Any] = {
    _F.NAME: _l("Name of the person"),
    _F.FIRST_NAME: _l("First name"),
    _F.MIDDLE_NAME: _l("Middle name"),
    _F.LAST_NAME: _l("Last name"),
    _F.ROLE: _l("Role in the group"),
    _F.EMAIL: _l("E-mail"),
    _F.PHONE: _l("Phone"),
    _F.NOTE: _l("Note"),
    _F.PRIMARY: _l("Is called first (yes or no)"),
    _F.NO_CALLS: _l("Asks not to be called (yes or no)"),
    _F.SINCE: _l("In the role since"),
    _F.UNTIL: _l("In the role until"),
}
VOCABULARY = Vocabulary(
    titles=(
        (_l("The person"), (_F.NAME, _F.FIRST_NAME, _F.MIDDLE_NAME, _F.LAST_NAME, _F.EMAIL, _F.PHONE)),
        GROUP_TITLE,
        (_l("What they are there"), (_F.ROLE, _F.PRIMARY, _F.SINCE, _F.UNTIL, _F.NO_CALLS, _F.NOTE)),
    ),
    labels={**GROUP_LABELS, **LABELS},
    words={
        **GROUP_WORDS,
        _F.NAME: (
            "full name|contact name|name of contact|person|contact|contact person|nombre completo|"
            "nombre del contacto|contacto|persona|delegate|delegado|delegada|member name",
            "name|nombre|display name|preferred name",
        ),
        _F.FIRST_NAME: ("first name|given name|first|nombre de pila|nombres|primer nombre",),
        _F.MIDDLE_NAME: ("middle name|additional name|segundo nombre",),
        _F.LAST_NAME: ("last name|family name|surname|last|apellido|apellidos",),
        _F.ROLE: (
            "role|contact role|title|job title|position|organization 1 title|cargo|puesto|rol",
            "occupation|occupation name|ocupacion|department",
        ),
        _F.EMAIL: (
            "email|e mail|email address|e mail address|mail|correo|correo electronico|e mail 1 value|"
            "e mail 2 value|email 1|email 2|work email|primary email|contact email",
        ),
        _F.PHONE: (
            "phone|phone number|telephone|mobile|mobile number|mobile phone|cell|cell phone|work phone|"
            "home phone|phone 1 value|phone 2 value|phone 3 value|telefono|celular|tel|contact phone",
        ),
        _F.NOTE: ("note|notes|comments|comment|notas|nota|comentarios|observaciones|background",),
        _F.PRIMARY: ("primary|primary contact|is primary|main contact|principal|contacto principal",),
        _F.NO_CALLS: ("do not call|do not phone|no calls|do not contact|no llamar",),
        _F.SINCE: ("since|start date|role since|desde",),
        _F.UNTIL: ("until|end date|term ends|hasta|term end",),
    },
    shared=frozenset({_F.EMAIL, _F.PHONE, _F.NOTE}),
    checks={
        **GROUP_CHECKS,
        _F.NAME: has_letters,
        _F.EMAIL: lambda text: bool(EMAIL.search(text)),
        _F.PHONE: lambda text: sum(c.isdigit() for c in text) >= 7,
    },
    needs=((frozenset({_F.NAME, _F.FIRST_NAME, _F.LAST_NAME, _F.EMAIL, _F.PHONE}), "map_no_person"),),
)


def parse_person(row: Row, plan: Plan) -> Said:
    """What a row says of a person and of their group; without a name and a number nobody is meant."""
    reader = _PersonCells(row, plan)
    if not reader.is_skipped:
        reader.read()
    return reader.said


class _PersonCells(Cells):
    """Reads a person off their row."""

    def __init__(self, row: Row, plan: Plan) -> None:
        super().__init__(row, plan)
        self.emails: list[str] = []
        self.phones: list[str] = []
        self.notes: list[str] = []

    def read(self) -> None:
        name = self._name()
        for column, cell in self.every(_F.EMAIL):
            # An apostrophe in front is NationBuilder's, "for Excel's benefit".
            self._collect(column, cell, self.emails, list_emails(cell.lstrip("'")), "contact_email")
        for column, cell in self.every(_F.PHONE):
            self._collect(column, cell, self.phones, list_phones(cell, self.plan.region), "contact_phone")
        emails, phones = list(dict.fromkeys(self.emails)), list(dict.fromkeys(self.phones))
        self.said.name = name or next(iter(emails + phones), "")
        self.said.group = self.group()
        if not self.said.name:
            self.said.problems = []
            self.said.tell("", Problem("no_person"))
            return
        others = ", ".join([*emails[1:], *phones[1:]])
        values: dict[str, Any] = {
            "name": name,
            "role": self.text(_F.ROLE, LONGEST_ROLE),
            "email": next(iter(emails), None),
            "phone": next(iter(phones), None),
            "note": "\n".join(filter(None, [*self._clean_notes(), others, *self.note(_F.NOTE)])),
            "is_primary": self.is_yes(_F.PRIMARY),
            "no_calls": self.is_yes(_F.NO_CALLS),
            **self._days(),
        }
        if not name and not values["role"]:
            # Somebody must be asked for: by what the list calls the address.
            values["role"] = (self.first(_F.EMAIL)[0] or self.first(_F.PHONE)[0])[:LONGEST_ROLE]
        self.said.values = {field: value for field, value in values.items() if value}

    def _name(self) -> str:
        """The name, from one column or from several. Where a number stands with it, both are taken."""
        column, cell = self.first(_F.NAME)
        if "@" in cell or sum(map(str.isdigit, cell)) >= 7:
            found = parse_contact(cell, self.plan.region)
            if isinstance(found, ContactCell):
                self.emails += found.emails
                self.phones += found.phones
                if found.note:
                    self.notes.append(found.note)
                    self.said.tell(column, Problem("contact_note"))
                return found.name
        parts = [self.text(part, 80) for part in (_F.FIRST_NAME, _F.MIDDLE_NAME, _F.LAST_NAME)]
        joined = " ".join(filter(None, parts))
        named = self.take(_F.NAME, lambda text: cells.parse_name(text, LONGEST_NAME))
        return str(named or joined)[:LONGEST_NAME]

    def _collect(self, column: str, cell: str, kept: list[str], found: Sequence[str], code: str) -> None:
        kept += found
        if not found:
            self.notes.append(f"{column}: {shortened(cell)}")
            self.said.tell(column, Problem(code, {"text": shortened(cell)}))

    def _clean_notes(self) -> list[str]:
        """What other cells left over, without what looks like a person's identity number."""
        clean = [text for text in self.notes if not holds_identity_number(text)]
        if len(clean) < len(self.notes):
            self.said.tell("", Problem("identity_number"))
        return clean

    def _days(self) -> dict[str, str]:
        """When they took the role and laid it down; a last day before the first is told and left out."""
        today, first_way = self.plan.today, self.plan.day_first
        since = self.take(_F.SINCE, lambda cell: parse_date(cell, today, first_way))
        until = self.take(_F.UNTIL, lambda cell: parse_date(cell, today, first_way, "nearest"))
        if since and until and until < since:
            self.said.tell(self.first(_F.UNTIL)[0], Problem("until_before_since"))
            until = None
        days = {"since_on": since, "until_on": until}
        return {name: day.isoformat() for name, day in days.items() if isinstance(day, datetime.date)}


def person_key(said: Said, group_id: int) -> str:
    """By which a row is the same as an earlier one: group and name, else the address or the number. Keyed."""
    values = said.values
    who = plain_words(values.get("name", "")) or values.get("email") or values.get("phone") or ""
    return blind_index(f"{group_id}|{fold(who)}", "contact.import").hex()


def compare_person(said: Mapping[str, Any], person: Contact, *, fill_only: bool) -> Changes:
    """What a row changes of who is known: a filled cell replaces, an empty one leaves, notes are added.

    An address or a number that was there is not shown beside the new one.
    """
    changes = Changes()
    for name in ("name", "role", "email", "phone"):
        new, old = said.get(name), getattr(person, name)
        if not new or (fill_only and old) or _is_same(name, new, person):
            continue
        changes.values[name] = new
        changes.tell(name, old and (HIDDEN if name in ("email", "phone") else old), new)
    for name in ("since_on", "until_on"):
        new, old = said.get(name), getattr(person, name)
        if new and not (fill_only and old) and new != (old and old.isoformat()):
            changes.put(name, old and old.isoformat(), new)
    note = said.get("note")
    if note and fold(note) not in fold(person.note or ""):
        changes.values["note"] = "\n".join(filter(None, [person.note, note]))
        changes.tell("note", None, note)
    for name, is_so in (("is_primary", person.is_primary), ("no_calls", person.no_calls_at is not None)):
        if said.get(name) and not is_so and not (fill_only and name == "is_primary"):
            changes.put(name, None, True)
    return changes


def _is_same(name: str, new: str, person: Contact) -> bool:
    if name == "email":
        return mail_index(new) == person.email_index
    if name == "phone":
        return phone_index(new) == person.phone_index
    return fold(new) == fold(getattr(person, name))
