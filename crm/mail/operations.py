"""Writing a mail into the outbox, in the transaction of the act that owes it."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import nullcontext
from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy import ColumnElement, delete

from crm.accounts.queries import list_coordinators
from crm.audit.operations import record
from crm.audit.queries import count_acts
from crm.coalitions.models import Coalition
from crm.core import clock, jobs
from crm.core.db import Model, db
from crm.core.permissions import Viewer
from crm.core.retention import Due, count_due
from crm.core.tenancy import current_coalition_id
from crm.mail.models import MailState, OutgoingMail

# Of the people who sign in to the demo; a new password is mailed to them by no coalition.
DEMO_HOST = "demo.example"
# The others are told of somebody's first such act in so long.
TOLD_AGAIN = timedelta(days=1)


def owe_mail(to: str, template: str, **told: Any) -> OutgoingMail:
    """Owe one person one mail: `write_mail` and `owe`."""
    return owe(write_mail(to, template, **told))


def write_mail(
    to: str,
    template: str,
    *,
    coalition_id: int | None = None,
    about: str = "",
    link: str | None = None,
    unsubscribe: str | None = None,
    language: str | None = None,
    **values: object,
) -> OutgoingMail:
    """A mail to one person, of which nothing is kept yet.

    `template` names templates/mail/NAME.txt: its first line is the subject (neutral: anybody may see it
    over a shoulder), the rest the text. `link` is what the mail asks to open; `unsubscribe` the address that
    ends such mails at one POST, told in a header and, like the link, to the template; `about` is
    "invitation:12". Without a `language` it is written in that of the page.
    """
    with force_locale(language) if language else nullcontext():
        text = render_template(f"mail/{template}.txt", link=link, unsubscribe=unsubscribe, **values)
    subject, _, body = text.strip().partition("\n")
    mail = _write(to, subject.strip(), body.strip() + "\n")
    mail.coalition_id, mail.about, mail.link, mail.unsubscribe = coalition_id, about, link, unsubscribe
    return mail


def owe(mail: OutgoingMail) -> OutgoingMail:
    """Have a mail sent by the worker after the commit; to the demo's invented people, never."""
    is_invented = _is_invented(mail.recipient or "", mail.coalition_id)
    mail.state = MailState.HELD if is_invented else MailState.WAITING
    db.session.add(mail)
    db.session.flush()
    if current_app.config["MAIL_URL"] and mail.state is MailState.WAITING:
        order_sending(mail)
    return mail


def tell_coordinators(
    template: str,
    *,
    but: Collection[int | None] = (),
    about: str = "",
    link: str | None = None,
    **values: Any,
) -> None:
    """Owe each coordinator of the chosen coalition a mail in their own language, but the accounts of `but`.

    The template gets the `coalition` beside the values.
    """
    coalition = db.session.get_one(Coalition, current_coalition_id())
    for user, _membership in list_coordinators():
        if user.id not in but:
            owe_mail(
                user.email,
                template,
                coalition_id=coalition.id,
                about=about,
                link=link,
                language=user.language or coalition.default_language,
                coalition=coalition,
                **values,
            )


def note_and_tell_daily(viewer: Viewer, action: str, subject: Model, template: str, **values: Any) -> None:
    """Note in the audit that somebody takes or reads something; the other coordinators hear of it once a day.

    The template gets the name of the `person` beside the values.
    """
    record(viewer, action, subject)
    db.session.flush()
    if count_acts(viewer, action, since=clock.now() - TOLD_AGAIN) == 1:
        tell_coordinators(template, but=(viewer.user_id,), person=viewer.name, **values)


def order_sending(mail: OutgoingMail) -> None:
    """Have the worker send a mail; ordered twice is ordered once."""
    jobs.enqueue_once("mail.send", str(mail.id), mail_id=mail.id)


def forget_mail(about: str) -> None:
    """Take back the mails about something that have not been sent: what they say does not hold any more."""
    db.session.execute(
        delete(OutgoingMail).where(OutgoingMail.about == about, OutgoingMail.state != MailState.SENT)
    )


def forget_old_mail(before: datetime, coalition_id: int | None) -> None:
    """Delete what was sent or given up before an instant, and what has waited since without a mail server.

    Of one coalition, or (None) of the installation itself.
    """
    db.session.execute(delete(OutgoingMail).where(*_old(before, coalition_id)))


def count_old_mail(before: datetime) -> Due:
    """What of the chosen coalition's mail is that old, and still says something."""
    told = OutgoingMail.recipient.is_not(None)
    return count_due(OutgoingMail.created_at, *_old(before, current_coalition_id()), told)


def _old(before: datetime, coalition_id: int | None) -> tuple[ColumnElement[bool], ...]:
    return OutgoingMail.coalition_id == coalition_id, OutgoingMail.created_at < before


def _is_invented(address: str, coalition_id: int | None) -> bool:
    """Whether an address is one that the demo invented, under the domain that RFC 2606 keeps for examples."""
    host = address.rpartition("@")[2].lower()
    if not host.endswith(".example"):
        return False
    coalition = db.session.get(Coalition, coalition_id) if coalition_id is not None else None
    return host == DEMO_HOST or (coalition is not None and coalition.is_demo)


def _write(to: str, subject: str, body: str) -> OutgoingMail:
    if any(char in to + subject for char in "\r\n"):
        raise ValueError("A recipient and a subject stand on one line.")
    host = urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
    return OutgoingMail(
        message_id=make_msgid(domain=host), recipient=to, subject=subject, body=body, created_at=clock.now()
    )
