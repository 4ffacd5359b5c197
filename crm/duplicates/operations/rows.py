"""Moving what is of one group to another, row by row, and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Table, select, update
from sqlalchemy.exc import IntegrityError

from crm.core.crypto import new_token
from crm.core.db import Base, db
from crm.duplicates.models import Merge
from crm.duplicates.queries.plans import Conflict, find_conflicts
from crm.duplicates.references import RULES, Reference, list_references
from crm.organizations.models import Contact
from crm.organizations.operations import delete_organizations, insert_organizations

BATCH = 500
Moved = dict[str, list[int]]
Swapped = dict[str, list[list[int]]]
Settled = list[list[Any]]


def move_rows(
    kept_id: int, merged_id: int, besides: Mapping[str, Collection[int]]
) -> tuple[Moved, Swapped, Settled]:
    """Let everything that refers to one group refer to the other, as the rules say; what was done.

    `besides`: "table.column" → rows that stay where they are.
    """
    db.session.flush()
    moved: Moved = {}
    swapped: Swapped = defaultdict(list)
    settled: Settled = _one_first_contact(kept_id, merged_id)
    for reference in list_references():
        conflicts = find_conflicts(reference, kept_id, merged_id)
        settled += [row for one in conflicts for row in _give_way(one)]
        # Who gave way by what was just set may go along; who did not stays.
        left = find_conflicts(reference, kept_id, merged_id)
        pairs = [(one.kept_row, one.merged_row) for one in left if one.merged_wins]
        _swap(reference, pairs, kept_id, merged_id)
        swapped[reference.key] = [list(pair) for pair in pairs]
        staying = {one.loser for one in left} | set(besides.get(reference.key, ()))
        ids = [row for row in _ids_of(reference, merged_id) if row not in staying]
        _refer(reference, ids, kept_id)
        moved[reference.key] = ids
    db.session.expire_all()
    return {k: v for k, v in moved.items() if v}, {k: v for k, v in swapped.items() if v}, settled


def move_back(merge: Merge) -> None:
    """Let what went along refer to its own group again, unless somebody has moved it since.

    What gave way is as it was before, where nothing has taken its place meanwhile.
    """
    db.session.flush()
    for reference in list_references():
        mine = set(_ids_of(reference, merge.kept_id))
        _refer(reference, [row for row in merge.moved.get(reference.key, []) if row in mine], merge.merged_id)
        theirs = set(_ids_of(reference, merge.merged_id))
        pairs = [(a, b) for a, b in merge.swapped.get(reference.key, []) if a in theirs and b in mine]
        # Now it is the kept group's own row that is with the merged one.
        _swap(reference, [(b, a) for a, b in pairs], merge.kept_id, merge.merged_id)
    for table, row_id, before in merge.settled:
        _set_back(Base.metadata.tables[table], row_id, before)
    db.session.expire_all()


def _one_first_contact(kept_id: int, merged_id: int) -> Settled:
    """One person is called first: the kept group's, where it has one."""
    query = select(Contact.id).where(Contact.is_primary)
    if db.session.scalar(query.where(Contact.organization_id == kept_id).limit(1)) is None:
        return []
    ids = db.session.scalars(query.where(Contact.organization_id == merged_id)).all()
    db.session.execute(update(Contact).where(Contact.id.in_(ids)).values(is_primary=False))
    return [["contact", row, {"is_primary": True}] for row in ids]


def _give_way(conflict: Conflict) -> Iterator[list[Any]]:
    table = conflict.reference.table
    rule = RULES.get(table.name)
    if rule is None or rule.settle is None:
        return
    values = rule.settle()
    columns = [table.c[name] for name in values]
    row = db.session.execute(select(*columns).where(table.c.id == conflict.loser)).mappings().one()
    db.session.execute(update(table).where(table.c.id == conflict.loser).values(**values))
    # Of instants there was none before: whoever has one stands in nobody's way.
    yield [
        table.name,
        conflict.loser,
        {name: row[name] if name in ("state", "decision") else None for name in values},
    ]


def _ids_of(reference: Reference, organization_id: int) -> Sequence[int]:
    query = select(reference.table.c.id).where(reference.column == organization_id)
    return db.session.scalars(query.order_by(reference.table.c.id)).all()


def _refer(reference: Reference, ids: Sequence[int], organization_id: int) -> None:
    for start in range(0, len(ids), BATCH):
        chosen = reference.table.c.id.in_(ids[start : start + BATCH])
        statement = update(reference.table).where(chosen)
        db.session.execute(statement.values({reference.column.name: organization_id}))


def _swap(reference: Reference, pairs: Sequence[tuple[int, int]], kept_id: int, merged_id: int) -> None:
    """Let rows change places of which each group has one: by way of a third group, gone at once."""
    if not pairs:
        return
    with _third_group() as third:
        _refer(reference, [ours for ours, _theirs in pairs], third)
        _refer(reference, [theirs for _ours, theirs in pairs], kept_id)
        _refer(reference, [ours for ours, _theirs in pairs], merged_id)


@contextmanager
def _third_group() -> Iterator[int]:
    made = insert_organizations([{"name": f"merging {new_token()[:20]}"}])
    yield made[0]
    delete_organizations(made)


def _set_back(table: Table, row_id: int, before: Mapping[str, Any]) -> None:
    try:
        with db.session.begin_nested():
            db.session.execute(update(table).where(table.c.id == row_id).values(**before))
    except IntegrityError:
        # Another took its place since: it stays as it is.
        return
