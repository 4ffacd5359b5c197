"""What is past use is deleted each night: of the installation here, of a coalition by rules."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, delete, or_

from crm.access.lifetimes import KEPT_AFTER
from crm.accounts.models import Invitation, PasswordReset
from crm.accounts.operations import forget_ended_sessions
from crm.accounts.operations.factors import forget_ended_halves
from crm.core import clock, jobs, limits
from crm.core.db import db
from crm.core.retention import Rule, count_due, register
from crm.core.tenancy import current_coalition_id
from crm.mail.operations import count_old_mail, forget_old_mail

JOBS_KEPT = timedelta(days=7)


@jobs.every("cleanup", timedelta(days=1))
def clean_up() -> None:
    """Done jobs, ended sessions, used links, counters, mail. Twice is once."""
    now = clock.now()
    jobs.forget_done(now - JOBS_KEPT)
    limits.forget_ended(now)
    forget_ended_sessions(now)
    forget_ended_halves(now)
    forget_old_mail(now - KEPT_AFTER, None)
    db.session.execute(delete(PasswordReset).where(PasswordReset.expires_at < now - KEPT_AFTER))
    db.session.commit()


def _over(before: datetime) -> ColumnElement[bool]:
    return or_(
        Invitation.expires_at < before, Invitation.accepted_at < before, Invitation.withdrawn_at < before
    )


def forget_invitations(now: datetime, kept: timedelta) -> None:
    """Delete the invitations that are over, in all that is chosen: who was invited is in the audit."""
    db.session.execute(delete(Invitation).where(_over(now - kept)))


register(
    Rule(
        "invitations",
        _l("Invitations to organizers"),
        _l("After they end. Address and name go; that somebody was invited stays in the audit."),
        days=KEPT_AFTER.days,
        least=KEPT_AFTER.days,
        most=KEPT_AFTER.days,
        due=lambda now, kept: count_due(Invitation.created_at, _over(now - kept)),
        forget=forget_invitations,
    )
)
register(
    Rule(
        "mail",
        _l("Mail that could not be sent"),
        _l("After it was written. It goes as a whole; the text of what was sent goes at once."),
        days=KEPT_AFTER.days,
        least=7,
        most=90,
        due=lambda now, kept: count_old_mail(now - kept),
        forget=lambda now, kept: forget_old_mail(now - kept, current_coalition_id()),
    )
)
