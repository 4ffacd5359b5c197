"""Reading the rows of an import, and what will become of each: nothing reaches the directory here."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, cast

from sqlalchemy import Column, Table, and_, bindparam, insert, select, update
from sqlalchemy import Row as Found

from crm.accounts.queries import list_members
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.db import db
from crm.core.each import each_of, listed
from crm.demands.queries import list_demands_in_force
from crm.exchange.comparing import compare
from crm.exchange.fields import Field, own_field
from crm.exchange.models import Existing, Import, ImportRow, ListKind, RowOutcome
from crm.exchange.operations.words import keep_unknown
from crm.exchange.own import fields_of
from crm.exchange.plan import Plan
from crm.exchange.problems import Problem
from crm.exchange.queries import REACHING, count_outcomes, count_told, lock_import
from crm.exchange.queries.matching import Matches, find_same_websites, match_rows
from crm.exchange.rows import Said, hash_of, parse_row
from crm.exchange.tables import Row
from crm.fields.definitions import read_fields
from crm.organizations.derived import sort_name
from crm.organizations.stages import plain_label, read_stages
from crm.tags.queries import map_keys
from crm.tags.words import tag_key

ROWS = cast("Table", ImportRow.__table__)
# The columns in which applying and undoing leave their mark.
_KEPT = ("outcome organization_id has_problems said edition contact_id record_id undo undone").split()


@dataclass
class Prepared:
    """A row that was read, with its line and what it will do."""

    line: int
    said: Said
    outcome: RowOutcome
    # The group that is here already, or that the row is about; the person who is; the touch or event.
    organization_id: int | None = None
    contact_id: int | None = None
    record_id: int | None = None

    @property
    def identity(self) -> str | None:
        return hash_of(self.said.identity) if self.said.identity else None

    @property
    def external(self) -> str | None:
        return hash_of(*self.said.external) if self.said.external else None


def make_plan(task: Import, coalition: Coalition, columns: Sequence[str]) -> Plan:
    """How the rows of an import are read, by what a person chose and by who and what there is now."""
    return Plan(
        columns=columns,
        mapping=task.mapping,
        source=task.source,
        today=clock.today(coalition.zone),
        default_kind=task.default_kind,
        day_first=task.day_first,
        members=[(user.id, user.name) for user, _membership in list_members()],
        versions={demand.place: demand.version_id for demand in list_demands_in_force()},
        stages={
            plain_label(step.label): step.code for step in read_stages(coalition.settings).open if step.label
        },
        own={own_field(one.id): one for one in fields_of(task.about, read_fields(coalition.settings))},
        defaults=task.defaults,
        zone=coalition.zone,
    )


def prepare_groups(task: Import, coalition: Coalition, rows: Sequence[Row], plan: Plan) -> list[Prepared]:
    """Read a batch of rows of groups and find out what each will do. Writes nothing."""
    batch = [_read(row, plan) for row in rows]
    reaching = [one for one in batch if one.outcome in REACHING]
    mark_repeats(task.id, reaching)
    reaching = [one for one in reaching if one.outcome in REACHING]
    matches = match_rows([one.said for one in reaching])
    _compare_all(task, coalition, reaching, matches)
    new = [one.said for one in reaching if one.outcome is RowOutcome.CREATE]
    alike = find_same_websites({said.values.get("website", "") for said in new})
    for said in new:
        said.alike = alike.get(said.values.get("website", ""), "")
    return batch


def stage_batch(task_id: int, batch: Sequence[Prepared], from_line: int) -> bool:
    """Keep a batch of rows. False where another worker has got further than `from_line` meanwhile."""
    task = lock_import(task_id)
    if task.staged_line != from_line:
        return False
    db.session.connection().execute(insert(ROWS), [_row(task, one) for one in batch])
    _count_new_tags(task, batch)
    keep_unknown(task, [pair for one in batch for pair in one.said.unknown.items()])
    task.staged_line = batch[-1].line
    task.done_count += len(batch)
    task.moved_at = clock.now()
    return True


def _count_new_tags(task: Import, batch: Sequence[Prepared]) -> None:
    """Keep which tags rows would make, by their keys."""
    rows = [one.said for one in reversed(batch) if one.outcome in REACHING]
    labels = {tag_key(label): label for said in rows for label in said.tags}
    known = map_keys(list(labels)) if labels else {}
    if new := {key: label for key, label in labels.items() if key not in known}:
        task.counts = {**task.counts, "new_tags": {**new, **task.counts.get("new_tags", {})}}


def count_staged(task: Import) -> None:
    """Sum up what applying the import would do."""
    task.counts = {**task.counts, **count_outcomes(task.id), "told": count_told(task.id)}


def keep_rows(rows: Sequence[ImportRow]) -> None:
    """Write what changed in rows that were read apart from the session."""
    values = [{"row_id": row.id, **{name: getattr(row, name) for name in _KEPT}} for row in rows]
    statement = update(ROWS).where(ROWS.c.id == bindparam("row_id"))
    changed: dict[str, Any] = {name: bindparam(name) for name in _KEPT}
    db.session.connection().execute(statement.values(**changed), values)


def keep_applied(task: Import, rows: Sequence[ImportRow]) -> None:
    """Write down that a batch of rows is applied; it never is again."""
    keep_rows(rows)
    task.applied_through = rows[-1].id
    task.done_count += len(rows)
    task.moved_at = clock.now()


def noon_of(day: str, coalition: Coalition) -> datetime:
    """The instant that a day without an hour stands for: noon where the coalition is, but never to come."""
    noon = datetime.combine(date.fromisoformat(day), time(12), tzinfo=coalition.zone)
    return min(noon.astimezone(UTC), clock.now())


def _read(row: Row, plan: Plan) -> Prepared:
    said = parse_row(row, plan)
    if row.problem and row.problem.is_skip:
        return Prepared(row.line, said, RowOutcome.SKIP)
    return Prepared(row.line, said, RowOutcome.CREATE if said.identity else RowOutcome.REFUSE)


def mark_repeats(import_id: int, batch: Sequence[Prepared], code: str = "same_as") -> None:
    """Find the rows that are about what an earlier row is about: by its id, else by its identity."""
    by_external, by_identity = _earlier(import_id, batch)
    for one in batch:
        external, identity = one.external, one.identity
        line = by_external.get(external) if external else None
        same = by_identity.get(identity)
        if line is None and same is not None:
            # Another id of the same list is another group of the same name.
            one.said.twin = bool(external and same[1])
            line = None if one.said.twin else same[0]
        if line is not None:
            one.outcome = RowOutcome.REPEAT
            one.said.tell("", Problem(code, {"line": line}))
            continue
        if external:
            by_external[external] = one.line
        by_identity.setdefault(identity, (one.line, external))


def _earlier(
    import_id: int, batch: Sequence[Prepared]
) -> tuple[dict[str | None, int], dict[str | None, tuple[int, str | None]]]:
    by_identity: dict[str | None, tuple[int, str | None]] = {}
    for row in find_rows(import_id, ROWS.c.identity, {one.identity for one in batch if one.identity}):
        by_identity.setdefault(row.identity, (row.line, row.external))
    found = find_rows(import_id, ROWS.c.external, {one.external for one in batch if one.external})
    return {row.external: row.line for row in found}, by_identity


def find_rows(import_id: int, column: Column[Any], hashes: Set[str]) -> list[Found[Any, Any, Any, Any]]:
    """The rows of an import of the chosen coalition that reach the directory and have one of the hashes in
    the column, in their order: line, identity, external, name.
    """
    if not hashes:
        return []
    each = each_of("hashes")
    own = ROWS.c.import_id == import_id, ROWS.c.outcome.in_(REACHING)
    joined = each.outerjoin(ROWS, and_(*own, column == each.c.value))
    columns = ROWS.c.line, ROWS.c.identity, ROWS.c.external, ROWS.c.name
    query = select(*columns).select_from(joined).order_by(ROWS.c.id)
    found = db.session.execute(query, {"hashes": listed(hashes)})
    return [row for row in found.all() if row.line is not None]


def _compare_all(task: Import, coalition: Coalition, batch: Sequence[Prepared], matches: Matches) -> None:
    for one, group in zip(batch, matches.organizations, strict=True):
        if group is None:
            continue
        touched = noon_of(one.said.touch, coalition) if one.said.touch else None
        people = matches.contacts.get(group.id, [])
        fill_only = task.existing is Existing.FILL
        own, tags = matches.own.get(group.id, {}), matches.tags.get(group.id, ())
        changes = compare(one.said, group, people, own, tags, fill_only=fill_only, touched_at=touched)
        one.said.changes, one.organization_id = changes.told, group.id
        one.outcome = RowOutcome.CHANGE if changes.told else RowOutcome.UNCHANGED


def _row(task: Import, one: Prepared) -> dict[str, Any]:
    reaches = one.outcome in REACHING
    names_parents = task.about is ListKind.ORGANIZATIONS and Field.PARENT in task.mapping.values()
    return {
        "coalition_id": task.coalition_id,
        "import_id": task.id,
        "line": one.line,
        "outcome": one.outcome,
        "identity": one.identity if reaches else None,
        "external": one.external if reaches else None,
        # By which parents are found; of people nothing is kept that tells their names.
        "name": hash_of(sort_name(one.said.name)) if reaches and names_parents else None,
        "has_parent": reaches and one.said.parent is not None,
        "has_problems": bool(one.said.problems),
        "said": one.said.as_json(),
        "organization_id": one.organization_id,
        "contact_id": one.contact_id,
        "record_id": one.record_id,
    }
