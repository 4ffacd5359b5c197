"""Taking one group's listing into another's: all that is of it goes along, and can be parted again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, select, update

from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.demands.operations import refresh_standings
from crm.demands.operations.turns import keep_demands
from crm.duplicates.fields import chosen_values
from crm.duplicates.models import LikelyPair, Merge, PairState
from crm.duplicates.operations.people import KEY, make_one, wipe_merged
from crm.duplicates.operations.rows import move_rows
from crm.duplicates.queries.merges import find_merge_of
from crm.duplicates.queries.pairs import find_pair_of
from crm.duplicates.queries.people import list_same_people
from crm.organizations.models import How, Organization
from crm.organizations.operations import edit_organization, end_organization
from crm.organizations.operations.listing import FIELDS as LISTED
from crm.organizations.queries import is_within
from crm.outreach.models import rank_of


@dataclass(frozen=True)
class Chosen:
    """What somebody chose: field → "kept", "merged" or "both", and the editions that they saw."""

    fields: Mapping[str, str]
    kept_edition: int
    merged_edition: int
    # Contacts of the other group who are the same person as one of the group that stays.
    people: frozenset[int] = frozenset()


def merge(viewer: Viewer, kept_id: int, merged_id: int, chosen: Chosen) -> Merge:
    """Take one group's listing into another's. Of two who do the same at once the second gets the first's.

    Raises Refused where the two can't be one, or where somebody changed either since it was looked at;
    SameOrganization where the chosen name, place and number are a third group's. Nothing is changed then.
    """
    keep_demands()
    kept, merged = lock_both(kept_id, merged_id)
    if (done := find_merge_of(merged.id)) is not None and done.kept_id == kept.id:
        return done
    check_pair(kept, merged)
    if (kept.edition, merged.edition) != (chosen.kept_edition, chosen.merged_edition):
        raise Refused(_("Somebody changed one of the two meanwhile. Look at both again."))
    done = Merge(kept_id=kept.id, merged_id=merged.id, by_id=viewer.user_id, at=clock.now())
    values = chosen_values(kept, merged, chosen.fields) | _further(kept, merged)
    same = [one for one in list_same_people(kept.id, merged.id) if one.merged.id in chosen.people]
    people = make_one(viewer, same)
    staying = {"contact.organization_id": {one.merged.id for one in same}}
    done.moved, done.swapped, done.settled = move_rows(kept.id, merged.id, staying)
    kept, merged = lock_both(kept_id, merged_id)
    end_organization(viewer, merged, How.MERGED, successor=kept)
    done.fields = json.dumps({**_take_over(viewer, kept, values), KEY: people})
    db.session.add(done)
    _forget_pairs(merged.id)
    record(viewer, "organization.merge", kept, merged_id=merged.id)
    refresh_standings(viewer, [kept.id, merged.id])
    return done


def check_pair(kept: Organization, merged: Organization) -> None:
    """Raises Refused where one group can't be taken into the other."""
    if kept.id == merged.id:
        raise Refused(_("Choose another group: this is the same one."))
    for one in (kept, merged):
        if one.archived_at is None:
            continue
        if (done := find_merge_of(one.id)) is not None:
            text = _("“%(name)s” was merged into “%(other)s” already.", name=one.name, other=done.kept.name)
            raise Refused(text)
        raise Refused(_("“%(name)s” is archived. Restore it first.", name=one.name))
    if is_within(kept, merged.id) or is_within(merged, kept.id):
        text = _("One of them is part of the other: a local and the group above it are two. "
                 "If that is wrong, put right first what the group is part of.")  # fmt: skip
        raise Refused(text)


def lock_both(one_id: int, other_id: int) -> tuple[Organization, Organization]:
    """Two groups, read afresh and held until the end, always in the same order. Raises Refused: not here."""
    db.session.flush()
    query = select(Organization).where(Organization.id.in_([one_id, other_id])).order_by(Organization.id)
    rows = db.session.scalars(query.with_for_update().execution_options(populate_existing=True))
    found = {row.id: row for row in rows}
    if not {one_id, other_id} <= found.keys():
        raise Refused(_("One of these groups is not here any more."))
    return found[one_id], found[other_id]


def take_in(organization: Organization, values: Mapping[str, Any]) -> None:
    """Set columns that no form has (coordinates, the stage, the last touch)."""
    for name, value in values.items():
        setattr(organization, name, value)


def plain(value: Any) -> Any:
    """A column's value as JSON holds it."""
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _further(kept: Organization, merged: Organization) -> dict[str, Any]:
    """What is not chosen: the further stage, and the latest touch."""
    values: dict[str, Any] = {}
    if rank_of(merged.stage) > rank_of(kept.stage):
        values |= {"stage": merged.stage, "stage_since": merged.stage_since}
    if merged.last_touch_at and (kept.last_touch_at is None or merged.last_touch_at > kept.last_touch_at):
        values["last_touch_at"] = merged.last_touch_at
    return values


def _take_over(viewer: Viewer, kept: Organization, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Change the listing that stays; column → [before, after]."""
    before = {name: plain(getattr(kept, name)) for name in values}
    listed = {name: value for name, value in values.items() if name in LISTED}
    if listed:
        edit_organization(viewer, kept, {**listed, "identity_number_meant": True}, kept.edition)
    take_in(kept, {name: value for name, value in values.items() if name not in LISTED})
    db.session.flush()
    return {name: [before[name], plain(getattr(kept, name))] for name in values}


def _forget_pairs(merged_id: int) -> None:
    """What else the merged group resembled is found again for the other."""
    mine = (LikelyPair.first_id == merged_id) | (LikelyPair.second_id == merged_id)
    db.session.execute(delete(LikelyPair).where(mine, LikelyPair.state == PairState.OPEN))


def say_not_same(viewer: Viewer, one_id: int, other_id: int) -> LikelyPair:
    """Remember that two groups are two: they are never proposed again. Said again, it changes nothing."""
    first, second = lock_both(*sorted((one_id, other_id)))
    pair = find_pair_of(first.id, second.id)
    if pair is None:
        pair = LikelyPair(first_id=first.id, second_id=second.id, score=0, found_at=clock.now())
        db.session.add(pair)
    if pair.state is not PairState.NOT_SAME:
        pair.state = PairState.NOT_SAME
        pair.decided_by_id, pair.decided_at = viewer.user_id, clock.now()
        record(viewer, "duplicate.not_same", pair, first_id=first.id, second_id=second.id)
    return pair


def ask_again(viewer: Viewer, pair: LikelyPair) -> None:
    """Take back that two groups are two: they may be proposed again."""
    if pair.state is PairState.NOT_SAME:
        pair.state, pair.decided_by_id, pair.decided_at = PairState.OPEN, None, None
        record(viewer, "duplicate.ask_again", pair)


def with_details(before: datetime) -> tuple[ColumnElement[bool], ...]:
    """Merges of before an instant of which is kept what they would need to be undone."""
    return Merge.at < before, Merge.fields.is_not(None)


def forget_details(before: datetime) -> None:
    """Forget what merges of before an instant would need to be undone: it may name people."""
    wipe_merged(db.session.scalars(select(Merge.fields).where(*with_details(before))))
    query = update(Merge).where(*with_details(before))
    db.session.execute(query.values(fields=None, moved={}, swapped={}, settled=[]))
