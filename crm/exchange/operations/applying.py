"""Putting staged rows into the directory, a batch in a transaction.

Each batch is compared with the directory anew, so that what others did since the preview counts; a batch that
is done is never done again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast

from sqlalchemy import Table, insert, select

from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.coalitions.operations import touch_feeds
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.core.tenancy import current_coalition_id
from crm.demands.models import Source, StandState
from crm.demands.operations import Stand, StandRow, record_stands
from crm.exchange.comparing import Changes, compare
from crm.exchange.models import Existing, Import, ImportRow, ImportState, RowOutcome
from crm.exchange.operations.staging import keep_applied, noon_of
from crm.exchange.own import compare_own, kept_own
from crm.exchange.queries import count_outcomes, count_told
from crm.exchange.queries.matching import Matches, match_rows
from crm.exchange.rows import LONGEST_KEY, Said, read_said
from crm.exchange.undo import filled_hash, read_undo, undo_of
from crm.fields.operations import put_many
from crm.organizations.models import Contact, Organization, OrganizationKind, Stage
from crm.organizations.operations import (
    contact_columns,
    edit_contact,
    insert_organizations,
    update_organizations,
)
from crm.organizations.stage_codes import meaning_of
from crm.outreach.models import Channel, Interaction, Outcome
from crm.tags.operations import give_tags, keep_tags
from crm.tags.words import tag_key

CONTACTS = cast("Table", Contact.__table__)
_DEFAULT_CONTACT: dict[str, Any] = {"since_on": None, "until_on": None, "removed_at": None}


@dataclass
class _Batch:
    """What a batch of rows comes to, before it is written."""

    task: Import
    coalition: Coalition
    viewer: Viewer
    # Identities that are taken, by groups of the directory or of this batch.
    taken: set[str]
    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)


def apply_groups(viewer: Viewer, task: Import, coalition: Coalition, rows: Sequence[ImportRow]) -> None:
    """Create and change the groups of a batch of staged rows; `task`, which is locked, counts it as done."""
    said = [read_said(row.said or "") for row in rows]
    matches = match_rows(said)
    batch = _Batch(task, coalition, viewer, matches.taken)
    changes = [
        _take(batch, row, one, group, matches)
        for row, one, group in zip(rows, said, matches.organizations, strict=True)
    ]
    ids = iter(insert_organizations(batch.new))
    for row in rows:
        if row.outcome is RowOutcome.CREATE:
            row.organization_id = next(ids)
    update_organizations(batch.changed)
    _write_contacts(batch, rows, changes)
    put_many({row.organization_id or 0: one.own for row, one in zip(rows, changes, strict=True) if one.own})
    _write_tags(batch, rows, changes)
    _write_touches(batch, rows, said)
    _write_stands(batch, rows, said)
    for row, one in zip(rows, said, strict=True):
        row.said = one.as_json() if row.has_problems or row.has_parent or one.changes else None
    keep_applied(task, rows)


def finish_applying(viewer: Viewer, task: Import) -> None:
    """Sum up, note it in the audit, and let the feeds know."""
    counts = count_outcomes(task.id)
    task.counts = {
        "new_tags": task.counts.get("new_tags", {}),
        "stands": task.counts.get("stands_done", 0),
        "known_stands": task.counts.get("stands_known", 0),
        "told": count_told(task.id),
        **counts,
    }
    task.state = ImportState.APPLIED
    task.applied_at = task.moved_at = clock.now()
    created, changed = counts.get("create", 0), counts.get("change", 0)
    if created or changed:
        touch_feeds()
    record(viewer, "import.apply", task, created=created, changed=changed)


def _take(batch: _Batch, row: ImportRow, said: Said, group: Organization | None, matches: Matches) -> Changes:
    """Decide what a row does, now; the person that it brings is written later."""
    row.undo = row.contact_id = None
    if group is None:
        row.outcome, row.edition = RowOutcome.CREATE, 1
        batch.new.append(_new_row(batch, said))
        changes = Changes(contact=said.contact and {**said.contact, "is_primary": True})
        changes.own, changes.tags = compare_own(said.own, {}, fill_only=False), said.tags
        said.changes = []
        return changes
    touched = noon_of(said.touch, batch.coalition) if said.touch else None
    fill_only = batch.task.existing is Existing.FILL
    people = matches.contacts.get(group.id, [])
    own, tags = matches.own.get(group.id, {}), matches.tags.get(group.id, ())
    changes = compare(said, group, people, own, tags, fill_only=fill_only, touched_at=touched)
    row.organization_id, said.changes = group.id, changes.told
    row.outcome = RowOutcome.CHANGE if changes.told else RowOutcome.UNCHANGED
    row.edition = group.edition
    if changes.values or changes.own:
        values = _changed(batch, said, group, changes.values)
        batch.changed.append({"id": group.id, **values})
        undo = replace(undo_of(group, values), own=kept_own(changes.own, own))
        row.edition, row.undo = group.edition + 1, undo.as_json()
    return changes


def _new_row(batch: _Batch, said: Said) -> dict[str, Any]:
    values = _typed(said.values)
    if said.notes:
        values["note"] = "\n".join(said.notes)
    if said.touch:
        values["last_touch_at"] = noon_of(said.touch, batch.coalition)
        values.setdefault("stage_since", values["last_touch_at"])
    return {**values, "import_id": batch.task.id, "identity_key": _free_key(batch, said)}


def _free_key(batch: _Batch, said: Said) -> str:
    """The row's identity; of two groups of one list that share it, the second's is told apart by its id."""
    key = said.identity
    if key in batch.taken and said.external:
        mark = "|#" + ":".join(said.external)
        key = key[: LONGEST_KEY - len(mark)] + mark
    batch.taken.add(key)
    return key


def _changed(batch: _Batch, said: Said, group: Organization, changed: Mapping[str, Any]) -> dict[str, Any]:
    values = _typed(changed)
    if "stage" in values:
        values["stage_since"] = values.get("last_touch_at") or clock.now()
    own = group.identity_key.partition("|#")[0] == said.identity
    if {"name", "city", "state", "local_number"} & values.keys():
        values["identity_key"] = group.identity_key if own else _free_key(batch, said)
    return values


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values as the columns take them."""
    typed = dict(values)
    if "kind" in typed:
        typed["kind"] = OrganizationKind(typed["kind"])
    return typed


def _write_contacts(batch: _Batch, rows: Sequence[ImportRow], changes: Sequence[Changes]) -> None:
    new: dict[int | None, dict[str, Any]] = {}
    now = clock.now()
    for row, change in zip(rows, changes, strict=True):
        if not change.contact:
            continue
        if change.known_contact is not None:
            edit_contact(batch.viewer, change.known_contact, change.contact)
            _remember_filled(row, change.known_contact, change.contact)
            continue
        whose = {"organization_id": row.organization_id, "coalition_id": current_coalition_id()}
        new[row.id] = {**_DEFAULT_CONTACT, **contact_columns(change.contact), **whose, "created_at": now}
    if new:
        db.session.connection().execute(insert(CONTACTS), list(new.values()))
        query = select(Contact.organization_id, Contact.id).where(Contact.created_at == now)
        groups = [row.organization_id for row in rows if row.id in new]
        found = db.session.execute(query.where(Contact.organization_id.in_(groups)))
        made = {contact.organization_id: contact.id for contact in found}
        for row in rows:
            row.contact_id = made[row.organization_id or 0] if row.id in new else row.contact_id


def _remember_filled(row: ImportRow, contact: Contact, filled: Mapping[str, Any]) -> None:
    undo = read_undo(row.undo)
    undo.filled = {name: filled_hash(contact, name) for name in filled}
    row.undo, row.contact_id = undo.as_json(), contact.id


def _write_tags(batch: _Batch, rows: Sequence[ImportRow], changes: Sequence[Changes]) -> None:
    # As the first row writes each.
    labels = {tag_key(label): label for change in reversed(changes) for label in change.tags}
    made = keep_tags(batch.viewer, list(labels.values()), batch.task.id) if labels else []
    tags = {tag.key: tag.id for tag in made}
    given = {
        (row.organization_id or 0, tags[tag_key(label)])
        for row, change in zip(rows, changes, strict=True)
        for label in change.tags
    }
    give_tags(given, batch.task.id)


def _write_touches(batch: _Batch, rows: Sequence[ImportRow], said: Sequence[Said]) -> None:
    """The last touch of a sheet stands in the group's history, once for each group and day."""
    touches = {
        f"import-{row.organization_id}-{one.touch}": (row, one)
        for row, one in zip(rows, said, strict=True)
        if one.touch
    }
    query = select(Interaction.form_key).where(Interaction.form_key.in_(list(touches)))
    known = set(db.session.scalars(query))
    for key, (row, one) in touches.items():
        if key in known or one.touch is None:
            continue
        message = meaning_of(one.values.get("stage", Stage.TO_CONTACT)) is Stage.CONTACTED
        db.session.add(
            Interaction(
                organization_id=row.organization_id,
                user_id=one.values.get("assignee_id"),
                channel=Channel.OTHER,
                outcome=Outcome.LEFT_MESSAGE if message else Outcome.REACHED,
                at=noon_of(one.touch, batch.coalition),
                form_key=key,
                import_id=batch.task.id,
            )
        )


def _write_stands(batch: _Batch, rows: Sequence[ImportRow], said: Sequence[Said]) -> None:
    """What groups said to demands waits for a coordinator, as every record on a group's behalf."""
    stands = [
        StandRow(row.organization_id, version_id, _stand(*rest))
        for row, one in zip(rows, said, strict=True)
        for version_id, *rest in one.stands
        if row.organization_id is not None
    ]
    if not stands:
        return
    done = record_stands(batch.viewer, stands, batch.task.id)
    if done.refused:
        raise Refused(done.refused[0][1])
    counts = dict(batch.task.counts)
    for name, count in (("stands_done", done.created), ("stands_known", done.unchanged)):
        counts[name] = counts.get(name, 0) + count
    batch.task.counts = counts


def _stand(state: str, board: str | None, decided: str | None, reservation: str) -> Stand:
    return Stand(
        StandState(state),
        Source.IMPORT,
        board_on=date.fromisoformat(board) if board else None,
        decided_on=date.fromisoformat(decided) if decided else None,
        reservation=reservation,
    )
