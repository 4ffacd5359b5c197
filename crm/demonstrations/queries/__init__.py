"""Reading who stands behind a demonstration, and what was promised for it."""

from crm.demonstrations.queries.co_sponsors import (
    ask_for_co_sponsorships,
    count_co_sponsors,
    find_co_sponsorship,
    find_co_sponsorship_of,
    find_invitation,
    list_co_sponsorships,
    list_public_co_sponsors,
)
from crm.demonstrations.queries.ledger import (
    find_commitment,
    list_ledger,
    list_standing_promises,
)
from crm.demonstrations.queries.turnout import PromisedTurnout, list_promised_turnout, sum_promised_turnout

__all__ = [
    "PromisedTurnout",
    "ask_for_co_sponsorships",
    "count_co_sponsors",
    "find_co_sponsorship",
    "find_co_sponsorship_of",
    "find_commitment",
    "find_invitation",
    "list_co_sponsorships",
    "list_ledger",
    "list_promised_turnout",
    "list_public_co_sponsors",
    "list_standing_promises",
    "sum_promised_turnout",
]
