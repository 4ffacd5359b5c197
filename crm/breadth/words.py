"""How gaps are told."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from crm.breadth.gaps import Across, Axis, Lack
from crm.events.models import EventKind
from crm.organizations.models import OrganizationKind

LACK_NAMES: dict[Lack, LazyString] = {
    Lack.MEMBER: _l("No member"),
    Lack.MEETING: _l("No meeting"),
    Lack.TOUCH: _l("No touch for 60 days"),
}
# What stands beside a mark, for a cell that lacks it and for one that does not.
LACKING: dict[Lack, LazyString] = {
    Lack.MEMBER: _l("no member"),
    Lack.MEETING: _l("no meeting"),
    Lack.TOUCH: _l("no touch"),
}
HAVING: dict[Lack, LazyString] = {
    Lack.MEMBER: _l("has a member"),
    Lack.MEETING: _l("a meeting is coming"),
    Lack.TOUCH: _l("in touch"),
}
DEFINITIONS: dict[Lack, LazyString] = {
    Lack.MEMBER: _l("A gap has groups in the directory, and none of them is a member of the coalition."),
    Lack.MEETING: _l(
        "A gap has groups in the directory, and no meeting in the next 60 days. A meeting counts for the "
        "place where it is held, else for that of its host: neighborhood meetings for community groups, "
        "congregations and others; workplace meetings for unions, professional groups and businesses; campus "
        "meetings for student groups; and each for the kind and the sector of the group that hosts it. "
        "Meetings that you may not know of, drafts and cancelled dates count for nothing."
    ),
    Lack.TOUCH: _l(
        "A gap has groups in the directory, and nobody was in touch with any of them for 60 days."
    ),
}
ACROSS_NAMES: dict[Across, LazyString] = {
    Across.PLACES_KINDS: _l("Places and kinds"),
    Across.SECTORS_KINDS: _l("Sectors and kinds"),
    Across.PLACES_SECTORS: _l("Places and sectors"),
}
AXIS_NAMES: dict[Axis, LazyString] = {
    Axis.PLACE: _l("Place"),
    Axis.SECTOR: _l("Sector"),
    Axis.KIND: _l("Kind"),
}
# The meeting that a host is looked for, by the kind of group: neighborhood meetings for all the others.
MEETING_FOR: dict[OrganizationKind, EventKind] = {
    OrganizationKind.UNION: EventKind.WORKPLACE,
    OrganizationKind.PROFESSIONAL_GROUP: EventKind.WORKPLACE,
    OrganizationKind.BUSINESS: EventKind.WORKPLACE,
    OrganizationKind.STUDENT_GROUP: EventKind.CAMPUS,
}
