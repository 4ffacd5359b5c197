"""Several questions to the database as one statement, whatever columns each of them has.

A page that shows a little of everything would else ask as many statements as there are features. The answers
are the parts of one UNION ALL: columns of one kind (numbers, texts, days…) share their places in it, and each
row is read as the columns of the part that it is of.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Dialect,
    LargeBinary,
    Select,
    String,
    TypeDecorator,
    cast,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.types import TypeEngine

from crm.core.db import db
from crm.core.tenancy import current_coalition_id

# What shares places. The first that fits counts: a moment is no day, though both are dates to Python.
_KINDS: tuple[tuple[type, TypeEngine[Any]], ...] = (
    (bool, Boolean()),
    (int, BigInteger()),
    (str, String()),
    (bytes, LargeBinary()),
)
_MOMENT, _DAY = DateTime(timezone=True), Date()
Read = Callable[[Any, Dialect], Any]
# A select of columns, whatever they are.
Question = Select[*tuple[Any, ...]]


class _Part:
    """One question: at which places of the row its columns stand, and how they are read there."""

    def __init__(self, name: str, query: Question) -> None:
        self.name = name
        self.query = query.subquery()
        self.columns = list(self.query.c)
        self.kinds = [_kind_of(column.type) for column in self.columns]
        self.places: list[int] = []
        self._row = _row_of([column.name for column in self.columns])
        self._reads: list[Read | None] = [_read_of(column.type) for column in self.columns]

    def row(self, row: Sequence[Any], dialect: Dialect) -> Any:
        """A row of the statement as one of this question, its columns by their names."""
        pairs = zip(self.places, self._reads, strict=True)
        return self._row(*(read(row[place], dialect) if read else row[place] for place, read in pairs))


def _row_of(names: Sequence[str]) -> Callable[..., Any]:
    return namedtuple("Row", names)  # type: ignore[misc] # its names are known where the question is asked


class Together:
    """Questions (each a select of columns with names, by its own name) that are asked at once.

    To be kept: the statement is long, and is found again by the form that was kept of it.
    """

    def __init__(self, questions: Mapping[str, Question]) -> None:
        self._parts = {name: _Part(name, query) for name, query in questions.items()}
        kinds = _places(self._parts.values())
        rows = [_as_wide(part, kinds) for part in self._parts.values()]
        self._statement = select(union_all(*rows).subquery())

    def ask(self, values: Mapping[str, Any]) -> dict[str, list[Any]]:
        """The rows of every question, by its name and in no order. `values` are those of all parameters.

        Raises NoCoalition where no single coalition is chosen.
        """
        current_coalition_id()
        dialect = db.session.get_bind().dialect
        found: dict[str, list[Any]] = {name: [] for name in self._parts}
        for row in db.session.execute(self._statement, values):
            found[row[0]].append(self._parts[row[0]].row(row, dialect))
        return found


def _kind_of(column: TypeEngine[Any]) -> TypeEngine[Any]:
    """As what the database keeps a column."""
    kept: TypeEngine[Any] = column.impl_instance if isinstance(column, TypeDecorator) else column
    if isinstance(kept, DateTime):
        return _MOMENT
    if isinstance(kept, Date):
        return _DAY
    return next(kind for python, kind in _KINDS if issubclass(kept.python_type, python))


def _read_of(column: TypeEngine[Any]) -> Read | None:
    return column.process_result_value if isinstance(column, TypeDecorator) else None


def _places(parts: Iterable[_Part]) -> list[TypeEngine[Any]]:
    """The kinds of the row's places; tells every part where its columns stand. At 0 is the part's name."""
    kinds: list[TypeEngine[Any]] = []
    for part in parts:
        free = list(range(len(kinds)))
        for kind in part.kinds:
            place = next((place for place in free if kinds[place] is kind), None)
            if place is None:
                place = len(kinds)
                kinds.append(kind)
            else:
                free.remove(place)
            part.places.append(place + 1)
    return kinds


def _as_wide(part: _Part, kinds: Sequence[TypeEngine[Any]]) -> Question:
    """A part with a value for every place. PostgreSQL takes a bare NULL for text, so each has its type."""
    at = dict(zip(part.places, part.columns, strict=True))
    values = [
        type_coerce(at[place], kind) if place in at else cast(null(), kind)
        for place, kind in enumerate(kinds, 1)
    ]
    named = [value.label(f"p{place}") for place, value in enumerate(values, 1)]
    return select(literal(part.name, String()).label("part"), *named)
