"""The names of kinds and visibilities, as pages and feeds say them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.events.models import EventKind, Visibility

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
    Visibility.GROUPS: _l("Groups: only the coalition's people see it; it is in no public page or feed."),
    Visibility.CLOSED: _l("Closed: only the organizers named on it see it; it is in no feed at all."),
}
