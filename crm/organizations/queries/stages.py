"""The stages of the chosen coalition."""

from __future__ import annotations

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.tenancy import current_coalition_id
from crm.organizations.stages import Stages, read_stages


def own_stages() -> Stages:
    """Those of the chosen coalition, whose row a page has loaded already. Raises NoCoalition."""
    return read_stages(db.session.get_one(Coalition, current_coalition_id()).settings)
