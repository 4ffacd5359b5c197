"""The stages of the chosen coalition."""

from __future__ import annotations

from flask import g

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.tenancy import current_coalition_id
from crm.organizations.stages import Stages, read_stages


def own_stages() -> Stages:
    """Those of the chosen coalition, whose row a page has loaded already. Raises NoCoalition."""
    here, coalition_id = g.get("coalition"), current_coalition_id()
    if not isinstance(here, Coalition) or here.id != coalition_id:
        here = db.session.get_one(Coalition, coalition_id)
    settings = here.settings
    known = g.get("own_stages")
    if known is None or known[0] is not settings:
        known = g.own_stages = settings, read_stages(settings)
    stages: Stages = known[1]
    return stages
