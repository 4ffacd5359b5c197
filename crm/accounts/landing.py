"""Where a signed-in person goes on."""

from __future__ import annotations

from flask import url_for

from crm.coalitions.queries import list_coalitions_of
from crm.core import tenancy
from crm.core.navigation import start_url


def landing_url(user_id: int) -> str:
    """Today of the one coalition, else the account with the coalitions to choose from."""
    with tenancy.across_coalitions():
        coalitions = list_coalitions_of(user_id)
    return start_url(coalitions[0].slug) if len(coalitions) == 1 else url_for("accounts.account")
