"""Reading the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from crm.core.db import db
from crm.mail.models import MailState, OutgoingMail


def waiting_links(coalition_id: int, abouts: Iterable[str]) -> dict[str, str]:
    """The links of mails that have not been sent, by what they are about ("invitation:12"); one statement."""
    query = (
        select(OutgoingMail)
        .where(
            OutgoingMail.coalition_id == coalition_id,
            OutgoingMail.about.in_(sorted(abouts)),
            OutgoingMail.state != MailState.SENT,
        )
        .order_by(OutgoingMail.id)
    )
    return {mail.about: mail.link for mail in db.session.scalars(query) if mail.link}


def list_unsent(limit: int) -> Sequence[OutgoingMail]:
    """The newest mails that have not been sent, of all coalitions and of the installation."""
    query = select(OutgoingMail).where(OutgoingMail.state != MailState.SENT)
    return db.session.scalars(query.order_by(OutgoingMail.id.desc()).limit(limit)).all()


def list_waiting(limit: int) -> Sequence[OutgoingMail]:
    """The oldest mails that wait to be sent."""
    query = select(OutgoingMail).where(OutgoingMail.state == MailState.WAITING)
    return db.session.scalars(query.order_by(OutgoingMail.id).limit(limit)).all()
