"""Reading coalitions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Row, bindparam, case, select

from crm.coalitions.models import Coalition, Membership, SlugHistory
from crm.core.db import db
from crm.core.permissions import Role

# Asked by every request: written out once.
_BY_SLUG = select(Coalition).where(Coalition.slug == bindparam("slug"))


def find_coalition(slug: str) -> Coalition | None:
    """The coalition that is served at a slug now."""
    return db.session.scalars(_BY_SLUG, {"slug": slug}).one_or_none()


def find_coalition_by_former_slug(slug: str) -> Coalition | None:
    """The coalition that was served at a slug once."""
    query = select(Coalition).join(SlugHistory, SlugHistory.coalition_id == Coalition.id)
    return db.session.scalars(query.where(SlugHistory.slug == slug)).one_or_none()


def list_coalitions() -> Sequence[Coalition]:
    """All coalitions served here, by name."""
    return db.session.scalars(select(Coalition).order_by(Coalition.name, Coalition.id)).all()


_OF_A_PERSON = (
    select(Coalition)
    .join(Membership, Membership.coalition_id == Coalition.id)
    .where(Membership.user_id == bindparam("user_id"))
    .order_by(Coalition.name)
)


# The same, as much of them as every page of the workbench shows: no object is made of it.
_NAMES_OF_A_PERSON = _OF_A_PERSON.with_only_columns(Coalition.id, Coalition.slug, Coalition.name)


def list_names_of(user_id: int) -> Sequence[Row[int, str, str]]:
    """(id, slug, name) of the coalitions that a person belongs to. Needs `across_coalitions()`."""
    return db.session.execute(_NAMES_OF_A_PERSON, {"user_id": user_id}).all()


def list_coalitions_of(user_id: int) -> Sequence[Coalition]:
    """The coalitions that a person belongs to, by name. Needs `across_coalitions()`."""
    return db.session.scalars(_OF_A_PERSON, {"user_id": user_id}).all()


def find_last_used(user_id: int) -> Coalition | None:
    """Whose Today a person looked at last; before that, where they have most rights, and of these the newest.

    None for who belongs to no coalition. Needs `across_coalitions()`.
    """
    rights = case({role.value: place for place, role in enumerate(Role)}, value=Membership.role)
    query = select(Coalition).join(Membership, Membership.coalition_id == Coalition.id)
    query = query.where(Membership.user_id == user_id)
    last = (Membership.seen_at.desc().nulls_last(), rights, Membership.since.desc(), Membership.id.desc())
    return db.session.scalars(query.order_by(*last).limit(1)).one_or_none()


def find_demo() -> Coalition | None:
    """The demo coalition that people sign in to: the one under another, when there are two."""
    query = select(Coalition).where(Coalition.is_demo).order_by(Coalition.parent_id.is_(None), Coalition.id)
    return db.session.scalars(query.limit(1)).one_or_none()
