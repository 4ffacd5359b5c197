"""Where people come and what is there for them; and which of it may be told to whom.

What each class of visibility tells is an allow-list of fields (7-safety.md), never all of a venue with some
of it taken out.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum, auto

from crm.core.permissions import Viewer
from crm.events.models import Event, Occurrence, Said, Visibility


@dataclass(frozen=True, slots=True)
class Venue:
    """A place with what it offers; empty where nothing is known, or may be told."""

    place_name: str = ""
    address: str = ""
    area: str = ""
    directions: str = ""
    step_free: Said = Said.UNSAID
    hearing_loop: Said = Said.UNSAID
    interpretation: str = ""
    childcare: str = ""
    food: str = ""
    # In no feed of the public's, whatever the class.
    online_url: str = ""
    is_home: bool = False


FIELDS = tuple(field.name for field in fields(Venue))
# What goes with the place: a date that is held elsewhere has nothing of it.
OF_THE_PLACE = ("place_name", "address", "area", "directions", "step_free", "hearing_loop")


class Audience(StrEnum):
    """Whoever is told alike of an event that they may know of."""

    EVERYBODY = auto()
    # Signed-in representatives of groups.
    GROUPS = auto()
    # Organizers, coordinators, observers.
    MEMBERS = auto()


_ALL = frozenset(FIELDS)
_AREA = frozenset({"area", "step_free", "hearing_loop", "interpretation", "childcare", "food"})
# Of somebody's home, to all but those who are trusted with the address.
_HOME = _AREA | {"online_url", "is_home"}
_NOTHING = frozenset[str]()
TOLD: dict[Audience, dict[Visibility, frozenset[str]]] = {
    Audience.EVERYBODY: {
        Visibility.PUBLIC: _ALL,
        Visibility.AREA: _AREA,
        Visibility.GROUPS: _NOTHING,
        Visibility.CLOSED: _NOTHING,
    },
    Audience.GROUPS: {
        Visibility.PUBLIC: _ALL,
        Visibility.AREA: _AREA,
        Visibility.GROUPS: _ALL,
        Visibility.CLOSED: _ALL,
    },
    Audience.MEMBERS: dict.fromkeys(Visibility, _ALL),
}


def audience_of(viewer: Viewer) -> Audience:
    """As whom a viewer is told."""
    if viewer.role is not None:
        return Audience.MEMBERS
    return Audience.EVERYBODY if viewer.organization_id is None else Audience.GROUPS


def told(venue: Venue, visibility: Visibility, audience: Audience) -> Venue:
    """As much of a venue as an audience may know that may know of the event.

    A home is told to the coalition's own people, and to groups that a closed event names.
    """
    allowed = TOLD[audience][visibility]
    trusted = audience is Audience.MEMBERS or visibility is Visibility.CLOSED
    if venue.is_home and not trusted:
        allowed &= _HOME
    if allowed == _ALL:
        return venue
    return Venue(**{name: getattr(venue, name) for name in allowed})


def venue_on(event: Event, one: Occurrence | None) -> Venue:
    """The venue of a date. Held elsewhere, it has nothing of the series' own place."""
    usual = {name: getattr(event, name) for name in FIELDS}
    if one is None:
        return Venue(**usual)
    if bool(one.place_name) and one.place_name != event.place_name:
        usual = {name: value for name, value in usual.items() if name not in (*OF_THE_PLACE, "is_home")}
    own = {name: getattr(one, name) for name in FIELDS if name != "is_home"}
    usual |= {name: value for name, value in own.items() if value is not None}
    return Venue(**{**usual, "is_home": one.is_home or bool(usual.get("is_home"))})
