"""The parents that rows name: sought once all groups are there, by the list's id or by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import aliased

from crm.core import clock
from crm.core.db import db
from crm.exchange.models import Import, ImportRow, RowOutcome
from crm.exchange.operations.staging import ROWS, find_rows, keep_rows
from crm.exchange.problems import Problem, shortened
from crm.exchange.rows import Said, hash_of, read_said
from crm.exchange.undo import read_undo
from crm.organizations.derived import sort_name
from crm.organizations.models import Organization
from crm.organizations.names import identity_key, normalise_city, normalise_state
from crm.organizations.operations import update_organizations
from crm.organizations.queries import is_within, map_external_ids

Parent = tuple[int, str, str, str]


def tell_of_parents(task: Import, rows: Sequence[ImportRow]) -> None:
    """Before it is applied: name the parents that are neither in the file nor in the directory."""
    said = [read_said(row.said or "") for row in rows]
    known = _find(task.source, said)
    in_file = _in_file(task, said)
    now = _parents_now(rows)
    for row, one in zip(rows, said, strict=True):
        found, problem = _choose(one, known.get(_key(one), []))
        if problem is not None and problem.code == "parent_unknown" and _hash(task, one) in in_file:
            problem = None
        if problem is not None:
            one.tell("", problem)
            row.has_problems = True
        elif row.outcome is not RowOutcome.CREATE:
            _tell_of_change(row, one, found, now)
        row.said = one.as_json()
    keep_rows(rows)


def set_parents(task: Import, rows: Sequence[ImportRow]) -> None:
    """Put the groups of applied rows under their parents; who would be under itself stays where it is."""
    said = [read_said(row.said or "") for row in rows]
    known = _find(task.source, said)
    ids = [row.organization_id for row in rows if row.organization_id]
    query = select(Organization.id, Organization.parent_id).where(Organization.id.in_(ids))
    present = {row.id: row.parent_id for row in db.session.execute(query)}
    affiliated = select(Organization.parent_id).where(Organization.parent_id.in_(ids)).distinct()
    above = set(db.session.scalars(affiliated))
    moves: list[dict[str, int]] = []
    for row, one in zip(rows, said, strict=True):
        found, _problem = _choose(one, known.get(_key(one), []))
        if row.organization_id is None or found is None or present.get(row.organization_id) == found[0]:
            continue
        if row.organization_id in above:
            # Only who has affiliates can come under one of them; the moves so far count, too.
            update_organizations(moves)
            moves = []
            if is_circle(row.organization_id, found[0]):
                one.tell("", Problem("parent_circle", {"text": shortened(found[1])}))
                row.said, row.has_problems = one.as_json(), True
                continue
        moves.append({"id": row.organization_id, "parent_id": found[0]})
        _remember(row, present.get(row.organization_id), found[0])
        above.add(found[0])
        if row.outcome is RowOutcome.UNCHANGED:
            row.outcome = RowOutcome.CHANGE
    update_organizations(moves)
    keep_rows(rows)
    task.parents_through, task.moved_at = rows[-1].id, clock.now()


def _remember(row: ImportRow, before: int | None, after: int) -> None:
    """Keep the move with the row; a group that the import made goes as a whole, if it is undone."""
    row.edition = (row.edition or 0) + 1
    if row.outcome is not RowOutcome.CREATE:
        undo = read_undo(row.undo)
        undo.values["parent_id"] = (before, after)
        row.undo = undo.as_json()


def _key(said: Said) -> tuple[str, str]:
    how, text = said.parent or ["", ""]
    return how, text if how == "id" else sort_name(text)


def _hash(task: Import, said: Said) -> str:
    how, text = _key(said)
    return hash_of(task.source, text) if how == "id" else hash_of(text)


def _find(source: str, rows: Sequence[Said]) -> dict[tuple[str, str], list[Parent]]:
    """The groups that could be meant, by what rows call them: id, name, city, state."""
    names = {text for how, text in map(_key, rows) if how == "name"}
    keys = {
        identity_key(one.parent[1]): _key(one)[1] for one in rows if one.parent and one.parent[0] == "name"
    }
    columns = (Organization.id, Organization.name, Organization.city, Organization.state)
    found: dict[tuple[str, str], list[Parent]] = defaultdict(list)
    named = select(Organization.sort_name, *columns).where(Organization.sort_name.in_(names))
    for row in db.session.execute(named.where(Organization.archived_at.is_(None))):
        found["name", row[0]].append((row.id, row.name, row.city, row.state))
    written = select(Organization.identity_key, *columns).where(Organization.identity_key.in_(keys))
    for row in db.session.execute(written):
        if not found["name", keys[row[0]]]:
            found["name", keys[row[0]]].append((row.id, row.name, row.city, row.state))
    numbers = {text for how, text in map(_key, rows) if how == "id"}
    for number, row_id in map_external_ids(source, list(numbers)).items():
        found["id", number].append((row_id, number, "", ""))
    return found


def _choose(said: Said, found: Sequence[Parent]) -> tuple[Parent | None, Problem | None]:
    """The one group that is meant: of several of that name the one in the same place."""
    text = {"text": shortened((said.parent or ["", ""])[1])}
    if not found:
        return None, Problem("parent_unknown", text)
    if len(found) > 1:
        here = normalise_city(said.values.get("city", "")), normalise_state(said.values.get("state", ""))
        found = [one for one in found if (normalise_city(one[2]), normalise_state(one[3])) == here]
    return (found[0], None) if len(found) == 1 else (None, Problem("parent_many", text))


def _in_file(task: Import, rows: Sequence[Said]) -> set[str]:
    """Hashes of those parents that are rows of the file themselves."""
    names = {_hash(task, one) for one in rows if _key(one)[0] == "name"}
    numbers = {_hash(task, one) for one in rows if _key(one)[0] == "id"}
    found = {row.name for row in find_rows(task.id, ROWS.c.name, names)}
    return found | {row.external for row in find_rows(task.id, ROWS.c.external, numbers)}


def _parents_now(rows: Sequence[ImportRow]) -> dict[int | None, tuple[int | None, str]]:
    """Group → (parent's id, name), of the groups that are here already."""
    parent = aliased(Organization)
    query = select(Organization.id, parent.id, parent.name).join(parent, parent.id == Organization.parent_id)
    ids = [row.organization_id for row in rows if row.organization_id]
    found = db.session.execute(query.where(Organization.id.in_(ids)))
    return {row_id: (parent_id, name) for row_id, parent_id, name in found}


def _tell_of_change(
    row: ImportRow, one: Said, found: Parent | None, now: dict[int | None, tuple[int | None, str]]
) -> None:
    """A parent that is here and another than now is a change."""
    present_id, present = now.get(row.organization_id, (None, ""))
    name = (one.parent or ["", ""])[1]
    if (found is not None and found[0] == present_id) or sort_name(present) == sort_name(name):
        return
    one.changes.append(["parent", present or None, found[1] if found else name])
    row.outcome = RowOutcome.CHANGE


def is_circle(group_id: int, parent_id: int) -> bool:
    """Whether a group would be under itself by having that parent."""
    parent = db.session.scalars(select(Organization).where(Organization.id == parent_id)).one()
    return parent.id == group_id or is_within(parent, group_id)
