"""Merges: of a group, of these days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from crm.core.db import db
from crm.duplicates.models import UNDO, Merge


def find_merge(merge_id: int) -> Merge | None:
    """A merge of the chosen coalition."""
    return db.session.scalars(select(Merge).where(Merge.id == merge_id)).one_or_none()


def find_merge_of(merged_id: int) -> Merge | None:
    """The merge that took a group into another, unless it was undone."""
    query = select(Merge).where(Merge.merged_id == merged_id, Merge.undone_at.is_(None))
    return db.session.scalars(query.options(joinedload(Merge.kept), joinedload(Merge.by))).one_or_none()


def list_merges(now: datetime, limit: int = 50) -> Sequence[Merge]:
    """Merges that can be undone yet, the latest first."""
    query = select(Merge).where(Merge.undone_at.is_(None), Merge.at > now - UNDO)
    loaded = query.options(joinedload(Merge.kept), joinedload(Merge.merged), joinedload(Merge.by))
    return db.session.scalars(loaded.order_by(Merge.at.desc(), Merge.id.desc()).limit(limit)).all()


def list_earlier(organization_ids: Sequence[int]) -> Sequence[Merge]:
    """Merges that took others into one of these groups, and were not undone; the latest first."""
    into = or_(*(Merge.kept_id == one for one in organization_ids))
    query = select(Merge).where(Merge.undone_at.is_(None), into).order_by(Merge.id.desc())
    return db.session.scalars(query.options(joinedload(Merge.merged), joinedload(Merge.kept))).all()
