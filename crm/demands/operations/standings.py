"""Keeping where groups stand: computed anew after every act on which it hangs, and as days pass."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite

from crm.audit.operations import record, record_each
from crm.coalitions.operations import hold_coalition
from crm.core import clock
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.demands.models import OrganizationStanding, StandingChange
from crm.demands.operations.turns import hold_demands, keep_demands
from crm.demands.queries.gate import NOWHERE, GroupStanding, compute_standings, current_gate, kept_standings
from crm.demands.rules import KEY, Rules, rules_of

# The groups of acts that are taken together; None: each act is counted at once.
_together: ContextVar[set[int] | None] = ContextVar("muster_standings", default=None)


@contextmanager
def standings_at_the_end(viewer: Viewer) -> Iterator[None]:
    """Take the acts within as one: where their groups stand is computed once, after the last of them."""
    if _together.get() is not None:
        yield
        return
    touched: set[int] = set()
    token = _together.set(touched)
    try:
        yield
    finally:
        _together.reset(token)
    if touched:
        refresh_standings(viewer, touched)


def refresh_standings(viewer: Viewer, organization_ids: Collection[int] | None = None) -> int:
    """Compute where groups stand (None: all) and keep it; how many changed.

    A change of standing is a line of Today and an audit entry. As many statements for many groups as for one.
    """
    touched = _together.get()
    if touched is not None and organization_ids is not None:
        touched.update(organization_ids)
        return 0
    db.session.flush()
    (keep_demands if organization_ids is not None else hold_demands)()
    computed = compute_standings(current_gate(), organization_ids)
    kept = kept_standings(organization_ids)
    changed = {
        group: (kept.get(group, NOWHERE), computed.get(group, NOWHERE))
        for group in computed.keys() | kept.keys()
        if not _is_same(kept.get(group, NOWHERE), computed.get(group, NOWHERE))
    }
    if changed:
        _keep(changed)
        _tell(
            viewer, {group: pair for group, pair in changed.items() if pair[0].standing != pair[1].standing}
        )
    return len(changed)


def set_rules(viewer: Viewer, rules: Rules) -> int:
    """Let other rules hold in the chosen coalition; how many groups stand differently by them."""
    hold_demands()
    coalition = hold_coalition()
    before = rules_of(coalition).kept()
    changed = [name for name, value in rules.kept().items() if before[name] != value]
    if not changed:
        return 0
    coalition.settings = {**coalition.settings, KEY: rules.kept()}
    record(viewer, "demand.rules", coalition, fields=changed)
    return refresh_standings(viewer)


def _is_same(one: GroupStanding, other: GroupStanding) -> bool:
    return (one.standing, one.asked) == (other.standing, other.asked)


def _keep(changed: Mapping[int, tuple[GroupStanding, GroupStanding]]) -> None:
    now = clock.now()
    rows = [
        {
            "organization_id": group,
            "standing": after.standing,
            "asked": after.asked,
            "since": now if before.standing is not after.standing else before.since or now,
        }
        for group, (before, after) in changed.items()
    ]
    here = db.session.get_bind().dialect.name
    statement = (postgresql.insert if here == "postgresql" else sqlite.insert)(OrganizationStanding)
    told = {name: statement.excluded[name] for name in ("standing", "asked", "since")}
    kept = statement.on_conflict_do_update(index_elements=["coalition_id", "organization_id"], set_=told)
    db.session.execute(kept, rows)


def _tell(viewer: Viewer, changed: Mapping[int, tuple[GroupStanding, GroupStanding]]) -> None:
    if not changed:
        return
    now = clock.now()
    lines: list[dict[str, Any]] = [
        {"organization_id": group, "before": before.standing, "after": after.standing, "at": now}
        for group, (before, after) in changed.items()
    ]
    db.session.execute(insert(StandingChange), lines)
    details = {
        group: {"before": before.standing.value, "after": after.standing.value}
        for group, (before, after) in changed.items()
    }
    record_each(viewer, "organization.standing", "organization", details)
