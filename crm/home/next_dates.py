"""The dates that come next, and what they still lack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from crm.core.db import db
from crm.core.permissions import Viewer
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.events.models import EventKind
from crm.events.queries import EventDate, list_dates
from crm.events.series import Window

# How far ahead the next dates are looked for.
AHEAD = timedelta(days=60)
NEXT_DATES = 3


@dataclass(frozen=True)
class NextDate:
    """A coming date, and how many groups said yes to co-sponsoring it, and how many have yet to answer."""

    date: EventDate
    co_sponsors: int
    silent: int

    @property
    def lacks_co_sponsors(self) -> bool:
        return self.date.kind is EventKind.DEMONSTRATION and self.co_sponsors == 0

    @property
    def lacks_place(self) -> bool:
        return not (self.date.place_name or self.date.address or self.date.area)


def list_next_dates(viewer: Viewer, now: datetime) -> list[NextDate]:
    """The next dates that are not cancelled, with how co-sponsoring stands."""
    dates = [one for one in list_dates(viewer, Window(now, now + AHEAD)) if not one.cancelled][:NEXT_DATES]
    if not dates:
        return []
    counts = _count_co_sponsors({one.event_id for one in dates})

    def count(one: EventDate, state: CoSponsorState) -> int:
        return sum(counts.get((one.event_id, on_date, state), 0) for on_date in (None, one.on_date))

    return [
        NextDate(one, count(one, CoSponsorState.ACCEPTED), count(one, CoSponsorState.ASKED)) for one in dates
    ]


def _count_co_sponsors(event_ids: set[int]) -> dict[tuple[Any, ...], int]:
    """(event, date or None for the whole series, state) → how many groups."""
    keys = (CoSponsorship.event_id, CoSponsorship.on_date, CoSponsorship.state)
    query = select(*keys, func.count()).where(CoSponsorship.event_id.in_(event_ids)).group_by(*keys)
    return {(row[0], row[1], row[2]): row[3] for row in db.session.execute(query)}
