"""Undoing an import, a batch of its rows in a transaction.

What it changed is set back, but for what somebody has changed since; the groups that it made go, but for
those that somebody has worked on. Each row keeps whether something of it stays, and is never undone twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from crm.audit.operations import record
from crm.coalitions.operations import touch_feeds
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.demands.models import Decision, StandRecord
from crm.exchange.models import Import, ImportRow, ImportState
from crm.exchange.operations.parents import is_circle
from crm.exchange.operations.staging import keep_rows
from crm.exchange.operations.uploads import order
from crm.exchange.own import back_own
from crm.exchange.queries import REACHING, count_undone, lock_import
from crm.exchange.queries.worked_on import (
    find_kept_contacts,
    find_worked_on,
    list_referring,
    untouched,
)
from crm.exchange.undo import filled_hash, plain_columns, read_undo, typed
from crm.fields.operations import put_many
from crm.fields.queries import list_values_of
from crm.organizations.models import Contact, Organization
from crm.organizations.operations import delete_organizations, update_organizations
from crm.outreach.models import Interaction
from crm.tags.operations import forget_tags, take_back_tags

Reasons = defaultdict[int, set[str]]


def order_undoing(viewer: Viewer, task: Import) -> bool:
    """Have an import undone; the one audit entry names who asked for it. False when that is ordered already.

    Raises Refused where it was not applied, or where what it did is not kept any more.
    """
    task = lock_import(task.id)
    if task.state in (ImportState.UNDOING, ImportState.UNDONE):
        return False
    if not task.can_be_undone:
        raise Refused(_("This import cannot be undone: it was not applied, or is too long ago."))
    task.state, task.done_count = ImportState.UNDOING, 0
    task.row_count = sum(task.counts.get(outcome.value, 0) for outcome in REACHING)
    record(viewer, "import.undo", task)
    order(task, by_worker=True)
    return True


def set_groups_back(task: Import, rows: Sequence[ImportRow]) -> bool:
    """Set back what rows changed in groups that were here before; `task` is locked, the rows newest first.

    True: the rows are done with.
    """
    reasons: Reasons = defaultdict(set)
    ids = [row.organization_id for row in rows if row.organization_id]
    _set_columns_back(rows, ids, reasons)
    _set_own_back(rows, ids, reasons)
    _set_contacts_back(task, rows, reasons)
    _take_touches_back(task, ids, reasons)
    _take_stands_back(task, ids, reasons)
    take_back_tags(ids, task.id)
    for row in rows:
        row.undone = " ".join(sorted(reasons[row.organization_id or 0]))
    keep_undone(task, rows)
    return True


def remove_groups(task: Import, rows: Sequence[ImportRow], *, last: bool) -> bool:
    """Remove the groups of rows that nobody has worked on; whether there were any.

    One that has affiliates waits until they are gone; the `last` time, what is left is noted to stay.
    """
    ids = [row.organization_id for row in rows if row.organization_id]
    query = select(Organization.id).where(Organization.id.in_(ids))
    here = set(db.session.scalars(query.with_for_update()))
    staying = find_worked_on(task, ids)
    free = sorted(here - staying.keys())
    refused = set(_try_all(free, lambda some: _remove(task, some)))
    for row in rows:
        group_id = row.organization_id or 0
        if group_id not in here or (group_id not in staying and group_id not in refused):
            row.undone = ""
        elif last:
            row.undone = " ".join(sorted(staying.get(group_id, {"other"})))
    keep_undone(task, [row for row in rows if row.undone is not None])
    return len(free) > len(refused)


def finish_undoing(task: Import) -> None:
    """Sum up, and let the feeds know."""
    forget_tags(task.id)
    task.counts = {**task.counts, "undo": count_undone(task.id)}
    task.state = ImportState.UNDONE
    task.undone_at = task.moved_at = clock.now()
    touch_feeds()


def keep_undone(task: Import, rows: Sequence[ImportRow]) -> None:
    """Write down that rows are done with."""
    if rows:
        keep_rows(rows)
    task.done_count += len(rows)
    task.moved_at = clock.now()


def _set_columns_back(rows: Sequence[ImportRow], ids: Sequence[int], reasons: Reasons) -> None:
    groups = {
        group.id: group for group in db.session.scalars(select(Organization).where(Organization.id.in_(ids)))
    }
    present: dict[int, dict[str, Any]] = {}
    changes: dict[int, dict[str, Any]] = {}
    for row in rows:
        undo, group = read_undo(row.undo), groups.get(row.organization_id or 0)
        if group is None or not undo.values:
            continue
        now = present.setdefault(group.id, {})
        now |= {**plain_columns(group, undo.values.keys() - now.keys())}
        back, why = undo.back(now)
        if _would_circle(group.id, back):
            why.add("taken")
            del back["parent_id"]
        reasons[group.id] |= why
        now |= back
        changes.setdefault(group.id, {}).update(back)
    updates = [{"id": group_id, **typed(values)} for group_id, values in changes.items() if values]
    for refused in _try_all(updates, update_organizations):
        reasons[refused["id"]].add("taken")


def _set_own_back(rows: Sequence[ImportRow], ids: Sequence[int], reasons: Reasons) -> None:
    kept = {row.organization_id or 0: undo.own for row in rows if (undo := read_undo(row.undo)).own}
    present = list_values_of(ids) if kept else {}
    back: dict[int, dict[int, str]] = {}
    for group_id, own in kept.items():
        back[group_id], stays = back_own(own, present.get(group_id, {}))
        reasons[group_id] |= {"edit"} if stays else set()
    put_many(back)


def _would_circle(group_id: int, back: Mapping[str, Any]) -> bool:
    parent_id = back.get("parent_id")
    return parent_id is not None and is_circle(group_id, parent_id)


def _set_contacts_back(task: Import, rows: Sequence[ImportRow], reasons: Reasons) -> None:
    ids = [row.contact_id for row in rows if row.contact_id]
    query = select(Contact).where(Contact.id.in_(ids), Contact.removed_at.is_(None))
    people = {contact.id: contact for contact in db.session.scalars(query)}
    kept = find_kept_contacts(task, ids)
    for row in rows:
        contact = people.get(row.contact_id or 0)
        if contact is None:
            continue
        filled = read_undo(row.undo).filled
        if filled:
            _empty(contact, filled, reasons)
        elif contact.id in kept:
            reasons[contact.organization_id].add("contact")
        else:
            db.session.delete(contact)
    db.session.flush()


def _empty(contact: Contact, filled: Mapping[str, str], reasons: Reasons) -> None:
    """Take out of a contact what the import filled in, where it still says that."""
    for name, was in filled.items():
        if filled_hash(contact, name) != was:
            reasons[contact.organization_id].add("contact")
        elif name in ("name", "role"):
            setattr(contact, name, "")
        else:
            setattr(contact, name, None)
            setattr(contact, f"{name}_index", None)


def _take_touches_back(task: Import, ids: Sequence[int], reasons: Reasons) -> None:
    own = Interaction.import_id == task.id, Interaction.organization_id.in_(ids)
    found = db.session.execute(select(Interaction.id, Interaction.organization_id).where(*own))
    touches = {touch.id: touch.organization_id for touch in found}
    kept = set(db.session.scalars(select(Interaction.id).where(*own, ~untouched())))
    for _table, attribute in list_referring("interaction"):
        kept |= set(db.session.scalars(select(attribute).where(attribute.in_(list(touches))).distinct()))
    for touch_id in kept:
        reasons[touches[touch_id]].add("touch")
    db.session.execute(delete(Interaction).where(Interaction.id.in_(touches.keys() - kept)))


def _take_stands_back(task: Import, ids: Sequence[int], reasons: Reasons) -> None:
    own = StandRecord.import_id == task.id, StandRecord.organization_id.in_(ids)
    waits = StandRecord.decision == Decision.WAITING
    for group_id in db.session.scalars(select(StandRecord.organization_id).where(*own, ~waits).distinct()):
        reasons[group_id].add("stand")
    db.session.execute(delete(StandRecord).where(*own, waits))


def _remove(task: Import, ids: Sequence[int]) -> None:
    for model in (Interaction, StandRecord):
        own = model.import_id == task.id, model.organization_id.in_(ids)
        db.session.execute(delete(model).where(*own))
    delete_organizations(ids)


def _try_all(items: Sequence[Any], act: Callable[[Any], None]) -> list[Any]:
    """Do it for all at once, else one by one; those for which the database refuses it."""
    if not items:
        return []
    try:
        with db.session.begin_nested():
            act(items)
        return []
    except IntegrityError:
        if len(items) == 1:
            return list(items)
    return [one for one in items if _try_all([one], act)]
