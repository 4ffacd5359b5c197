"""A fresh public form's ticket: when it was opened, against programs that fill in forms."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from itsdangerous import BadSignature, TimestampSigner

from crm.core.crypto import new_token

# Nobody reads a form and fills it in in less.
SOONEST = timedelta(seconds=2)
# A form that was open for longer gets a new ticket; nothing that was typed is lost.
LONGEST = timedelta(days=14)


def new_ticket() -> str:
    """What a fresh form carries: a random key and when it was opened, signed."""
    return ticket_of(new_token())


def ticket_of(key: str) -> str:
    """The ticket of a form that was sent before under this key, when it is opened to be corrected."""
    return _signer().sign(key).decode()


def read_ticket(ticket: str) -> str | None:
    """The key of a form, the same however often it is sent; None for one that is not ours or too old."""
    opened = _open(ticket)
    return opened[0] if opened and opened[1] <= LONGEST else None


def is_unhurried(ticket: str) -> bool:
    """Whether a form was open for as long as a person needs. With `LIMITS=off` any time will do."""
    opened = _open(ticket)
    if opened is None or opened[1] > LONGEST:
        return False
    return opened[1] >= SOONEST or not current_app.config["LIMITS"]


def _open(ticket: str) -> tuple[str, timedelta] | None:
    """The key of a ticket and its age."""
    signer = _signer()
    try:
        key, opened = signer.unsign(ticket, return_timestamp=True)
    except BadSignature:
        return None
    return key.decode(), timedelta(seconds=signer.get_timestamp() - opened.timestamp())


def _signer() -> TimestampSigner:
    return TimestampSigner(current_app.secret_key or "", salt="public form")
