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
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from crm.core import limiting, tenancy
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
Read = Callable[[Any], Any]
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

    def reader(self, dialect: Dialect) -> Read:
        """What makes of a row of the statement one of this question, its columns by their names."""
        reads = [_read_of(column.type, dialect) for column in self.columns]
        cells = list(zip(self.places, reads, strict=True))
        make = self._row
        return lambda row: make(*[read(row[place]) if read else row[place] for place, read in cells])


def _row_of(names: Sequence[str]) -> Callable[..., Any]:
    return namedtuple("Row", names)  # type: ignore[misc] # its names are known where the question is asked


class _Written:
    """A statement as it goes to the driver, with the values that are the same whenever it is asked."""

    def __init__(self, statement: Any, dialect: Dialect, values: Mapping[str, Any]) -> None:
        compiled = statement.compile(dialect=dialect)
        # That of SQL, for it is a select.
        assert isinstance(compiled, SQLCompiler)  # noqa: S101
        state = compiled.construct_expanded_state(values)
        self.sql = state.statement
        self._order = state.positiontup
        self._processors = state.processors
        self._fixed = self._ready(state.additional_parameters)
        # Whose groups are seen is known when it is asked.
        self._asked = {name: bind for name, bind in compiled.binds.items() if bind.callable}

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """All of them, as the driver takes them."""
        own = {name: bind.effective_value for name, bind in self._asked.items()}
        all_of_them = self._fixed | self._ready({**own, **values})
        return all_of_them if self._order is None else tuple(map(all_of_them.__getitem__, self._order))

    def _ready(self, values: Mapping[str, Any]) -> dict[str, Any]:
        ready = self._processors
        return {name: ready[name](value) if name in ready else value for name, value in values.items()}


class Together:
    """Questions (each a select of columns with names, by its own name) that are asked at once.

    To be kept: the statement is long, and is written out once for each coalition.
    """

    def __init__(self, questions: Mapping[str, Question]) -> None:
        self._parts = {name: _Part(name, query) for name, query in questions.items()}
        kinds = _places(self._parts.values())
        rows = [_as_wide(part, kinds) for part in self._parts.values()]
        self._statement = select(union_all(*rows).subquery())
        self._written: dict[tuple[Any, ...], tuple[_Written, dict[str, Read]]] = {}

    def ask(self, values: Mapping[str, Any]) -> dict[str, list[Any]]:
        """The rows of every question, by its name and in no order. `values` are those of all parameters.

        Raises NoCoalition where no single coalition is chosen.
        """
        written, readers = self._write(current_coalition_id(), values)
        # As before each statement of the session.
        db.session.flush()
        found: dict[str, list[Any]] = {name: [] for name in self._parts}
        for row in db.session.connection().exec_driver_sql(written.sql, written.parameters(values)):
            found[row[0]].append(readers[row[0]](row))
        return found

    def _write(self, coalition_id: int, values: Mapping[str, Any]) -> tuple[_Written, dict[str, Read]]:
        dialect = db.session.get_bind().dialect
        key = dialect.name, coalition_id, limiting.limited_to() is None
        if key not in self._written:
            statement = limiting.kept_to_own(tenancy.kept_to(self._statement, coalition_id))
            readers = {name: part.reader(dialect) for name, part in self._parts.items()}
            self._written[key] = _Written(statement, dialect, values), readers
        return self._written[key]


def _kind_of(column: TypeEngine[Any]) -> TypeEngine[Any]:
    """As what the database keeps a column."""
    kept: TypeEngine[Any] = column.impl_instance if isinstance(column, TypeDecorator) else column
    if isinstance(kept, DateTime):
        return _MOMENT
    if isinstance(kept, Date):
        return _DAY
    return next(kind for python, kind in _KINDS if issubclass(kept.python_type, python))


def _read_of(column: TypeEngine[Any], dialect: Dialect) -> Read | None:
    """What the driver gives as the database keeps a column, and that as the column's own; None: as it is."""
    kept = _kind_of(column).dialect_impl(dialect).result_processor(dialect, None)
    if not isinstance(column, TypeDecorator):
        return kept
    own = column.process_result_value
    if kept is None:
        return lambda value: own(value, dialect)
    return lambda value: own(kept(value), dialect)


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
