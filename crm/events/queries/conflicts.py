"""What else is on at the same time: a warning, never a refusal.

Only what the viewer may know of is looked at, so that a warning never tells of a closed event.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from crm.core import contributions
from crm.core.permissions import Viewer
from crm.events.queries import list_dates
from crm.events.recurrence import to_local
from crm.events.series import Instance, Window


@dataclass(frozen=True)
class Clash:
    """Something that is on at the time of a date: an event of the coalition, or an entry of a calendar.

    `slug` and `on_date` are those of the coalition's event; `source` names the calendar that is not.
    """

    title: str
    starts_at: datetime
    ends_at: datetime
    starts_local: datetime
    ends_local: datetime
    source: str = ""
    slug: str | None = None
    on_date: date | None = None


@dataclass(frozen=True)
class Span:
    """From when to when something is to be; aware UTC."""

    starts_at: datetime
    ends_at: datetime


def spans_of(instances: Sequence[Instance]) -> list[Span]:
    """When the dates are that take place."""
    return [Span(one.starts_at, one.ends_at) for one in instances if not one.cancelled]


def list_clashes(
    viewer: Viewer, spans: Sequence[Span], zone: ZoneInfo, *, besides: int | None = None
) -> list[Clash]:
    """What overlaps any of these times, soonest first; `besides`: the event that they are the times of."""
    if not spans:
        return []
    window = Window(min(one.starts_at for one in spans), max(one.ends_at for one in spans))
    ours = [
        Clash(
            one.title,
            one.starts_at,
            one.ends_at,
            to_local(one.starts_at, zone),
            to_local(one.ends_at, zone),
            slug=one.slug,
            on_date=one.on_date,
        )
        for one in list_dates(viewer, window)
        if not one.cancelled and one.event_id != besides
    ]
    found = [one for one in (*ours, *_elsewhere(window, zone)) if _overlaps(one, spans)]
    return sorted(found, key=lambda one: (one.starts_at, one.title))


def _elsewhere(window: Window, zone: ZoneInfo) -> list[Clash]:
    """What other calendars say that organizers see."""
    return [
        Clash(
            busy.title,
            busy.starts_at,
            busy.ends_at,
            to_local(busy.starts_at, zone),
            to_local(busy.ends_at, zone),
            source=busy.source,
        )
        for part in contributions.busy
        for busy in part(window.starts_at, window.ends_at)
    ]


def _overlaps(one: Clash, spans: Sequence[Span]) -> bool:
    return any(one.starts_at < span.ends_at and one.ends_at > span.starts_at for span in spans)
