"""What other rules would do to where groups stand, before anybody lets them hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import select

from crm.core.db import db
from crm.demands.models import Standing
from crm.demands.queries.gate import NOWHERE, compute_standings, current_gate, kept_standings
from crm.demands.rules import Rules
from crm.organizations.models import Organization


def count_changes(rules: Rules) -> Mapping[Standing, int]:
    """How many groups that are not archived would stand differently by these rules: new standing → number."""
    kept, then = kept_standings(), compute_standings(current_gate(rules))
    away = set(db.session.scalars(select(Organization.id).where(Organization.archived_at.is_not(None))))
    become = Counter(
        then.get(group, NOWHERE).standing
        for group in (kept.keys() | then.keys()) - away
        if kept.get(group, NOWHERE).standing is not then.get(group, NOWHERE).standing
    )
    return dict(become)
