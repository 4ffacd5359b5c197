"""Groups that may be listed twice: what they are found from, and those that were found."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, contains_eager

from crm.core.db import db
from crm.core.paging import Key, Page, keyset_page
from crm.duplicates.models import LikelyPair, PairState
from crm.duplicates.scoring import Listed
from crm.organizations.models import Contact, Organization

PAGE = 30
_COLUMNS = ("id", "name", "acronym", "city", "state", "place", "local_number", "website", "parent_id")


def read_listed() -> list[Listed]:
    """Every group that is not archived, with its people's blind indexes; two statements."""
    mails, phones = defaultdict(set), defaultdict(set)
    people = select(Contact.organization_id, Contact.email_index, Contact.phone_index)
    for row in db.session.execute(people.where(Contact.removed_at.is_(None))):
        if row.email_index is not None:
            mails[row.organization_id].add(bytes(row.email_index))
        if row.phone_index is not None:
            phones[row.organization_id].add(bytes(row.phone_index))
    groups = select(*(getattr(Organization, name) for name in _COLUMNS)).where(
        Organization.archived_at.is_(None)
    )
    return [
        Listed(**row._mapping, mails=frozenset(mails[row.id]), phones=frozenset(phones[row.id]))
        for row in db.session.execute(groups)
    ]


def list_pairs(state: PairState, *, after: str | None = None, before: str | None = None) -> Page[LikelyPair]:
    """Pairs of groups that are both here yet, the likeliest first, in one statement."""
    query, first, second = _of_state(state)
    loaded = query.options(
        contains_eager(LikelyPair.first.of_type(first)), contains_eager(LikelyPair.second.of_type(second))
    )
    keys = [Key(LikelyPair.score, descending=True), Key(LikelyPair.id)]
    return keyset_page(loaded, keys, after=after, before=before, limit=PAGE)


def count_pairs(state: PairState) -> int:
    """How many such pairs there are."""
    query, _first, _second = _of_state(state)
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def find_pair(pair_id: int) -> LikelyPair | None:
    """A pair of the chosen coalition."""
    return db.session.scalars(select(LikelyPair).where(LikelyPair.id == pair_id)).one_or_none()


def find_pair_of(one_id: int, other_id: int) -> LikelyPair | None:
    """The pair of two groups, where they were proposed or told apart."""
    ids = sorted((one_id, other_id))
    query = select(LikelyPair).where(LikelyPair.first_id == ids[0], LikelyPair.second_id == ids[1])
    return db.session.scalars(query).one_or_none()


def _of_state(state: PairState) -> tuple[Select[LikelyPair], type[Organization], type[Organization]]:
    first, second = aliased(Organization), aliased(Organization)
    query = (
        select(LikelyPair)
        .join(first, first.id == LikelyPair.first_id)
        .join(second, second.id == LikelyPair.second_id)
        .where(LikelyPair.state == state, first.archived_at.is_(None), second.archived_at.is_(None))
    )
    return query, first, second
