"""What the directory can be narrowed to beyond its own filters: later features register their part here.

A feature appends to `directory_filters` in its own `__init__.py`. What is registered works in the directory,
its CSV, in what is done with all groups that match, and in call queues.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import LazyString
from sqlalchemy import ColumnElement, CompoundSelect, Integer, Select, String, cast, select, union_all

from crm.core.db import db
from crm.core.permissions import Viewer

LONGEST_VALUE = 120
# So many narrow a list at once: no address makes a statement grow without end.
MOST_AT_ONCE = 12
Options = Sequence[tuple[str, str]]
# By what they are options of: (value, text), in their order.
Found = Mapping[str, Options]
# A statement of options: what `option_rows` begins.
OptionRows = Select[str, int, str, str]
# (name in the address, value), in the order of their names.
Asked = tuple[tuple[str, str], ...]
# The rest of a name of a family: "12", "12-from".
_MEMBER = re.compile(r"[0-9]{1,9}(-[a-z]{1,8})?")


@dataclass(frozen=True)
class Control:
    """A field of the filter bar: chosen among (value, text), or typed where there are no options."""

    name: str
    label: str | LazyString
    options: Options | None = None
    # Of what is typed: "text", "number" or "date", as HTML calls it.
    type: str = "text"
    # How a value is told that an address asks for and that is not offered.
    word: Callable[[str], str] = str


def _reads_nothing(viewer: Viewer) -> Sequence[OptionRows]:
    return ()


@dataclass(frozen=True)
class DirectoryFilter:
    """One filter, or a family of them, that a feature adds."""

    # Its name in addresses. One that ends with "-" is a family: "field-" is asked for as "field-12".
    name: str
    # What of an asked text is kept: "" narrows nothing. It asks no database.
    parse: Callable[[str], str]
    # (viewer, name, value) → what organizations it leaves: a condition on Organization's columns.
    condition: Callable[[Viewer, str, str], ColumnElement[bool]]
    # (viewer, what all `reads` found) → its fields; none where there is nothing to choose.
    controls: Callable[[Viewer, Found], Sequence[Control]]
    # The options that the database knows, as `option_rows`: everybody's are read in one statement, which is
    # kept for each viewer, so that nothing else may stand in it.
    reads: Callable[[Viewer], Sequence[OptionRows]] = _reads_nothing
    # Where it stands among the others, from the left.
    place: int = 50

    def is_named(self, name: str) -> bool:
        if not self.name.endswith("-"):
            return name == self.name
        return name.startswith(self.name) and _MEMBER.fullmatch(name[len(self.name) :]) is not None


directory_filters: list[DirectoryFilter] = []


def option_rows(what: Any, value: Any, text: Any, position: Any = 0) -> OptionRows:
    """The columns of a `reads` statement: to complete by `.where(…)`, and `.limit(…)` where it may be long.

    `what` groups the options (text, or a column of it), `position` orders them (a number).
    """
    return select(
        cast(what, String).label("what"),
        cast(position, Integer).label("position"),
        cast(value, String).label("value"),
        cast(text, String).label("text"),
    )


def asked_filters(query: Mapping[str, str]) -> Asked:
    """What the query of an address asks of what is registered; what does not parse counts for nothing."""
    kept: dict[str, str] = {}
    for name in query:
        one = _filter_named(name)
        value = one.parse(query[name][:LONGEST_VALUE].strip()) if one else ""
        if value:
            kept[name] = value
    return tuple(sorted(kept.items())[:MOST_AT_ONCE])


def conditions(viewer: Viewer, asked: Asked) -> list[ColumnElement[bool]]:
    """What the asked filters leave, each as a condition on organizations."""
    found = ((_filter_named(name), name, value) for name, value in asked)
    return [one.condition(viewer, name, value) for one, name, value in found if one is not None]


def registered_options(viewer: Viewer) -> list[OptionRows]:
    """The statements of everything that is registered, for `read_options`."""
    return [part for one in directory_filters for part in one.reads(viewer)]


def options_of(parts: Sequence[OptionRows]) -> CompoundSelect[str, int, str, str]:
    """Statements made of `option_rows` as one."""
    return union_all(*(select(part.subquery()) for part in parts))


def read_options(asked: CompoundSelect[str, int, str, str]) -> Found:
    """What the statement of `options_of` finds."""
    found: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for row in db.session.execute(asked):
        found[row.what].append((row.position, row.text, row.value))
    return {what: [(value, text) for _position, text, value in sorted(rows)] for what, rows in found.items()}


def list_controls(viewer: Viewer, found: Found, asked: Asked = ()) -> list[tuple[Control, str]]:
    """The fields of what is registered, each with its present value.

    A value that is no option (any more) stands among them by itself: what narrows a list is seen. One
    that has no options at all is shown only while it narrows.
    """
    values = dict(asked)
    shown: list[tuple[Control, str]] = []
    for one in sorted(directory_filters, key=lambda one: (one.place, one.name)):
        for control in one.controls(viewer, found):
            value = values.get(control.name, "")
            if not value and control.options is not None and not control.options:
                continue
            if control.options is not None and value not in {"", *dict(control.options)}:
                control = replace(control, options=[*control.options, (value, control.word(value))])
            shown.append((control, value))
    return shown


def only_number(text: str) -> str:
    """The text where it is a whole number that a row's id or a count can be, else ""; for `parse`."""
    return str(int(text)) if text.isascii() and text.isdecimal() and len(text) < 10 else ""


def _filter_named(name: str) -> DirectoryFilter | None:
    return next((one for one in directory_filters if one.is_named(name)), None)
