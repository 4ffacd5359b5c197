"""Going through a row of a list of people, touches or events, field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from crm.core.notes import holds_identity_number
from crm.exchange import cells
from crm.exchange.lists.vocabulary import GroupField
from crm.exchange.plan import Plan
from crm.exchange.problems import CellError, Problem
from crm.exchange.rows import Said
from crm.exchange.tables import Row
from crm.organizations.display import full_name

LONGEST_NOTE = 4000
_YES = frozenset("yes|y|true|1|x|si|s|on|opted out|verdadero|✓|✔".split("|"))
_NO = frozenset("no|n|false|0|off|falso|opted in|✗".split("|"))


class Cells:
    """The cells of a row by the fields that their columns are; what is wrong is told to `said`."""

    def __init__(self, row: Row, plan: Plan) -> None:
        self.texts, self.plan, self.said = row.cells, plan, Said()
        self.is_skipped = row.problem is not None
        if row.problem:
            self.said.name = next(filter(None, row.cells), "")[:120]
            self.said.tell("", row.problem)

    def every(self, name: str) -> Iterator[tuple[str, str]]:
        """(column, cell) of each column of a field that says something."""
        for place in self.plan.places.get(name, ()):
            if self.texts[place] and not cells.is_missing(self.texts[place]):
                yield self.plan.columns[place], self.texts[place]

    def first(self, name: str) -> tuple[str, str]:
        """(column, cell) of a field; ("", "") where it says nothing."""
        return next(self.every(name), ("", ""))

    def take(self, name: str, parse: Callable[[str], Any]) -> Any:
        """A field's value; None where there is none, or where it is wrong, which is told."""
        column, cell = self.first(name)
        value = parse(cell) if cell else None
        if isinstance(value, CellError):
            self.said.tell(column, value)
            return None
        return value

    def text(self, name: str, longest: int) -> str:
        """A field's text, "" without one."""
        return self.take(name, lambda cell: cells.parse_text(cell, longest)) or ""

    def is_yes(self, name: str) -> bool:
        """Whether a box is ticked; what is neither yes nor no is told."""
        column, cell = self.first(name)
        answer = cell.casefold()
        if cell and answer not in _YES and answer not in _NO:
            self.said.tell(column, Problem("yes_or_no", {"text": cell[:60]}))
        return answer in _YES

    def note(self, name: str) -> list[str]:
        """The notes of a field's columns, each named by its column where there are several.

        What looks like a person's identity number is told of and not kept.
        """
        alone, notes = len(self.plan.places.get(name, ())) == 1, []
        for column, cell in self.every(name):
            text = cells.parse_text(cell, LONGEST_NOTE, lines=True)
            if isinstance(text, CellError):
                self.said.tell(column, text)
            elif holds_identity_number(text):
                self.said.tell(column, Problem("identity_number"))
            elif text:
                notes.append(text if alone else f"{column}: {text}")
        return notes

    def group(self) -> dict[str, str]:
        """What the row says of its group, by `GroupField`; only what it says."""
        said = {
            GroupField.GROUP: full_name(self.text(GroupField.GROUP, 300)),
            GroupField.GROUP_ID: self.text(GroupField.GROUP_ID, 120),
            GroupField.GROUP_WEBSITE: self.take(GroupField.GROUP_WEBSITE, cells.parse_website) or "",
            GroupField.GROUP_CITY: self.text(GroupField.GROUP_CITY, 120),
            GroupField.GROUP_STATE: self.text(GroupField.GROUP_STATE, 60),
        }
        return {name.value: text for name, text in said.items() if text}
