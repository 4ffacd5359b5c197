"""What one row of a file says, of a group above all, as the import keeps it until it is applied."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.exchange import cells
from crm.exchange.contact_cells import local_in, split_name
from crm.exchange.fields import Field
from crm.exchange.kinds import kind_from_irs, kind_from_name, parse_kind
from crm.exchange.own import parse_own
from crm.exchange.people import keep_no_identity_numbers, read_people
from crm.exchange.plan import LONGEST_SOURCE, Plan
from crm.exchange.problems import CellError, Problem, shortened
from crm.exchange.tables import Row
from crm.organizations.derived import sort_name
from crm.organizations.display import full_name
from crm.organizations.models import OrganizationKind
from crm.organizations.names import bare_number, identity_key
from crm.tags.words import LONGEST, MOST, is_tag, split_tags, tag_key

LONGEST_KEY = 500
_NAME_PARTS = (Field.NAME, Field.UNIT, Field.LOCAL_NUMBER, Field.GROUP_NUMBER)
LONGEST_WEBSITE = 300
# What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@")


@dataclass
class Said:
    """What a row says; plain values throughout, so that it can be kept as JSON."""

    name: str = ""
    # Columns of `organization`, those alone that the row fills.
    values: dict[str, Any] = field(default_factory=dict)
    # Whether the kind is said, and not only supposed.
    kind_said: bool = False
    identity: str = ""
    # Another row of the file has this identity and another id: it is found by its id alone.
    twin: bool = False
    notes: list[str] = field(default_factory=list)
    contact: dict[str, Any] | None = None
    # (version, state, day of the board, day of the decision, reservation), days in ISO 8601.
    stands: list[list[Any]] = field(default_factory=list)
    touch: str | None = None
    # ("id" or "name", text)
    parent: list[str] | None = None
    # (column, code, values), column "" for the whole row.
    problems: list[list[Any]] = field(default_factory=list)
    # (field, before, after), for a group that is here already.
    changes: list[list[Any]] = field(default_factory=list)
    # A group that has the same website.
    alike: str = ""
    # The tags that it gives.
    tags: list[str] = field(default_factory=list)
    # What it puts into the coalition's own fields: id → value.
    own: dict[str, str] = field(default_factory=dict)
    # Words of which it must be said what they mean, before the row can be taken, by where that is kept.
    unknown: dict[str, str] = field(default_factory=dict)
    # In another list: what the row says of the group that it is about, by `lists.vocabulary.GroupField`.
    group: dict[str, str] = field(default_factory=dict)

    @property
    def external(self) -> tuple[str, str] | None:
        """(source, id) where the row has an id."""
        number = self.values.get("external_id")
        return (self.values["source"], number) if number else None

    def tell(self, column: str, problem: Problem) -> None:
        """Note what is wrong with a cell, or with the row (column "")."""
        self.problems.append([column, problem.code, dict(problem.values)])

    def list_problems(self) -> list[tuple[str, Problem]]:
        """(column, problem), to be read in the reader's language."""
        return [(column, Problem(code, values)) for column, code, values in self.problems]

    def as_json(self) -> str:
        """As it is kept: what is empty is left out."""
        return json.dumps({name: value for name, value in vars(self).items() if value}, ensure_ascii=False)


def read_said(text: str) -> Said:
    """What `Said.as_json` gave."""
    return Said(**json.loads(text))


def hash_of(*parts: str) -> str:
    """By which equal identities are found: 32 letters."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


def parse_row(row: Row, plan: Plan) -> Said:
    """What a row says. A cell that cannot be read is told of and left out; without a name it says nothing."""
    said = Said()
    if row.problem:
        said.name = next(filter(None, row.cells), "")[:120]
        said.tell("", row.problem)
        return said
    reader = _Reader(row.cells, plan, said)
    reader.read_name()
    if said.name:
        reader.read_values()
        reader.read_kind()
        read_people(row.cells, plan, said)
        reader.read_notes()
        reader.read_tags()
        keep_no_identity_numbers(said)
        reader.read_identity()
    elif not said.problems:
        said.tell("", Problem("no_name"))
    return said


class _Reader:
    """Goes through a row field by field."""

    def __init__(self, texts: Sequence[str], plan: Plan, said: Said) -> None:
        self.texts, self.plan, self.said = texts, plan, said
        # The local's number, else the group exemption's: part of the identity.
        self.number = ""

    def cell(self, name: str) -> str:
        places = self.plan.places.get(name)
        return self.texts[places[0]] if places else ""

    def take(self, name: str, parse: Callable[[str], Any]) -> Any:
        """A cell's value; None where there is none, or where it is wrong, which is told."""
        places = self.plan.places.get(name)
        if not places or not self.texts[places[0]]:
            return None
        value = parse(self.texts[places[0]])
        if isinstance(value, CellError):
            self.said.tell(self.plan.columns[places[0]], value)
            return None
        return value

    def read_name(self) -> None:
        name, note = self._name_and_note()
        if not name:
            return
        parts = [cells.parse_text(self.cell(part), 300) for part in _NAME_PARTS[1:]]
        unit, local, group = (part if isinstance(part, str) else "" for part in parts)
        self.said.name = full_name(name, local, unit, group)[:300].strip()
        self.said.values["name"] = self.said.name
        if number := bare_number(local)[:40]:
            self.said.values["local_number"] = number.upper()
        self.number = number or bare_number(group)[:40]
        if note:
            self.said.notes.append(note)
            self.said.tell(
                self._column(Field.NAME), Problem("name_note", {"name": shortened(self.said.name)})
            )
        if name.startswith(FORMULA):
            self.said.tell(self._column(Field.NAME), Problem("formula", {"text": shortened(name)}))

    def _name_and_note(self) -> tuple[str, str]:
        """The name, and what else stood in its cell; without one, the local in its contact's."""
        cell = self.take(Field.NAME, lambda cell: cells.parse_name(cell, 300))
        if cell is not None:
            return split_if_needed(cell, self.plan.region)
        if self.cell(Field.NAME):
            return "", ""
        contact = cells.parse_text(self.cell(Field.CONTACT), 300)
        local = local_in(contact, self.plan.region) if isinstance(contact, str) else ""
        if local:
            self.said.tell(
                self._column(Field.CONTACT), Problem("name_from_contact", {"name": shortened(local)})
            )
        return local, ""

    def _column(self, name: Field) -> str:
        return self.plan.columns[self.plan.places[name][0]]

    def read_values(self) -> None:
        values = self.said.values
        for name, (column, parse) in _PLAIN.items():
            if name in self.plan.places and (value := self.take(name, parse)) is not None:
                values[column] = value
        self._read_ids()
        for column, own in self.plan.own.items():
            if kept := self.take(column, parse_own(own, self.plan)):
                self.said.own[str(own.id)] = kept

    def _read_ids(self) -> None:
        if not _IDS & self.plan.places.keys():
            return
        number = self.take(Field.EXTERNAL_ID, _text_of(120))
        if number:
            said_source = self.take(Field.SOURCE, _text_of(LONGEST_SOURCE))
            self.said.values |= {"external_id": number, "source": said_source or self.plan.source}
        parent_id = self.take(Field.PARENT_ID, _text_of(120))
        parent = self.take(Field.PARENT, _text_of(300))
        if parent_id:
            self.said.parent = ["id", parent_id]
        elif parent and sort_name(full_name(parent)) != sort_name(self.said.name):
            self.said.parent = ["name", full_name(parent)]

    def read_kind(self) -> None:
        said = self.take(Field.KIND, lambda cell: None if cells.is_missing(cell) else parse_kind(cell))
        if said is None and Field.IRS_SUBSECTION in self.plan.places:
            codes = [self.cell(code) for code in (Field.IRS_SUBSECTION, Field.IRS_FOUNDATION, Field.NTEE)]
            said = kind_from_irs(*codes)
        self.said.kind_said = said is not None
        supposed = self.plan.default_kind or kind_from_name(self.said.name) or OrganizationKind.OTHER
        self.said.values["kind"] = (said or supposed).value

    def read_notes(self) -> None:
        """Note columns; named by their column where there are several."""
        places = self.plan.places.get(Field.NOTE, ())
        for place in places:
            column, cell = self.plan.columns[place], self.texts[place]
            text = cells.parse_text(cell, 4000, lines=True) if cell else None
            if isinstance(text, CellError):
                self.said.tell(column, text)
            elif text:
                self.said.notes.append(text if len(places) == 1 else f"{column}: {text}")

    def read_tags(self) -> None:
        """The tags of all their columns, each once; what can't be one is told, and so are too many."""
        found: dict[str, str] = {}
        for place in self.plan.places.get(Field.TAGS, ()):
            column, cell = self.plan.columns[place], self.texts[place]
            for label in split_tags(cell) if not cells.is_missing(cell) else ():
                if not is_tag(label):
                    self.said.tell(column, Problem("tag", {"text": shortened(label), "limit": LONGEST}))
                elif len(found) < MOST:
                    found.setdefault(tag_key(label), label)
                elif tag_key(label) not in found:
                    self.said.tell(column, Problem("tags_many", {"text": shortened(label), "limit": MOST}))
        self.said.tags = list(found.values())

    def read_identity(self) -> None:
        values = self.said.values
        key = identity_key(self.said.name, values.get("city", ""), values.get("state", ""), self.number)
        self.said.identity = key[:LONGEST_KEY]


def split_if_needed(name: str, region: str) -> tuple[str, str]:
    """A name, and what else stood in its cell: a person or a number, kept as a note."""
    if "@" not in name and sum(map(str.isdigit, name)) < 7:
        return name, ""
    split = split_name(name, region)
    return (split.name, split.note) if any(map(str.isalpha, split.name)) else (name, "")


def tidy_place(text: str) -> str:
    """A town typed in capitals as people write it; one with small letters in it is left alone."""
    return text.title() if text.isupper() and len(text) > 3 else text


def _text_of(longest: int) -> Callable[[str], Any]:
    return lambda cell: cells.parse_text(cell, longest)


def _city(cell: str) -> Any:
    text = cells.parse_text(cell, 120)
    return tidy_place(text) if isinstance(text, str) else text


def _place(cell: str) -> Any:
    """A place; of a list that is too long the first."""
    text = cells.parse_text(cell, 120)
    if isinstance(text, CellError) and text.code == "too_long":
        parts = cells.parse_list(cell)
        text = parts if isinstance(parts, CellError) else cells.parse_text(parts[0], 120)
    return tidy_place(text) if isinstance(text, str) else text


def _website(cell: str) -> Any:
    """A website's address; one that is too long to be kept is left out."""
    address = cells.parse_website(cell)
    return None if isinstance(address, str) and len(address) > LONGEST_WEBSITE else address


def _size(cell: str) -> Any:
    people = cells.parse_people(cell)
    return people.number if isinstance(people, cells.People) else people


# Plain columns, and how the cells of each are read.
_PLAIN: dict[Field, tuple[str, Callable[[str], Any]]] = {
    Field.ACRONYM: ("acronym", _text_of(60)),
    Field.SECTOR: ("sector", _text_of(120)),
    Field.PLACE: ("place", _place),
    Field.ADDRESS: ("address", _text_of(300)),
    Field.CITY: ("city", _city),
    Field.STATE: ("state", _text_of(60)),
    Field.POSTAL_CODE: ("postal_code", _text_of(20)),
    Field.LATITUDE: ("latitude", cells.parse_latitude),
    Field.LONGITUDE: ("longitude", cells.parse_longitude),
    Field.WEBSITE: ("website", _website),
    Field.DESCRIPTION: ("description", lambda cell: cells.parse_text(cell, 2000, lines=True)),
    Field.PEOPLE: ("size", _size),
}
_IDS = {Field.EXTERNAL_ID.value, Field.PARENT_ID.value, Field.PARENT.value}
