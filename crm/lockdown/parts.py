"""What a lockdown stops, and by which pages that is known."""

from __future__ import annotations

from enum import StrEnum, auto

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from crm.core.permissions import Permission, Role


class Part(StrEnum):
    """One thing that is stopped, and switched on again by itself."""

    MEMBERS = auto()
    GROUPS = auto()
    EXPORTS = auto()
    INVITATIONS = auto()
    FEEDS = auto()


# part → what stands still, and what switching it on again means.
TITLES: dict[Part, LazyString] = {
    Part.MEMBERS: _l("Organizers and observers"),
    Part.GROUPS: _l("Pages of the groups"),
    Part.EXPORTS: _l("Exports and lists as CSV"),
    Part.INVITATIONS: _l("Invitations"),
    Part.FEEDS: _l("Private calendar feeds"),
}
STOPPED: dict[Part, LazyString] = {
    Part.MEMBERS: _l("Signed out, and let in no further than this notice. Coordinators can sign in."),
    Part.GROUPS: _l(
        "Those who speak for a group are signed out, and the links that they were mailed have ended."
    ),
    Part.EXPORTS: _l("Files that were made are deleted, and none is made. Lists can't be downloaded."),
    Part.INVITATIONS: _l("Those that waited are taken back, and nobody can be invited."),
    Part.FEEDS: _l("All addresses have ended, and none is given. Public calendars go on."),
}
AGAIN: dict[Part, LazyString] = {
    Part.MEMBERS: _l(
        "Look at the list of people first. Organizers and observers can go on once they signed in."
    ),
    Part.GROUPS: _l("Those who speak for a group can have a new link mailed."),
    Part.EXPORTS: _l("Coordinators can export again, and organizers can download lists."),
    Part.INVITATIONS: _l("Coordinators can invite again, also those whose invitation was taken back."),
    Part.FEEDS: _l("Each person can get a new address. The former ones stay without effect."),
}

OPEN = {None, Permission.PUBLIC, Permission.SIGNED_IN}
TAKES_OUT = {Permission.EXPORT, Permission.LIST_CSV}
GROUP_PAGES = "/<coalition>/group/"
# What is stopped beside the pages that a permission tells: (method, endpoint).
STOPS: dict[tuple[str, str], Part] = {
    ("POST", "audit.download"): Part.EXPORTS,
    ("POST", "person.tell"): Part.EXPORTS,
    ("POST", "members.index"): Part.INVITATIONS,
    ("POST", "members.resend"): Part.INVITATIONS,
    ("POST", "calendar_feeds.make"): Part.FEEDS,
    ("POST", "group_calendar_feeds.group_make"): Part.FEEDS,
}


def part_of(
    method: str, endpoint: str, rule: str, permission: Permission | None, role: Role | None
) -> Part | None:
    """The part to which what is asked for belongs; None: no lockdown stops it."""
    if rule.startswith(GROUP_PAGES):
        return Part.GROUPS
    if permission not in OPEN and role not in (None, Role.COORDINATOR):
        return Part.MEMBERS
    return Part.EXPORTS if permission in TAKES_OUT else STOPS.get((method, endpoint))
