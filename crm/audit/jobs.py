"""What the worker does for the audit."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from crm.audit.chain import seal, seal_lately
from crm.audit.retention import YEARS_KEPT, count_old, forget_old
from crm.core import jobs
from crm.core.db import db
from crm.core.retention import Rule, register

# As the page shows it; what holds are the years.
DAYS_KEPT = YEARS_KEPT * 365 + 1


@jobs.every("audit.seal", timedelta(minutes=1))
def seal_each_minute() -> None:
    """Seal what was done lately. Twice is once."""
    seal_lately()


@jobs.every("audit.nightly", timedelta(days=1), careful=True)
def look_at_all() -> None:
    """Seal whatever is not sealed, however old; let go of what is past its time. Twice is once."""
    seal()
    forget_old()


def _forget(_now: datetime, _kept: timedelta) -> None:
    """Of all coalitions at once, in transactions of its own: twice is once."""
    db.session.commit()
    forget_old()


register(
    Rule(
        "audit",
        _l("The audit: who did what"),
        _l("After five years. Their seals stay, so that the chain still holds."),
        days=DAYS_KEPT,
        least=DAYS_KEPT,
        most=DAYS_KEPT,
        due=lambda now, _kept: count_old(now),
        forget=_forget,
    )
)
