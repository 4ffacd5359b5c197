"""How long the audit keeps its entries. Their links stay."""

from __future__ import annotations

from datetime import datetime

from dateutil.relativedelta import relativedelta
from sqlalchemy import delete, func, select

from crm.audit.models import AuditEntry, AuditLink
from crm.core import clock
from crm.core.db import BATCH
from crm.core.retention import Due, count_due
from crm.core.tenancy import current_coalition_id
from crm.core.transactions import own_write

# The database lets no entry go that is younger (migration 0043).
YEARS_KEPT = 5


def oldest_kept() -> datetime:
    """The instant before which entries may be gone."""
    return clock.now() - relativedelta(years=YEARS_KEPT)


def count_old(now: datetime) -> Due:
    """What of the chosen coalition's audit is past its time at an instant."""
    own = AuditEntry.coalition_id == current_coalition_id()
    return count_due(AuditEntry.at, own, AuditEntry.at < _past(now))


def forget_old() -> int:
    """Delete the sealed entries past their time, a few hundred in a transaction; how many. Commits."""
    total = 0
    while count := _forget_some():
        total += count
    return total


def _past(now: datetime) -> datetime:
    """A day more than the database asks for, whose clock may be another."""
    return now - relativedelta(years=YEARS_KEPT, days=1)


def _forget_some() -> int:
    before = _past(clock.now())
    with own_write() as session:
        has_link = select(AuditLink.id).where(AuditLink.entry_id == AuditEntry.id).exists()
        # Never the newest: its number would be given again.
        not_last = AuditEntry.id < select(func.max(AuditEntry.id)).scalar_subquery()
        old = select(AuditEntry.id).where(AuditEntry.at < before, has_link, not_last).limit(BATCH)
        ids = list(session.scalars(old))
        session.execute(delete(AuditEntry).where(AuditEntry.id.in_(ids)))
    return len(ids)
