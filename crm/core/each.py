"""Values as the rows of a statement, from which a table is asked value by value."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import TableValuedAlias, Text, bindparam, column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class _Each(FunctionElement[Any]):
    """A list of texts in JSON → a row for each, in the column `value`."""

    name = "each"
    inherit_cache = True


@compiles(_Each, "sqlite")
def _on_sqlite(element: _Each, compiler: Any, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Each, "postgresql")
def _on_postgresql(element: _Each, compiler: Any, **options: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS json))"


def each_of(parameter: str) -> TableValuedAlias:
    """A row for each text of a list that the statement is given under that name, as `listed` writes it; in
    the column `value`: to join a table to, on the left, by an index of it.

    For hundreds of values. Of `IN` with so many SQLite believes that all rows of the coalition, or of the
    import, are read sooner; a left join leaves it no choice.
    """
    return _Each(bindparam(parameter, type_=Text)).table_valued(column("value", Text), name="each_one")


def listed(texts: Iterable[str]) -> str:
    """Texts as a parameter of `each_of`."""
    return json.dumps(list(texts))
