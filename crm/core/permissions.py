"""Who may do what: one table. Views name the permission, templates ask `can()`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto

from flask import g


class Role(StrEnum):
    """A person's part in one coalition."""

    COORDINATOR = auto()
    ORGANIZER = auto()
    # An organizer who sees the groups alone that are assigned to them (`core.limiting`).
    LIMITED = auto()
    OBSERVER = auto()


class Permission(StrEnum):
    """What a view or a command needs. The first two are not of a coalition."""

    PUBLIC = auto()
    SIGNED_IN = auto()
    # The page of the group for which the viewer came by a mailed link.
    GROUP = auto()

    WORKBENCH_VIEW = auto()
    ORGANIZATION_VIEW = auto()
    ORGANIZATION_EDIT = auto()
    DIRECTORY_EDIT = auto()
    CONTACT_VIEW = auto()
    CONTACT_REVEAL = auto()
    CONTACT_EDIT = auto()
    OUTREACH_VIEW = auto()
    OUTREACH_LOG = auto()
    TOUCH_CORRECT = auto()
    QUEUE_RUN = auto()
    DEMAND_VIEW = auto()
    DEMAND_EDIT = auto()
    TARGET_VIEW = auto()
    TARGET_EDIT = auto()
    ENDORSEMENT_VIEW = auto()
    ENDORSEMENT_RECORD = auto()
    ENDORSEMENT_DECIDE = auto()
    SIGN_ON_VIEW = auto()
    SIGN_ON_DECIDE = auto()
    EVENT_VIEW = auto()
    EVENT_EDIT = auto()
    EVENT_WIDEN = auto()
    CO_SPONSOR_EDIT = auto()
    TURNOUT_VIEW = auto()
    TURNOUT_COUNT = auto()
    IMPORT = auto()
    LIST_CSV = auto()
    VIEW_KEEP = auto()
    EXPORT = auto()
    ERASE = auto()
    MEMBER_INVITE = auto()
    SETTINGS_EDIT = auto()
    AUDIT_VIEW = auto()


_OBSERVER = frozenset(
    {
        Permission.WORKBENCH_VIEW,
        Permission.ORGANIZATION_VIEW,
        Permission.OUTREACH_VIEW,
        Permission.DEMAND_VIEW,
        Permission.TARGET_VIEW,
        Permission.ENDORSEMENT_VIEW,
        Permission.EVENT_VIEW,
        Permission.TURNOUT_VIEW,
    }
)
# What is done for one group, and lists of one's own. What is about all groups, or about none, is not in it.
_LIMITED = _OBSERVER | {
    Permission.ORGANIZATION_EDIT,
    Permission.CONTACT_VIEW,
    Permission.CONTACT_REVEAL,
    Permission.CONTACT_EDIT,
    Permission.OUTREACH_LOG,
    Permission.ENDORSEMENT_RECORD,
    Permission.CO_SPONSOR_EDIT,
    Permission.LIST_CSV,
    Permission.VIEW_KEEP,
}
_ORGANIZER = _LIMITED | {
    Permission.DIRECTORY_EDIT,
    Permission.TARGET_EDIT,
    Permission.SIGN_ON_VIEW,
    Permission.EVENT_EDIT,
    Permission.TURNOUT_COUNT,
    Permission.IMPORT,
}
_COORDINATOR = _ORGANIZER | {
    Permission.TOUCH_CORRECT,
    Permission.QUEUE_RUN,
    Permission.DEMAND_EDIT,
    Permission.ENDORSEMENT_DECIDE,
    Permission.SIGN_ON_DECIDE,
    Permission.EVENT_WIDEN,
    Permission.EXPORT,
    Permission.ERASE,
    Permission.MEMBER_INVITE,
    Permission.SETTINGS_EDIT,
    Permission.AUDIT_VIEW,
}
RIGHTS: dict[Role, frozenset[Permission]] = {
    Role.OBSERVER: _OBSERVER,
    Role.LIMITED: _LIMITED,
    Role.ORGANIZER: _ORGANIZER,
    Role.COORDINATOR: _COORDINATOR,
}


@dataclass(frozen=True)
class Viewer:
    """Who looks. Anonymous: no user. Of no role: a stranger to this coalition."""

    user_id: int | None = None
    name: str = ""
    role: Role | None = None
    coalition_id: int | None = None
    # A group's representative: the contact who came by a mailed link, and the group.
    contact_id: int | None = None
    organization_id: int | None = None

    @property
    def signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def is_limited(self) -> bool:
        """Whether they see the groups alone that are assigned to them."""
        return self.role is Role.LIMITED

    def can(self, permission: Permission) -> bool:
        if permission is Permission.PUBLIC:
            return True
        if permission is Permission.SIGNED_IN:
            return self.signed_in
        if permission is Permission.GROUP:
            return self.contact_id is not None
        return self.role is not None and permission in RIGHTS[self.role]


ANONYMOUS = Viewer()


def viewer() -> Viewer:
    """Who looks at this request's page."""
    found: Viewer = g.get("viewer", ANONYMOUS)
    return found


def representative() -> Viewer:
    """Who looks at a group's own page: its representative, or ANONYMOUS.

    Apart from `viewer()`: an organizer may have the page of a group open in the same browser.
    """
    found: Viewer = g.get("representative", ANONYMOUS)
    return found
