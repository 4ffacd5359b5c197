"""Sending what is owed: jobs of the worker."""

from __future__ import annotations

from datetime import timedelta

from config import SettingsError
from crm.core import clock, jobs
from crm.core.db import db
from crm.core.transactions import reading
from crm.mail.models import MailState, OutgoingMail
from crm.mail.operations import order_sending
from crm.mail.queries import list_waiting
from crm.mail.server import Undeliverable, compose, deliver, server

# How long a mail is tried for; a link in it has expired by then, or is asked for again.
GIVE_UP = timedelta(days=3)
AT_ONCE = 500


@jobs.work("mail.send")
def send(mail_id: int) -> None:
    """Send a mail that waits. A worker that dies right after sending sends it again, under the same id."""
    to = server()
    if to is None:
        raise SettingsError("MAIL_URL is not set any more.")
    # Nothing is locked while the mail server takes its time.
    with reading():
        mail = db.session.get(OutgoingMail, mail_id)
        if mail is None or mail.state is not MailState.WAITING or not mail.recipient:
            return
        recipient, message = mail.recipient, compose(mail, to.sender)
    try:
        deliver(to, recipient, message)
    except Undeliverable:
        _end(mail_id, MailState.FAILED)
    else:
        _end(mail_id, MailState.SENT)


@jobs.every("mail.sweep", timedelta(minutes=10))
def sweep() -> None:
    """Order what waits from a time without a mail server; give up on what could not be sent for days."""
    if server() is None:
        return
    for mail in list_waiting(AT_ONCE):
        if not jobs.is_spent("mail.send", str(mail.id)):
            order_sending(mail)
        elif mail.created_at > clock.now() - GIVE_UP:
            jobs.ask_again("mail.send", str(mail.id))
        else:
            mail.state = MailState.FAILED
    db.session.commit()


def _end(mail_id: int, state: MailState) -> None:
    """Sent: recipient and text are wiped. Refused: kept for a while, so that its link can be passed on."""
    mail = db.session.get(OutgoingMail, mail_id)
    if mail is not None:
        mail.state, mail.sent_at = state, clock.now()
        if state is MailState.SENT:
            mail.recipient = mail.subject = mail.body = mail.link = mail.unsubscribe = None
    db.session.commit()
