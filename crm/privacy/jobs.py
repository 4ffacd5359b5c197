"""What is past its days goes each night."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from crm.coalitions.models import Coalition
from crm.core import clock, jobs, retention
from crm.core.db import db
from crm.core.tenancy import in_coalition
from crm.core.transactions import reading


class NotAllForgotten(RuntimeError):
    """Some rules failed; the job is tried again."""


@jobs.every("retention", timedelta(days=1), careful=True)
def forget_nightly() -> None:
    """Run every rule in every coalition. Twice is once; where one fails the others are run."""
    with reading():
        found = db.session.execute(select(Coalition.id, Coalition.settings).order_by(Coalition.id)).all()
    failed: list[str] = []
    for coalition_id, settings in found:
        with in_coalition(coalition_id):
            failed += retention.forget_due(settings, clock.now())
    if failed:
        raise NotAllForgotten(", ".join(sorted(set(failed))))
