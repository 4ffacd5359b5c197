"""Many organizations at once, as an import makes them: plain statements, in batches of about 500.

    ids = insert_organizations([{"name": "Teamsters Local 6", "city": "Missoula", "import_id": 3}, …])
    update_organizations([{"id": 12, "size": 400}, …])

Rows are checked by who prepares them: names and texts cleaned and within the columns' lengths, identities
compared beforehand (`queries.map_identities`, `queries.map_external_ids`). A taken identity raises
IntegrityError and leaves the whole batch undone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import RowMapping, Table, bindparam, delete, insert, select, update

from crm.coalitions.operations import touch_feeds
from crm.core import clock, search
from crm.core.db import db
from crm.core.tenancy import current_coalition_id
from crm.organizations.derived import KIND, derived, document
from crm.organizations.models import Contact, Organization, OrganizationKind, Stage
from crm.organizations.queries import map_identities

NAMED = ("name", "acronym", "local_number", "place", "city", "state")
# What identity is made of: it stays while these do.
IDENTIFYING = frozenset({"name", "local_number", "city", "state"})
TABLE = cast("Table", Organization.__table__)


def insert_organizations(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Add organizations to the chosen coalition; their ids, in the order of the rows.

    A row holds column names of `organization`; `name` is needed, what is left out is as for a new listing.
    What follows from the others (sort_name, identity_key, place_key) is worked out here, but for an
    identity_key that is given: of two groups of one list that share it, one is told apart by its id there.
    """
    if not rows:
        return []
    empty = _empty_row()
    full = [{**empty, **row} for row in rows]
    for row in full:
        row.update(derived(row))
    # What no row fills is left out: each value of each row is made ready for the driver by itself.
    filled = [name for name in empty if any(row[name] is not None for row in full)]
    values = [{name: row[name] for name in filled} for row in full]
    db.session.connection().execute(insert(TABLE), values)
    # Asked for by their identities afterwards: RETURNING would insert them one by one on SQLite.
    by_identity = map_identities([row["identity_key"] for row in full])
    ids = [by_identity[row["identity_key"]] for row in full]
    search.put([document(record_id, row) for record_id, row in zip(ids, full, strict=True)])
    return ids


def _empty_row() -> dict[str, Any]:
    now = clock.now()
    empty = {column.key: None for column in TABLE.columns if column.key != "id"}
    texts = dict.fromkeys(
        "acronym sector place address city state postal_code website description local_number".split(), ""
    )
    return {
        **empty,
        **texts,
        "coalition_id": current_coalition_id(),
        "kind": OrganizationKind.OTHER,
        "size_public": False,
        "stage": Stage.TO_CONTACT,
        "stage_since": now,
        "created_at": now,
        "updated_at": now,
        "edition": 1,
    }


def update_organizations(rows: Sequence[Mapping[str, Any]]) -> None:
    """Change organizations of the chosen coalition: each row holds `id` and the columns that change.

    Whoever has one of them open in a form is told of it (the edition is raised).
    """
    if not rows:
        return
    named = {row["id"]: row for row in _named([row["id"] for row in rows])}
    now = clock.now()
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        values = {name: value for name, value in row.items() if name != "id"}
        if any(name in NAMED for name in values):
            values = {**derived({**named[row["id"]], **values}), **values}
        if not IDENTIFYING & row.keys():
            values.pop("identity_key", None)
        by_columns[tuple(sorted(values))].append({**values, "row_id": row["id"], "updated_at": now})
    for columns, group in by_columns.items():
        statement = update(TABLE).where(TABLE.c.id == bindparam("row_id"), _own())
        changed: dict[str, Any] = {name: bindparam(name) for name in (*columns, "updated_at")}
        db.session.connection().execute(statement.values(**changed, edition=TABLE.c.edition + 1), group)
    index_organizations([row["id"] for row in rows])
    touch_feeds()
    db.session.expire_all()


def delete_organizations(ids: Sequence[int]) -> None:
    """Take out organizations that nothing but their contacts refers to, as undoing an import does.

    Raises IntegrityError where something else does (a touch, a stand, an affiliate).
    """
    search.remove(KIND, ids)
    db.session.execute(delete(Contact).where(Contact.organization_id.in_(ids)))
    db.session.execute(delete(Organization).where(Organization.id.in_(ids)))
    touch_feeds()


def index_organizations(ids: Sequence[int]) -> None:
    """Bring what search knows of these organizations up to date."""
    search.put([document(row["id"], dict(row)) for row in _named(ids) if row["archived_at"] is None])


def _named(ids: Sequence[int]) -> Sequence[RowMapping]:
    columns = (TABLE.c.id, TABLE.c.archived_at, *(TABLE.c[name] for name in NAMED))
    query = select(*columns).where(TABLE.c.id.in_(ids), _own())
    return db.session.execute(query).mappings().all()


def _own() -> Any:
    """Plain statements are not kept to the coalition by the session: they name it."""
    return TABLE.c.coalition_id == current_coalition_id()
