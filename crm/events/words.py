"""The names of kinds and visibilities, as pages and feeds say them."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.events.models import EventKind, Said, Visibility
from crm.events.venues import Venue

KIND_NAMES = {
    EventKind.DEMONSTRATION: _l("Demonstration"),
    EventKind.NEIGHBORHOOD: _l("Neighborhood meeting"),
    EventKind.WORKPLACE: _l("Workplace meeting"),
    EventKind.CAMPUS: _l("Campus meeting"),
    EventKind.COALITION: _l("Coalition meeting"),
    EventKind.TRAINING: _l("Training"),
    EventKind.HEARING: _l("Hearing"),
    EventKind.OTHER: _l("Something else"),
}
VISIBILITY_NAMES = {
    Visibility.PUBLIC: _l("Public"),
    Visibility.AREA: _l("By neighborhood"),
    Visibility.GROUPS: _l("Groups of the coalition"),
    Visibility.CLOSED: _l("Closed"),
}
VISIBILITY_TEXTS = {
    Visibility.PUBLIC: _l("Public: everybody sees day, time and address."),
    Visibility.AREA: _l(
        "By neighborhood: everybody sees day and neighborhood, the coalition's people the address."
    ),
    Visibility.GROUPS: _l(
        "Groups: only the coalition's people and groups see it; it is in no public page or feed."
    ),
    Visibility.CLOSED: _l(
        "Closed: only the organizers and groups named on it see it; it is in no public page or feed."
    ),
}

SAID_NAMES = {Said.UNSAID: _l("Not known"), Said.YES: _l("Yes"), Said.NO: _l("No")}


def venue_lines(venue: Venue) -> list[str]:
    """What the venue offers and how to find it, a line each. Never its online link: feeds tell these."""
    said = []
    if venue.step_free is Said.YES:
        said.append(_("Step-free access."))
    if venue.step_free is Said.NO:
        said.append(_("There are steps, and no way around them."))
    if venue.hearing_loop is Said.YES:
        said.append(_("Hearing loop."))
    if venue.interpretation:
        said.append(_("Interpretation: %(languages)s", languages=venue.interpretation))
    if venue.childcare:
        said.append(_("Childcare: %(what)s", what=venue.childcare))
    if venue.food:
        said.append(_("Food: %(what)s", what=venue.food))
    if venue.directions:
        said.append(_("How to find it: %(directions)s", directions=venue.directions))
    return said
