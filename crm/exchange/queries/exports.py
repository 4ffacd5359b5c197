"""Reading exports."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.core.db import db
from crm.core.paging import Key, Page, keyset_page
from crm.core.permissions import Viewer
from crm.exchange.models import Export


def page_of_exports(*, after: str | None = None, before: str | None = None) -> Page[Export]:
    """Twenty exports of the chosen coalition, the newest first, with who asked for them."""
    query = select(Export).options(joinedload(Export.owner))
    keys = (Key(Export.created_at, descending=True), Key(Export.id, descending=True))
    return keyset_page(query, keys, after=after, before=before, limit=20)


def find_export(viewer: Viewer, export_id: int) -> Export | None:
    """An export that the viewer asked for; another's may hold what they may not know."""
    query = select(Export).where(Export.id == export_id, Export.owner_id == viewer.user_id)
    return db.session.scalars(query).one_or_none()
