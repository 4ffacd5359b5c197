"""Reading the audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from crm.audit.models import AuditEntry
from crm.core.db import db
from crm.core.paging import Key, Page, keyset_page
from crm.core.permissions import Viewer
from crm.core.tenancy import current_coalition_id


def page_of_entries(
    coalition_id: int, *, action: str = "", after: str | None = None, before: str | None = None
) -> Page[Any]:
    """Fifty entries of a coalition, newest first, of one action or of all."""
    query = select(AuditEntry).where(AuditEntry.coalition_id == coalition_id)
    if action:
        query = query.where(AuditEntry.action == action)
    return keyset_page(query, [Key(AuditEntry.id, descending=True)], after=after, before=before)


def list_actions(coalition_id: int) -> Sequence[str]:
    """Every action that the coalition's audit holds."""
    query = select(AuditEntry.action).where(AuditEntry.coalition_id == coalition_id).distinct()
    return db.session.scalars(query.order_by(AuditEntry.action)).all()


def count_acts(viewer: Viewer, action: str, since: datetime) -> int:
    """How often somebody did something in the chosen coalition since an instant."""
    query = select(func.count()).where(
        AuditEntry.coalition_id == current_coalition_id(),
        AuditEntry.user_id == viewer.user_id,
        AuditEntry.action == action,
        AuditEntry.at >= since,
    )
    return db.session.scalar(query) or 0


def was_done(action: str, record_id: int) -> bool:
    """Whether this was done, by anybody, to a record of the chosen coalition that may be gone since."""
    query = select(AuditEntry.id).where(
        AuditEntry.coalition_id == current_coalition_id(),
        AuditEntry.action == action,
        AuditEntry.record_id == record_id,
    )
    return db.session.scalar(query.limit(1)) is not None
