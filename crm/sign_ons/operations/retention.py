"""What nobody confirmed, and what was declined, is not kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from crm.core import clock, jobs
from crm.core.db import db
from crm.mail.operations import forget_mail
from crm.sign_ons.models import SignOn, SignOnAnswer
from crm.sign_ons.queries import list_to_forget

KIND = "sign_ons.forget"


def forget_old(now: datetime) -> int:
    """Delete what is over, with its answers and the mails that still wait for it; how many that were.

    In the scope that is chosen: one coalition, or (the nightly job) all of them.
    """
    ids = list_to_forget(now)
    for sign_on_id in ids:
        forget_mail(f"sign_on:{sign_on_id}")
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        db.session.execute(delete(SignOnAnswer).where(SignOnAnswer.sign_on_id.in_(part)))
        db.session.execute(delete(SignOn).where(SignOn.id.in_(part)))
    return len(ids)


@jobs.every(KIND, timedelta(days=1))
def forget_nightly() -> None:
    """The nightly job, for all coalitions."""
    forget_old(clock.now())
