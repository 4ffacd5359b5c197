"""The timeline of the organization page: what each feature knows of one group, merged."""

from __future__ import annotations

from collections.abc import Sequence

from crm.core import contributions
from crm.core.contributions import TimelineEntry
from crm.core.permissions import Viewer


def list_timeline(viewer: Viewer, organization_id: int, most: int) -> tuple[Sequence[TimelineEntry], bool]:
    """The newest entries of all features, newest first, at most `most`; and whether there are more."""
    entries = [entry for part in contributions.timeline for entry in part(viewer, organization_id, most + 1)]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    return entries[:most], len(entries) > most
