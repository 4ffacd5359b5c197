"""Where a group was, and what was said there: on its own page, of this group alone and without names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from crm.attendance.models import Presence
from crm.attendance.queries import list_own_lines
from crm.core.permissions import Viewer
from crm.events.models import Event
from crm.meetings.queries import Readers, list_readable_days

MOST = 12


@dataclass(frozen=True)
class PastMeeting:
    """A date at which the group was, or not, or whose minutes it may read; `day` is when it was."""

    event: Event
    day: date
    state: Presence | None
    people: int
    minutes_url: str | None


def list_past_meetings(viewer: Viewer, organization_id: int) -> Sequence[PastMeeting]:
    """The last of them, the newest first; four statements whatever their number."""
    lines = {
        (event.id, on): (event, line) for event, on, line in list_own_lines(viewer, organization_id, MOST)
    }
    minutes = {(event.id, on): (event, readers) for event, on, readers in list_readable_days(viewer, MOST)}
    found = []
    for key in dict.fromkeys([*lines, *minutes]):
        event, on_date = (lines.get(key) or minutes[key])[0], key[1]
        line = lines[key][1] if key in lines else None
        url = _minutes_url(event, on_date, minutes[key][1]) if key in minutes else None
        state, people = (line.state, line.people) if line else (None, 0)
        found.append(PastMeeting(event, _day_of(event, on_date), state, people, url))
    return sorted(found, key=lambda one: one.day, reverse=True)[:MOST]


def _minutes_url(event: Event, on_date: date, readers: Readers) -> str:
    endpoint = "public_minutes.show" if readers is Readers.EVERYBODY else "group_minutes.show_group"
    return url_for(endpoint, slug=event.slug, on_date=on_date.isoformat())


def _day_of(event: Event, on_date: date) -> date:
    """When it was: a date that was moved keeps its address, not its day."""
    moved = next((one.starts_local for one in event.occurrences if one.on_date == on_date), None)
    return moved.date() if moved else on_date
