"""How long a coalition keeps what it keeps about people."""

from __future__ import annotations

from collections.abc import Mapping

from crm.audit.operations import record
from crm.coalitions.operations import hold_coalition
from crm.core.permissions import Viewer
from crm.core.retention import KEY, days_of, rules


def set_days(viewer: Viewer, days: Mapping[str, int]) -> list[str]:
    """Keep things for other days, within what each rule allows; the kinds that changed."""
    coalition = hold_coalition()
    changed = [kind for kind in days if days[kind] != days_of(rules[kind], coalition.settings)]
    for kind in changed:
        if not rules[kind].least <= days[kind] <= rules[kind].most:
            raise ValueError(f"{kind} is kept for {rules[kind].least} to {rules[kind].most} days.")
    if changed:
        coalition.settings = {
            **coalition.settings,
            KEY: {**coalition.settings.get(KEY, {}), **{kind: days[kind] for kind in changed}},
        }
        record(viewer, "retention.days", coalition, fields=changed)
    return changed
