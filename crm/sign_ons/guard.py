"""What stands between the public form and programs that fill in forms, without a third party's puzzle."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from itsdangerous import BadSignature, TimestampSigner

from crm.core.crypto import new_token
from crm.core.forms import normal_mail
from crm.core.limits import network, over_limit
from crm.organizations.queries import mail_index

# Nobody reads the demands and fills in the form in less.
SOONEST = timedelta(seconds=2)
# A form that was open for longer gets a new ticket; nothing that was typed is lost.
LONGEST = timedelta(days=14)
HOUR = timedelta(hours=1)
# A hall full of groups signs on from one network; a mailbox belongs to few of them.
MOST_OF_A_NETWORK = 60
MOST_TO_AN_ADDRESS = 6


def new_ticket() -> str:
    """What a fresh form carries: a random key and when it was opened, signed."""
    return _signer().sign(new_token()).decode()


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


def sends_too_much(address: str) -> bool:
    """Count one sending; whether it is one too many for the network, or for the mailbox that it names."""
    by_network = over_limit("sign_on.network", network(), most=MOST_OF_A_NETWORK, within=HOUR)
    mailbox = mail_index(normal_mail(address)).hex()
    return over_limit("sign_on.address", mailbox, most=MOST_TO_AN_ADDRESS, within=HOUR) or by_network


def asks_too_often() -> bool:
    """Count one asking for a new link; whether it is one too many for the network."""
    return over_limit("sign_on.link", network(), most=MOST_OF_A_NETWORK, within=HOUR)


def _open(ticket: str) -> tuple[str, timedelta] | None:
    """The key of a ticket and its age."""
    signer = _signer()
    try:
        key, opened = signer.unsign(ticket, return_timestamp=True)
    except BadSignature:
        return None
    return key.decode(), timedelta(seconds=signer.get_timestamp() - opened.timestamp())


def _signer() -> TimestampSigner:
    return TimestampSigner(current_app.secret_key or "", salt="sign-on form")
