"""What stands between the public form and programs that fill in forms."""

from __future__ import annotations

from datetime import timedelta

from crm.core.limits import network, over_limit
from crm.organizations.queries import mail_index

HOUR = timedelta(hours=1)
# A whole hall may say so from one network.
MOST_OF_A_NETWORK = 60
MOST_TO_AN_ADDRESS = 6


def says_too_much(address: str) -> bool:
    """Count one answer; whether it is one too many for the network, or for the mailbox that it names."""
    by_network = over_limit("rsvp.network", network(), most=MOST_OF_A_NETWORK, within=HOUR)
    if not address:
        return by_network
    mailbox = mail_index(address).hex()
    return over_limit("rsvp.address", mailbox, most=MOST_TO_AN_ADDRESS, within=HOUR) or by_network
