"""Where a signed-in person goes on."""

from __future__ import annotations

from flask import url_for

from crm.coalitions.queries import find_last_used
from crm.core import tenancy
from crm.core.navigation import start_url


def landing_url(user_id: int) -> str:
    """Today of the coalition that they used last; the account of who belongs to none."""
    with tenancy.across_coalitions():
        coalition = find_last_used(user_id)
    return start_url(coalition.slug) if coalition else url_for("accounts.account")
