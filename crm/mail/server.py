"""The mail server that MAIL_URL names, and talking to it.

    smtp://user:password@mail.example.org:587?tls=1     STARTTLS; without tls=1 in the clear (a relay at hand)
    smtps://user:password@mail.example.org              TLS from the first byte

`from=` names the sender; else it is the user where that is an address, else muster@ the host of BASE_URL.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import parse_qs, unquote, urlsplit

from flask import Flask, current_app

from config import SettingsError
from crm.mail.models import OutgoingMail

PORTS = {"smtp": 587, "smtps": 465}
TIMEOUT = 30
EXAMPLE = "smtp://user:password@mail.example.org:587?tls=1"
SEVEN_BIT = SMTP.clone(cte_type="7bit")


class Undeliverable(Exception):
    """The server refuses this mail for good; trying again is of no use."""


@dataclass(frozen=True)
class Server:
    """Where mail goes, and from whom."""

    host: str
    port: int
    implicit_tls: bool
    start_tls: bool
    user: str | None
    password: str | None
    sender: str
    helo: str


def init_app(app: Flask) -> None:
    """A MAIL_URL that makes no sense is told at the start, not with the first mail."""
    if url := app.config["MAIL_URL"]:
        parse_server(url, app.config["BASE_URL"])


def parse_server(url: str, base_url: str) -> Server:
    """What a MAIL_URL says. Raises SettingsError, without the password in it."""
    own_host = urlsplit(base_url).hostname or "localhost"
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
        query = parse_qs(parts.query, strict_parsing=bool(parts.query))
    except (ValueError, KeyError):
        raise SettingsError(f"MAIL_URL must look like {EXAMPLE}.") from None
    if not parts.hostname or parts.path not in ("", "/") or set(query) - {"tls", "from"}:
        raise SettingsError(f"MAIL_URL must look like {EXAMPLE}.")
    user = unquote(parts.username) if parts.username else None
    default = user if user and "@" in user else f"muster@{own_host}"
    return Server(
        host=parts.hostname,
        port=port,
        implicit_tls=parts.scheme == "smtps",
        start_tls=query.get("tls", ["0"])[0] not in ("", "0", "no", "off"),
        user=user,
        password=unquote(parts.password) if parts.password else None,
        sender=query.get("from", [default])[0],
        helo=own_host,
    )


def server() -> Server | None:
    """The server of this installation; None when mail is not set up."""
    url = current_app.config["MAIL_URL"]
    return parse_server(url, current_app.config["BASE_URL"]) if url else None


def compose(mail: OutgoingMail, sender: str) -> EmailMessage:
    """A mail as it is sent: to one recipient, with an id that stays the same however often it is tried."""
    message = EmailMessage(policy=SEVEN_BIT)
    message["From"] = f"Muster <{sender}>"
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.body or "")
    return message


def deliver(to: Server, recipient: str, message: EmailMessage) -> str:
    """Hand a mail over; what the server answered.

    Raises Undeliverable when it is refused for good, OSError or SMTPException when it may work later.
    """
    try:
        with _connect(to) as smtp:
            return _hand_over(smtp, to.sender, recipient, message)
    except smtplib.SMTPNotSupportedError as error:
        raise Undeliverable(str(error)) from error
    except smtplib.SMTPResponseException as error:
        # A wrong password is a matter of the settings, not of this mail.
        if error.smtp_code >= 500 and not isinstance(error, smtplib.SMTPAuthenticationError):
            raise Undeliverable(_said(error.smtp_code, error.smtp_error)) from error
        raise


def greet(to: Server, timeout: float) -> None:
    """Sign in to the server and leave again, within so many seconds. Raises OSError or SMTPException."""
    with _connect(to, timeout) as smtp:
        smtp.noop()


def _connect(to: Server, timeout: float = TIMEOUT) -> smtplib.SMTP:
    context = ssl.create_default_context()
    smtp: smtplib.SMTP
    if to.implicit_tls:
        smtp = smtplib.SMTP_SSL(to.host, to.port, to.helo, timeout=timeout, context=context)
    else:
        smtp = smtplib.SMTP(to.host, to.port, to.helo, timeout=timeout)
    try:
        if to.start_tls:
            smtp.starttls(context=context)
        if to.user:
            smtp.login(to.user, to.password or "")
    except BaseException:
        smtp.close()
        raise
    return smtp


def _hand_over(smtp: smtplib.SMTP, sender: str, recipient: str, message: EmailMessage) -> str:
    smtp.ehlo_or_helo_if_needed()
    options, policy = [], message.policy
    if not (sender + recipient).isascii():
        if not smtp.has_extn("smtputf8"):
            raise smtplib.SMTPNotSupportedError("the server takes no addresses beyond ASCII")
        options, policy = ["SMTPUTF8", "BODY=8BITMIME"], SMTP.clone(utf8=True)
    for code, answer in (smtp.mail(sender, options), smtp.rcpt(recipient)):
        if code not in (250, 251):
            raise smtplib.SMTPResponseException(code, answer)
    code, answer = smtp.data(message.as_bytes(policy=policy))
    if code != 250:
        raise smtplib.SMTPResponseException(code, answer)
    return _said(code, answer)


def _said(code: int, answer: bytes | str) -> str:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return f"{code} {' '.join(text.split())}"
