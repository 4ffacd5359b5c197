"""Writing a mail into the outbox, in the transaction of the act that owes it."""

from __future__ import annotations

from contextlib import nullcontext
from email.utils import make_msgid
from urllib.parse import urlsplit

from flask import current_app, render_template
from flask_babel import force_locale

from crm.core import clock, jobs
from crm.core.db import db
from crm.mail.models import OutgoingMail


def owe_mail(
    to: str,
    template: str,
    *,
    coalition_id: int | None = None,
    about: str = "",
    link: str | None = None,
    language: str | None = None,
    **values: object,
) -> OutgoingMail:
    """Owe one person one mail, sent by the worker after the commit.

    `template` names templates/mail/NAME.txt: its first line is the subject (neutral: anybody may see it
    over a shoulder), the rest the text. `link` is what the mail asks to open; `about` is
    "invitation:12". Without a `language` it is written in that of the page.
    """
    with force_locale(language) if language else nullcontext():
        text = render_template(f"mail/{template}.txt", link=link, **values)
    subject, _, body = text.strip().partition("\n")
    host = urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
    mail = OutgoingMail(
        coalition_id=coalition_id,
        about=about,
        message_id=make_msgid(domain=host),
        recipient=to,
        subject=subject.strip(),
        body=body.strip() + "\n",
        link=link,
        created_at=clock.now(),
    )
    db.session.add(mail)
    db.session.flush()
    if current_app.config["MAIL_URL"]:
        jobs.enqueue("mail.send", mail_id=mail.id)
    return mail
