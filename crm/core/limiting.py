"""Whose groups alone this code may see: an organizer who is limited to those assigned to them.

A second criterion beside that of the coalition (`tenancy`), put on every statement in one place. Whatever a
limited organizer opens (a page, a list, a count, a search, a file, what an operation loads) is asked of their
groups alone, so what belongs to another group is not there. Which tables belong to groups is read from their
foreign keys, so that a new table is held to it without anybody thinking of it; the few for which that is not
the whole truth say so themselves, by a class attribute `__of_groups__`: a rule as below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar, Token
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    event,
    inspect,
    or_,
    select,
    true,
)
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from crm.core.db import Base
from crm.core.tenancy import NoCoalition, Tenant, current_coalition_id, in_coalition

GROUPS = "organization"
_whose: ContextVar[int | None] = ContextVar("muster_limited_to", default=None)
# The table, or its class: what holds its columns → which of its rows are seen.
Rule = Callable[[Any], ColumnElement[bool]]


def enter(user_id: int | None) -> Token[int | None]:
    """See the groups assigned to somebody alone (None: all of the coalition's); give the token to `leave`."""
    return _whose.set(user_id)


def leave(token: Token[int | None]) -> None:
    _whose.reset(token)


def limit_to(user_id: int | None) -> None:
    """The same for the rest of this request, which `enter` has opened."""
    _whose.set(user_id)


def limited_to() -> int | None:
    """Whose groups alone are seen here; None: all."""
    return _whose.get()


@contextmanager
def limited(user_id: int | None) -> Iterator[None]:
    """See the groups assigned to somebody alone, or (None) all of the coalition's."""
    token = enter(user_id)
    try:
        yield
    finally:
        leave(token)


def keep_scope() -> Callable[[], AbstractContextManager[None]]:
    """The scope of now, to be entered again when the request is over: of a file that is read in parts."""
    coalition_id, user_id = current_coalition_id(), limited_to()

    @contextmanager
    def again() -> Iterator[None]:
        with in_coalition(coalition_id), limited(user_id):
            yield

    return again


def _here() -> int:
    """The chosen coalition; where there is no single one, none that has groups."""
    try:
        return current_coalition_id()
    except NoCoalition:
        return 0


# Their values are taken when a statement is sent, so that each is made and kept once for all organizers.
ME: Any = bindparam("limited_to", type_=Integer(), callable_=_whose.get)
_HERE: Any = bindparam("limited_in", type_=Integer(), callable_=_here)
# The documents of the search index that are seen, for its own statements.
SEEN_DOCUMENTS = (
    "SELECT seen.id FROM search_document AS seen JOIN organization AS own "
    "ON own.coalition_id = seen.coalition_id AND own.id = seen.record_id "
    "WHERE seen.coalition_id = :coalition_id AND seen.kind = 'organization' AND own.assignee_id = :limited_to"
)


def own_groups() -> Select[Any]:
    """The ids of the groups that are seen."""
    groups = Base.metadata.tables[GROUPS]
    return select(groups.c.id).where(groups.c.coalition_id == _HERE, groups.c.assignee_id == ME)


def all_seen(_columns: Any) -> ColumnElement[bool]:
    """The rule of a table that refers to a group and is not the group's: an event names its host."""
    return true()


def seen_where_none(columns: Any) -> ColumnElement[bool]:
    """The rule of a table whose rows are everybody's where they name no group."""
    return or_(columns.organization_id.is_(None), columns.organization_id.in_(own_groups()))


@cache
def rules() -> dict[str, Rule]:
    """Table → which of its rows are seen; the tables that are not there belong to no group."""
    found: dict[str, Rule | None] = {}
    said = {m.class_.__tablename__: getattr(m.class_, "__of_groups__", None) for m in Base.registry.mappers}
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Tenant):
            _find(mapper.local_table, said, found)
    return {name: rule for name, rule in found.items() if rule is not None}


def _find(table: Any, said: dict[str, Any], found: dict[str, Rule | None]) -> Rule | None:
    if table.name not in found:
        found[table.name] = None
        found[table.name] = said.get(table.name) or _by_keys(table, said, found)
    return found[table.name]


def _by_keys(table: Table, said: dict[str, Any], found: dict[str, Rule | None]) -> Rule | None:
    """By the columns that name its group; else by those that name a row which belongs to one."""
    keys = [
        (column, constraint.referred_table)
        for constraint in table.foreign_key_constraints
        for column in constraint.columns
        if column.name != "coalition_id"
    ]
    groups = [column for column, other in keys if other.name == GROUPS]
    needed = [column.key for column in groups if not column.nullable] or [column.key for column in groups]
    if groups:
        loose = [column.key for column in groups if column.key not in needed]
        return lambda columns: _of(columns, needed, loose)
    above = [
        (column.key, other, rule)
        for column, other in keys
        if not column.nullable and (rule := _find(other, said, found)) is not None and rule is not all_seen
    ]
    return (lambda columns: _below(columns, above)) if above else None


def _of(columns: Any, needed: list[str], loose: list[str]) -> ColumnElement[bool]:
    own = own_groups()
    empty_too = [or_(getattr(columns, one).is_(None), getattr(columns, one).in_(own)) for one in loose]
    return and_(*(getattr(columns, one).in_(own) for one in needed), *empty_too)


def _below(columns: Any, above: list[tuple[str, Any, Rule]]) -> ColumnElement[bool]:
    return and_(
        *(getattr(columns, key).in_(select(other.c.id).where(rule(other.c))) for key, other, rule in above)
    )


def _seen(entity: Any) -> ColumnElement[bool]:
    """The criterion of a class, or of another name for it, in a statement."""
    known = inspect(entity, raiseerr=False)
    rule = rules().get(known.mapper.local_table.name) if known is not None else None
    return rule(entity) if rule is not None else true()


# Asked for each class of a statement when it is compiled: one option, whatever the statement is about.
_SEEN_ALONE = with_loader_criteria(
    Tenant, lambda cls: _seen(cls), include_aliases=True, track_closure_variables=False
)


@event.listens_for(Session, "do_orm_execute")
def _keep_to_their_groups(state: ORMExecuteState) -> None:
    if state.is_column_load or not (state.is_select or state.is_update or state.is_delete):
        return
    state.statement = kept_to_own(state.statement)


def kept_to_own(statement: Executable) -> Executable:
    """A statement that is held to the groups that are seen, as the session holds each that it is given."""
    return statement if _whose.get() is None else statement.options(_SEEN_ALONE)
