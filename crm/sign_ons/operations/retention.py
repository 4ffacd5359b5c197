"""What nobody confirmed, and what was declined, is not kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from crm.core.db import batches, db
from crm.core.retention import Due, Rule, count_due, register
from crm.mail.operations import forget_mail
from crm.sign_ons.models import KEPT_FOR, SignOn, SignOnAnswer
from crm.sign_ons.queries import is_over


def forget_old(now: datetime, kept: timedelta = KEPT_FOR) -> int:
    """Delete what is over, with its answers and the mails that still wait for it; how many that were.

    In all that is chosen.
    """
    ids = db.session.scalars(select(SignOn.id).where(is_over(now - kept)).order_by(SignOn.id)).all()
    for sign_on_id in ids:
        forget_mail(f"sign_on:{sign_on_id}")
    for part in batches(ids):
        db.session.execute(delete(SignOnAnswer).where(SignOnAnswer.sign_on_id.in_(part)))
        db.session.execute(delete(SignOn).where(SignOn.id.in_(part)))
    return len(ids)


def _due(now: datetime, kept: timedelta) -> Due:
    return count_due(SignOn.created_at, is_over(now - kept))


register(
    Rule(
        "sign_ons",
        _l("Sign-ons that were never confirmed, or were declined"),
        _l("After their last link, or the decision. They go as a whole; accepted ones stay."),
        days=KEPT_FOR.days,
        least=7,
        most=90,
        due=_due,
        forget=forget_old,
    )
)
