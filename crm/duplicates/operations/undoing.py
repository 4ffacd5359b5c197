"""Parting two groups that were merged."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.demands.operations import refresh_standings
from crm.demands.operations.turns import keep_demands
from crm.duplicates.models import UNDO, Merge
from crm.duplicates.operations.merging import lock_both, plain, take_in
from crm.duplicates.operations.people import KEY, part_people
from crm.duplicates.operations.rows import move_back
from crm.duplicates.queries.merges import find_merge_of
from crm.organizations.models import Organization, OrganizationKind
from crm.organizations.operations import edit_organization, reopen_organization
from crm.organizations.operations.listing import FIELDS as LISTED


def undo_merge(viewer: Viewer, done: Merge) -> bool:
    """Part two groups again, within 30 days; False where that is done already.

    What came since the merge stays with the group that was kept; what was changed in its listing since stays
    changed. Raises Refused where it is too late, where the kept group was itself merged into another since,
    and where a third group has the merged one's name, place and number by now.
    """
    keep_demands()
    kept, merged = lock_both(done.kept_id, done.merged_id)
    done = db.session.scalars(
        select(Merge).where(Merge.id == done.id).execution_options(populate_existing=True)
    ).one()
    if done.undone_at is not None:
        return False
    _check(done, kept)
    move_back(done)
    kept, merged = lock_both(done.kept_id, done.merged_id)
    fields = json.loads(done.fields or "{}")
    part_people(viewer, fields.pop(KEY, ()))
    _give_back(viewer, kept, fields)
    reopen_organization(viewer, merged)
    done.undone_at, done.undone_by_id, done.fields = clock.now(), viewer.user_id, None
    record(viewer, "organization.part", kept, merged_id=merged.id)
    refresh_standings(viewer, [kept.id, merged.id])
    return True


def _check(done: Merge, kept: Organization) -> None:
    if done.fields is None or done.at + UNDO <= clock.now():
        raise Refused(_("A merge can be undone for 30 days: this one is older."))
    if (later := find_merge_of(kept.id)) is not None:
        text = _("“%(name)s” was itself merged into “%(other)s” since. Undo that one first.",
                 name=kept.name, other=later.kept.name)  # fmt: skip
        raise Refused(text)


def _give_back(viewer: Viewer, kept: Organization, fields: dict[str, list[Any]]) -> None:
    """Let the listing say what it said before, where it still says what the merge put there."""
    back = {name: before for name, (before, after) in fields.items() if plain(getattr(kept, name)) == after}
    if "stage" in fields and "stage" not in back:
        back.pop("stage_since", None)
    listed = {name: _typed(name, value) for name, value in back.items() if name in LISTED}
    if listed:
        edit_organization(viewer, kept, {**listed, "identity_number_meant": True}, kept.edition)
    take_in(kept, {name: _typed(name, value) for name, value in back.items() if name not in LISTED})
    db.session.flush()


def _typed(name: str, value: Any) -> Any:
    if name == "kind":
        return OrganizationKind(value)
    if name in ("stage_since", "last_touch_at") and value is not None:
        return datetime.fromisoformat(value)
    return value
