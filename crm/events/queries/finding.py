"""Events in the workbench's search box: by a word or two of their title, place or neighborhood."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from crm.core import search
from crm.core.permissions import Viewer
from crm.events.models import Event
from crm.events.queries import AHEAD, EventDate, list_event_dates
from crm.events.series import Window
from crm.organizations.derived import plain_words
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


def next_date(viewer: Viewer, event: Event, now: datetime) -> EventDate | None:
    """The next date of an event that was loaded with what differs on its dates; None where there is none."""
    return next(iter(list_event_dates(event, viewer, Window(now, now + AHEAD), limit=1)), None)
