"""What becomes known to whom when more people may know of an event: shown before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.core.formats import short_day
from crm.events.models import Event, Visibility
from crm.events.queries import exceptions_of, series_of
from crm.events.rights import OPEN
from crm.events.sentence import say_series
from crm.events.venues import Audience, Venue, told, venue_on
from crm.events.words import KIND_NAMES, SAID_NAMES

AUDIENCES: dict[Audience, LazyString] = {
    Audience.EVERYBODY: _l("Everybody: on the public pages, in the calendar feeds, in search engines"),
    Audience.GROUPS: _l("The groups' representatives: on their group's page and in their private feed"),
    Audience.MEMBERS: _l("All organizers and observers of the coalition"),
}
VENUE_LABELS: dict[str, LazyString] = {
    "place_name": _l("Place"),
    "address": _l("Address"),
    "area": _l("Neighborhood"),
    "directions": _l("How to find it"),
    "step_free": _l("Step-free access"),
    "hearing_loop": _l("Hearing loop"),
    "interpretation": _l("Interpretation into"),
    "childcare": _l("Childcare"),
    "food": _l("Food"),
    "online_url": _l("To take part online (on the page alone)"),
}


@dataclass(frozen=True)
class Disclosed:
    """What one audience is told (or not any more): what it is called, and what it says."""

    audience: LazyString
    lines: list[tuple[str, str]]


def disclosed(event: Event, new: Visibility) -> list[Disclosed]:
    """What more each audience is told under another visibility than the event's."""
    return _difference(event, event.visibility, new)


def withdrawn(event: Event, new: Visibility) -> list[Disclosed]:
    """What each audience is told no more."""
    return _difference(event, new, event.visibility)


def _difference(event: Event, less: Visibility, more: Visibility) -> list[Disclosed]:
    found = []
    for audience, name in AUDIENCES.items():
        before, after = _lines(event, less, audience), _lines(event, more, audience)
        lines = [(label, value) for label, value in after.items() if label not in before]
        if lines:
            found.append(Disclosed(name, lines))
    return found


def _knows(audience: Audience, visibility: Visibility) -> bool:
    """Whether an audience knows of an event at all, but for those who are named on it."""
    if audience is Audience.MEMBERS:
        return visibility is not Visibility.CLOSED
    return visibility in OPEN or (audience is Audience.GROUPS and visibility is Visibility.GROUPS)


def _lines(event: Event, visibility: Visibility, audience: Audience) -> Mapping[str, str]:
    if not _knows(audience, visibility):
        return {}
    lines = {
        _("Title"): event.title,
        _("What it is"): str(KIND_NAMES[event.kind]),
        _("When"): say_series(series_of(event), exceptions_of(event)),
        _("What people should know"): event.description,
    }
    lines |= _venue_lines(told(venue_on(event, None), visibility, audience), "")
    for one in event.occurrences:
        if any(getattr(one, name) for name in VENUE_LABELS):
            venue = told(venue_on(event, one), visibility, audience)
            lines |= _venue_lines(venue, short_day(one.starts_local or one.on_date))
    return {label: value for label, value in lines.items() if value}


def _venue_lines(venue: Venue, day: str) -> dict[str, str]:
    lines = {}
    for name, label in VENUE_LABELS.items():
        value = getattr(venue, name)
        heading = _("%(what)s on %(day)s", what=label, day=day) if day else str(label)
        lines[heading] = _word(value)
    return lines


def _word(value: object) -> str:
    if value in SAID_NAMES:
        return "" if value == "unsaid" else str(SAID_NAMES[value])  # type: ignore[index]
    return str(value)
