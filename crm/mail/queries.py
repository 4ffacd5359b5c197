"""Reading the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from smtplib import SMTPException

from sqlalchemy import func, select

from crm.core.db import db
from crm.mail.models import MailState, OutgoingMail
from crm.mail.server import greet, server


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


def count_late(before: datetime) -> int:
    """How many mails have been waiting since before an instant."""
    waits = OutgoingMail.state == MailState.WAITING
    query = select(func.count()).select_from(OutgoingMail).where(waits, OutgoingMail.created_at < before)
    return db.session.scalar(query) or 0


def find_server_fault(timeout: float) -> str | None:
    """Why the mail server lets nobody in, None where it does. Raises LookupError where none is set."""
    to = server()
    if to is None:
        raise LookupError("MAIL_URL")
    try:
        greet(to, timeout)
    except (OSError, SMTPException) as error:
        return f"{to.host}:{to.port}: {' '.join(str(error).split()) or type(error).__name__}"
    return None


def list_unsent(limit: int) -> Sequence[OutgoingMail]:
    """The newest mails that have not been sent, of all coalitions and of the installation."""
    query = select(OutgoingMail).where(OutgoingMail.state != MailState.SENT)
    return db.session.scalars(query.order_by(OutgoingMail.id.desc()).limit(limit)).all()


def list_waiting(limit: int) -> Sequence[OutgoingMail]:
    """The oldest mails that wait to be sent."""
    query = select(OutgoingMail).where(OutgoingMail.state == MailState.WAITING)
    return db.session.scalars(query.order_by(OutgoingMail.id).limit(limit)).all()
