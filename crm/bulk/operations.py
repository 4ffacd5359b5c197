"""Changing many groups in one go, and taking it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from crm.audit.operations import record
from crm.bulk.models import BulkEdit
from crm.bulk.queries import Change, Wanted, find_part, list_changes, list_here
from crm.core import clock
from crm.core.db import batches, db
from crm.core.errors import Refused
from crm.core.formats import number
from crm.core.permissions import Viewer
from crm.tags.operations import foresee_tags, keep_tags

# What is done while somebody waits; more is several goes.
MOST_GROUPS = 20_000


def want(wanted: Wanted, by: Viewer | None = None) -> list[Change]:
    """The changes that somebody wants. Raises Refused (field `add_tags`).

    Tags that there are not yet are made where it is said by whom; else nothing is written.
    """
    try:
        tags = foresee_tags(wanted.add) if by is None else keep_tags(by, wanted.add)
    except Refused as refused:
        raise Refused(refused.message, "add_tags") from None
    changes = list_changes(wanted, tags)
    if not changes:
        raise Refused(_("Choose what to change."), "")
    return changes


def edit_many(viewer: Viewer, ids: Sequence[int], changes: Sequence[Change]) -> BulkEdit:
    """Set parts of organizations; what was that already is left alone. Raises Refused.

    The answer holds what each was before.
    """
    if len(ids) > MOST_GROUPS:
        raise Refused(
            _("%(most)s groups at most at once: narrow the list first.", most=number(MOST_GROUPS)), ""
        )
    if not ids:
        raise Refused(_("No group is chosen."), "")
    here, at = list_here(ids), clock.now()
    done = [_set(viewer, change, here, at) for change in changes]
    changed = {one for change in done for those in change["before"].values() for one in those}
    edit = BulkEdit(changes=done, count=len(changed), by_id=viewer.user_id, at=at)
    db.session.add(edit)
    parts = sorted(change.part.name for change in changes)
    record(viewer, "organization.bulk_edit", edit, fields=parts, organizations=len(changed))
    return edit


def undo_bulk_edit(viewer: Viewer, edit: BulkEdit) -> None:
    """Put all of it back, but for what has been changed again since; once, however often it is asked."""
    if edit.undone_at is not None:
        return
    for change in reversed(edit.changes):
        part = find_part(change["part"])
        if part is None:
            continue
        for former, ids in change["before"].items():
            for some in batches(ids):
                still = part.before(some).get(change["to"], [])
                if still:
                    part.put_back(viewer, still, change["to"], former, edit.at)
    edit.undone_at = clock.now()
    record(viewer, "organization.bulk_edit.undo", edit)


def _set(viewer: Viewer, change: Change, ids: Sequence[int], at: datetime) -> dict[str, Any]:
    before: dict[str, list[int]] = defaultdict(list)
    for some in batches(ids):
        moving = {value: those for value, those in change.part.before(some).items() if value != change.to}
        for value, those in moving.items():
            before[value] += those
        if moving:
            change.part.put(viewer, [one for those in moving.values() for one in those], change.to, at)
    return {"part": change.part.name, "to": change.to, "before": dict(before)}
