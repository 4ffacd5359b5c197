"""What stands between the public form and programs that fill in forms, without a third party's puzzle."""

from __future__ import annotations

from datetime import timedelta

from crm.core.forms import normal_mail
from crm.core.limits import network, over_limit
from crm.core.tickets import is_unhurried, new_ticket, read_ticket, ticket_of
from crm.organizations.queries import mail_index

__all__ = ["asks_too_often", "is_unhurried", "new_ticket", "read_ticket", "sends_too_much", "ticket_of"]

HOUR = timedelta(hours=1)
# A hall full of groups signs on from one network; a mailbox belongs to few of them.
MOST_OF_A_NETWORK = 60
MOST_TO_AN_ADDRESS = 6


def sends_too_much(address: str) -> bool:
    """Count one sending; whether it is one too many for the network, or for the mailbox that it names."""
    by_network = over_limit("sign_on.network", network(), most=MOST_OF_A_NETWORK, within=HOUR)
    mailbox = mail_index(normal_mail(address)).hex()
    return over_limit("sign_on.address", mailbox, most=MOST_TO_AN_ADDRESS, within=HOUR) or by_network


def asks_too_often() -> bool:
    """Count one asking for a new link; whether it is one too many for the network."""
    return over_limit("sign_on.link", network(), most=MOST_OF_A_NETWORK, within=HOUR)
