"""Signing one member's devices out, and ending what else opens the coalition for them: for a lost phone."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import delete

from crm.accounts.models import HalfSignIn, PasswordReset, User, UserSession
from crm.accounts.queries import count_open_resets, list_sessions
from crm.audit.operations import record
from crm.calendars.models import PrivateFeed
from crm.calendars.operations import revoke
from crm.calendars.queries import Owner, find_feed_of
from crm.coalitions.models import Coalition, Membership
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.core.tenancy import current_coalition_id
from crm.mail.operations import owe_mail, tell_coordinators

# What a press ends beside one device, which is named by its number.
ALL, FEED, LINKS = "all", "feed", "links"


@dataclass(frozen=True)
class Openings:
    """What opens the coalition for a member now: never a secret, which is kept nowhere."""

    devices: list[UserSession] = field(default_factory=list)
    feed: PrivateFeed | None = None
    # Mailed links to a new password.
    links: int = 0

    def __bool__(self) -> bool:
        return bool(self.devices or self.feed or self.links)


def find_openings(member: Membership, what: str = ALL) -> Openings:
    """What of a member's a press would end: all, the feed, the links, or the device of that number."""
    feed = find_feed_of(Owner(membership_id=member.id)) if what in (ALL, FEED) else None
    return Openings(
        [one for one in list_sessions(member.user_id) if what in (ALL, str(one.id))],
        feed if feed is not None and feed.is_open else None,
        count_open_resets(member.user_id) if what in (ALL, LINKS) else 0,
    )


def end_openings(viewer: Viewer, member: Membership, what: str) -> Openings:
    """End that; what it was. The member and the other coordinators are told. Twice is once."""
    user = db.session.get_one(User, member.user_id, with_for_update=True)
    found = find_openings(member, what)
    if not found:
        return found
    for device in found.devices:
        db.session.delete(device)
    if found.feed is not None:
        revoke(viewer, found.feed)
    if found.links or what == ALL:
        # With them what could become a session: a password given without its code.
        db.session.execute(delete(HalfSignIn).where(HalfSignIn.user_id == user.id))
        db.session.execute(delete(PasswordReset).where(PasswordReset.user_id == user.id))
    feeds = int(found.feed is not None)
    record(viewer, "member.devices", member, sessions=len(found.devices), feeds=feeds, links=found.links)
    _tell(viewer, user, found)
    return found


def _tell(viewer: Viewer, user: User, found: Openings) -> None:
    coalition = db.session.get_one(Coalition, current_coalition_id())
    owe_mail(
        user.email,
        "lockdown/devices_ended",
        coalition_id=coalition.id,
        language=user.language or coalition.default_language,
        actor=viewer.name,
        coalition=coalition,
        sessions=len(found.devices),
        feed=found.feed,
        links=found.links,
    )
    but = (viewer.user_id, user.id)
    tell_coordinators("lockdown/devices_ended_told", but=but, actor=viewer.name, person=user.name)
