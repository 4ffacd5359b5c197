"""What the worker does for the audit."""

from __future__ import annotations

from datetime import timedelta

from crm.audit.chain import seal, seal_lately
from crm.audit.retention import forget_old
from crm.core import jobs


@jobs.every("audit.seal", timedelta(minutes=1))
def seal_each_minute() -> None:
    """Seal what was done lately. Twice is once."""
    seal_lately()


@jobs.every("audit.nightly", timedelta(days=1), careful=True)
def look_at_all() -> None:
    """Seal whatever is not sealed, however old; let go of what is past its time. Twice is once."""
    seal()
    forget_old()
