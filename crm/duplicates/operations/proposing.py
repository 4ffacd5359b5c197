"""Putting pairs of groups that may be one on the list."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from crm.core import clock
from crm.core.db import db
from crm.duplicates.models import LikelyPair, PairState
from crm.duplicates.queries.pairs import read_listed
from crm.duplicates.scoring import Likeness, find_likely
from crm.organizations.models import Organization

# A list that nobody would read to its end helps nobody.
MOST = 500
BATCH = 500


def look_for_likely() -> list[Likeness]:
    """The likeliest pairs of the chosen coalition's groups; it reads, for seconds with 10,000 groups."""
    return find_likely(read_listed(), MOST)


def propose(found: Sequence[Likeness]) -> int:
    """Let these be the pairs that are proposed; how many they are.

    Those that somebody told apart are not among them. A pair that is found again keeps its place.
    """
    told_apart = _known(PairState.NOT_SAME)
    here = set(db.session.scalars(select(Organization.id).where(Organization.archived_at.is_(None))))
    wanted = {
        (one.first_id, one.second_id): one
        for one in found
        if (one.first_id, one.second_id) not in told_apart and {one.first_id, one.second_id} <= here
    }
    open_pairs = {
        (pair.first_id, pair.second_id): pair
        for pair in db.session.scalars(select(LikelyPair).where(LikelyPair.state == PairState.OPEN))
    }
    gone = [pair.id for ids, pair in open_pairs.items() if ids not in wanted]
    for start in range(0, len(gone), BATCH):
        db.session.execute(delete(LikelyPair).where(LikelyPair.id.in_(gone[start : start + BATCH])))
    for ids in open_pairs.keys() & wanted.keys():
        open_pairs[ids].score, open_pairs[ids].reasons = wanted[ids].score, wanted[ids].reasons
    new = [one for ids, one in wanted.items() if ids not in open_pairs]
    if new:
        rows = [{**vars(one), "state": PairState.OPEN, "found_at": clock.now()} for one in new]
        db.session.execute(insert(LikelyPair), rows)
    return len(wanted)


def _known(state: PairState) -> set[tuple[int, int]]:
    query = select(LikelyPair.first_id, LikelyPair.second_id).where(LikelyPair.state == state)
    return {(row.first_id, row.second_id) for row in db.session.execute(query)}
