"""What is past use is deleted each night."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, or_

from crm.access.lifetimes import KEPT_AFTER
from crm.accounts.models import Invitation, PasswordReset
from crm.accounts.operations import forget_ended_sessions
from crm.accounts.operations.factors import forget_ended_halves
from crm.core import clock, jobs, limits
from crm.core.db import db
from crm.mail.operations import forget_old_mail

JOBS_KEPT = timedelta(days=7)


@jobs.every("cleanup", timedelta(days=1))
def clean_up() -> None:
    """Done jobs, ended sessions, used links, counters, mail. Twice is once."""
    now = clock.now()
    jobs.forget_done(now - JOBS_KEPT)
    limits.forget_ended(now)
    forget_ended_sessions(now)
    forget_ended_halves(now)
    forget_old_mail(now - KEPT_AFTER)
    db.session.execute(delete(PasswordReset).where(PasswordReset.expires_at < now - KEPT_AFTER))
    # Who was invited is in the audit; the address of who never came is not kept.
    over = or_(
        Invitation.expires_at < now - KEPT_AFTER,
        Invitation.accepted_at < now - KEPT_AFTER,
        Invitation.withdrawn_at < now - KEPT_AFTER,
    )
    db.session.execute(delete(Invitation).where(over))
    db.session.commit()
