"""What queues call things."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.core import formats
from crm.organizations.models import OrganizationKind
from crm.queues.queries import Place, Reason, Why

PLACE_NAMES: dict[Place, LazyString] = {
    Place.READY: _l("To call"),
    Place.NO_NUMBER: _l("No number yet"),
    Place.HELD: _l("Being called now"),
    Place.LATER: _l("To be called later"),
    Place.COOLING: _l("In touch lately"),
    Place.ANSWERED: _l("Answered already"),
    Place.NO_CALLS: _l("Not to be called"),
    Place.SKIPPED: _l("Taken off"),
    Place.DONE: _l("Called"),
}
# Tone and shape, as in components/badge.html.
PLACE_MARKS: dict[Place, tuple[str, str]] = {
    Place.READY: ("neutral", "ring"),
    Place.NO_NUMBER: ("warn", "ring"),
    Place.HELD: ("accent", "dot"),
    Place.LATER: ("info", "clock"),
    Place.COOLING: ("neutral", "clock"),
    Place.ANSWERED: ("good", "half"),
    Place.NO_CALLS: ("bad", "cross"),
    Place.SKIPPED: ("neutral", "dash"),
    Place.DONE: ("good", "check"),
}
ONLY: dict[OrganizationKind, LazyString] = {
    OrganizationKind.UNION: _l("The only union in %(place)s, and not a member yet."),
    OrganizationKind.CONGREGATION: _l("The only congregation in %(place)s, and not a member yet."),
    OrganizationKind.STUDENT_GROUP: _l("The only student group in %(place)s, and not a member yet."),
    OrganizationKind.COMMUNITY_GROUP: _l("The only community group in %(place)s, and not a member yet."),
    OrganizationKind.PROFESSIONAL_GROUP: _l(
        "The only professional group in %(place)s, and not a member yet."
    ),
    OrganizationKind.BUSINESS: _l("The only business in %(place)s, and not a member yet."),
}
LACKING: dict[OrganizationKind, LazyString] = {
    OrganizationKind.UNION: _l("No union in %(place)s is a member yet."),
    OrganizationKind.CONGREGATION: _l("No congregation in %(place)s is a member yet."),
    OrganizationKind.STUDENT_GROUP: _l("No student group in %(place)s is a member yet."),
    OrganizationKind.COMMUNITY_GROUP: _l("No community group in %(place)s is a member yet."),
    OrganizationKind.PROFESSIONAL_GROUP: _l("No professional group in %(place)s is a member yet."),
    OrganizationKind.BUSINESS: _l("No business in %(place)s is a member yet."),
}
LACKED = {Why.ONLY: ONLY, Why.LACKING: LACKING}


def reason_text(reason: Reason, zone: ZoneInfo) -> str:
    """Why this group is next, in a sentence; days as they were in the coalition's zone."""
    if reason.why is Why.PROMISED:
        return str(_("They asked to be called back now."))
    if reason.why in LACKED:
        return str(LACKED[reason.why][reason.kind]) % {"place": reason.place}
    if reason.since is None:
        return str(_("Nobody has been in touch with them yet."))
    day = formats.full_date(reason.since.astimezone(zone).date())
    return str(_("Nobody has been in touch since %(day)s.", day=day))
