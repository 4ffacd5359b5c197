"""How long the audit keeps its entries. Their links stay."""

from __future__ import annotations

from datetime import datetime

from dateutil.relativedelta import relativedelta
from sqlalchemy import delete, func, select

from crm.audit.models import AuditEntry, AuditLink
from crm.core import clock
from crm.core.db import BATCH
from crm.core.transactions import own_write

# The database lets no entry go that is younger (migration 0043).
YEARS_KEPT = 5


def oldest_kept() -> datetime:
    """The instant before which entries may be gone."""
    return clock.now() - relativedelta(years=YEARS_KEPT)


def forget_old() -> int:
    """Delete the sealed entries past their time, a few hundred in a transaction; how many. Commits."""
    total = 0
    while count := _forget_some():
        total += count
    return total


def _forget_some() -> int:
    # A day more than the database asks for, whose clock may be another.
    before = oldest_kept() - relativedelta(days=1)
    with own_write() as session:
        has_link = select(AuditLink.id).where(AuditLink.entry_id == AuditEntry.id).exists()
        # Never the newest: its number would be given again.
        not_last = AuditEntry.id < select(func.max(AuditEntry.id)).scalar_subquery()
        old = select(AuditEntry.id).where(AuditEntry.at < before, has_link, not_last).limit(BATCH)
        ids = list(session.scalars(old))
        session.execute(delete(AuditEntry).where(AuditEntry.id.in_(ids)))
    return len(ids)
