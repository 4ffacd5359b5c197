"""Reading the rules of the chosen coalition."""

from __future__ import annotations

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.tenancy import current_coalition_id
from crm.demands.rules import Rules, rules_of


def current_coalition() -> Coalition:
    """The chosen coalition. Raises NoCoalition where none is chosen."""
    return db.session.get_one(Coalition, current_coalition_id())


def current_rules() -> Rules:
    """The rules of the chosen coalition. Raises NoCoalition where none is chosen."""
    return rules_of(current_coalition())
