"""Events in the workbench's search box: by a word or two of their title, place or neighborhood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.core import search
from crm.core.db import db
from crm.core.permissions import Permission, Viewer
from crm.events.models import Event
from crm.events.queries import AHEAD, EventDate, list_event_dates
from crm.events.rights import visible_to
from crm.events.series import Window
from crm.organizations.derived import phrasings, plain_words
from crm.organizations.names import trigrams

KIND = "event"


def index_events(events: Iterable[Event]) -> None:
    """Let events be found by what they are called now. Of a home the neighborhood alone is kept there."""
    search.put([_document(event) for event in events])


def _document(event: Event) -> search.Document:
    title = plain_words(event.title)
    places = (event.area,) if event.is_home else (event.place_name, event.area)
    words = " ".join((title, *(plain_words(place) for place in places))).split()
    text = " ".join(dict.fromkeys(words))
    return search.Document(KIND, event.id, title, text, trigrams(text))


def search_events(
    viewer: Viewer, question: str, now: datetime, limit: int = 10
) -> Sequence[tuple[Event, EventDate | None]]:
    """Events that the viewer may know of, best first, each with its next date if it has one.

    The index gives candidates alone: who may know is asked of the events themselves, at each search.
    """
    return load_events_found(viewer, search.find(KIND, phrasings(question)), now, limit)


def load_events_found(
    viewer: Viewer, hits: Sequence[search.Hit], now: datetime, limit: int
) -> Sequence[tuple[Event, EventDate | None]]:
    """The events of what was found, as `search_events` gives them. One statement."""
    if not hits or not viewer.can(Permission.EVENT_VIEW):
        return []
    query = select(Event).where(Event.id.in_([hit.record_id for hit in hits]), visible_to(viewer))
    rows = db.session.scalars(query.options(joinedload(Event.occurrences))).unique()
    found = {event.id: event for event in rows}
    best = [found[hit.record_id] for hit in hits if hit.record_id in found][:limit]
    return [(event, _next_date(viewer, event, now)) for event in best]


def _next_date(viewer: Viewer, event: Event, now: datetime) -> EventDate | None:
    return next(iter(list_event_dates(event, viewer, Window(now, now + AHEAD), limit=1)), None)
