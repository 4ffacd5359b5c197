"""Reading the columns that were kept under a name."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from crm.core.db import db
from crm.exchange.models import ListKind, SavedMapping

# So many fit onto a page; a coalition has a handful.
MOST_KEPT = 200


def list_mappings() -> Sequence[SavedMapping]:
    """All that are kept, by what their lists are of and by name."""
    query = select(SavedMapping).order_by(SavedMapping.about, SavedMapping.name).limit(MOST_KEPT)
    return db.session.scalars(query).all()


def find_mapping(mapping_id: int) -> SavedMapping | None:
    """One of them."""
    return db.session.scalars(select(SavedMapping).where(SavedMapping.id == mapping_id)).one_or_none()


def find_mapping_called(about: ListKind, name: str) -> SavedMapping | None:
    """The one of a name."""
    query = select(SavedMapping).where(SavedMapping.about == about, SavedMapping.name == name)
    return db.session.scalars(query).one_or_none()


def find_mapping_of(fingerprint: str, about: ListKind | None) -> SavedMapping | None:
    """The latest that was kept of these very columns."""
    query = select(SavedMapping).where(SavedMapping.fingerprint == fingerprint)
    if about is not None:
        query = query.where(SavedMapping.about == about)
    return db.session.scalars(query.order_by(SavedMapping.id.desc()).limit(1)).first()
