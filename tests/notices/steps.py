"""Who asked to be told, and what was mailed."""

from __future__ import annotations

from sqlalchemy import select

from crm.core.db import db
from crm.mail.models import OutgoingMail
from crm.notices.models import ChangeSubscription
from crm.notices.operations import confirm, subscribe
from crm.notices.queries import confirm_token


def told() -> list[OutgoingMail]:
    """What was mailed of changes and next dates, the oldest first."""
    mails = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
    return [mail for mail in mails if mail.subject in {"Dates that changed", "New dates", "The next one"}]


def newest_subscription() -> ChangeSubscription:
    query = select(ChangeSubscription).order_by(ChangeSubscription.id.desc()).limit(1)
    return db.session.scalars(query).one()


def subscribed(coalition, email: str, kinds=(), areas=(), language="en") -> ChangeSubscription:
    """Somebody who asked and confirmed."""
    subscribe(coalition, f"key of {email}", email, kinds, areas, language)
    one = newest_subscription()
    assert confirm(confirm_token(one))
    db.session.commit()
    return one
