"""Reading what the organization page shows of several features at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from crm.core import contributions
from crm.core.contributions import TimelineEntry
from crm.core.db import db
from crm.core.permissions import Permission, Viewer
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.events.models import Event
from crm.events.rights import visible_to

MOST_CO_SPONSORSHIPS = 30


@dataclass(frozen=True)
class CoSponsored:
    """A demonstration that a group was asked to stand behind: all of it (no date), or one date."""

    title: str
    slug: str
    on_date: date | None
    state: CoSponsorState


def list_co_sponsored(viewer: Viewer, organization_id: int) -> Sequence[CoSponsored]:
    """What a group was asked to co-sponsor, newest first, of the events that the viewer may know of."""
    if not viewer.can(Permission.EVENT_VIEW):
        return []
    query = (
        select(Event.title, Event.slug, CoSponsorship.on_date, CoSponsorship.state)
        .join(Event, Event.id == CoSponsorship.event_id)
        .where(CoSponsorship.organization_id == organization_id, visible_to(viewer))
        .order_by(CoSponsorship.asked_at.desc(), CoSponsorship.id.desc())
        .limit(MOST_CO_SPONSORSHIPS)
    )
    return [CoSponsored(*row) for row in db.session.execute(query)]


def list_timeline(viewer: Viewer, organization_id: int, most: int) -> tuple[Sequence[TimelineEntry], bool]:
    """The newest entries of all features, newest first, at most `most`; and whether there are more."""
    entries = [entry for part in contributions.timeline for entry in part(viewer, organization_id, most + 1)]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    return entries[:most], len(entries) > most
