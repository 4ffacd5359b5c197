"""Which coalition's rows this code may touch.

Every row of a coalition carries `coalition_id`. The scope is one coalition, all of them (named, in
few places), or none: without a scope a statement on a coalition's table is an error, not a leak.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from functools import lru_cache
from typing import Any, Self
from weakref import WeakKeyDictionary

from sqlalchemy import (
    BindParameter,
    Executable,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import (
    LoaderCriteriaOption,
    Mapped,
    ORMExecuteState,
    Session,
    declared_attr,
    mapped_column,
    with_loader_criteria,
)
from sqlalchemy.schema import SchemaItem

ALL = -1
_scope: ContextVar[int | None] = ContextVar("muster_coalition", default=None)


class NoCoalition(RuntimeError):
    """A coalition's rows were asked for where no coalition is chosen."""


def enter(coalition_id: int | None) -> Token[int | None]:
    """Choose the coalition (None: no coalition); give the token to `leave`."""
    return _scope.set(coalition_id)


def leave(token: Token[int | None]) -> None:
    _scope.reset(token)


def choose(coalition_id: int | None) -> None:
    """Choose the coalition for the rest of this request, which `enter` has opened."""
    _scope.set(coalition_id)


@contextmanager
def in_coalition(coalition_id: int) -> Iterator[None]:
    """Work with one coalition's rows."""
    token = enter(coalition_id)
    try:
        yield
    finally:
        leave(token)


@contextmanager
def across_coalitions() -> Iterator[None]:
    """The one way to see every coalition's rows: sign-in, `/`, the worker, feed tokens, a parent's totals."""
    token = enter(ALL)
    try:
        yield
    finally:
        leave(token)


def chosen() -> int | None:
    """The chosen coalition, ALL, or None."""
    return _scope.get()


def current_coalition_id() -> int:
    """The chosen coalition. Raises NoCoalition when none, or all, are chosen."""
    scope = _scope.get()
    if scope is None or scope == ALL:
        raise NoCoalition("No single coalition is chosen: use in_coalition().")
    return scope


class Tenant:
    """Mixin of every table that belongs to a coalition."""

    id: Mapped[int] = mapped_column(primary_key=True)

    @declared_attr
    def coalition_id(cls) -> Mapped[int]:  # noqa: N805
        return mapped_column(ForeignKey("coalition.id"), default=current_coalition_id, index=True)


def tenant_table(*items: SchemaItem) -> tuple[Any, ...]:
    """`__table_args__` of a coalition's table: the key that others refer to, and what is given."""
    return (UniqueConstraint("coalition_id", "id"), *items)


def owned(column: str, table: str, *, ondelete: str | None = None) -> ForeignKeyConstraint:
    """(coalition_id, column) → (coalition_id, id): a row never refers to another coalition's."""
    return ForeignKeyConstraint(
        ["coalition_id", column], [f"{table}.coalition_id", f"{table}.id"], ondelete=ondelete
    )


@event.listens_for(Session, "do_orm_execute")
def _keep_to_the_coalition(state: ORMExecuteState) -> None:
    scope = _scope.get()
    if scope == ALL or state.is_column_load or not (state.is_select or state.is_update or state.is_delete):
        return
    if scope is None:
        for mapper in state.all_mappers:
            if issubclass(mapper.class_, Tenant):
                raise NoCoalition(f"{mapper.class_.__name__} was asked for without a coalition.")
        return
    state.statement = kept_to(state.statement, scope)


# Statement → its form for each coalition, for as long as somebody keeps the statement: with it the form keeps
# the key by which its SQL is found again, which took a third of the time of asking.
_kept: WeakKeyDictionary[Executable, dict[int, Executable]] = WeakKeyDictionary()


def kept_to(statement: Executable, scope: int) -> Executable:
    """A statement that is held to one coalition's rows, as the session holds each that it is given."""
    forms = _kept.setdefault(statement, {})
    if scope not in forms:
        forms[scope] = statement.options(_rows_of(scope))
    return forms[scope]


@lru_cache(maxsize=256)
def _rows_of(scope: int) -> LoaderCriteriaOption:
    """Made once for each coalition: to make it anew took a fifteenth of the time of statements."""
    coalition = _Coalition("of_coalition", scope, Integer)
    return with_loader_criteria(Tenant, lambda cls: cls.coalition_id == coalition, include_aliases=True)


class _Coalition(BindParameter[int]):
    """The coalition in a statement. SQLAlchemy would give it an annotated double, and compare the two by
    writing SQL, three times a statement: a seventh of the time of a short one.
    """

    inherit_cache = True

    def _annotate(self, values: Mapping[str, Any]) -> Self:
        return self
