"""Locking a coalition down, and taking it back part by part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CursorResult, Select, delete, select, update

from crm.accounts.models import HalfSignIn, Invitation, PasswordReset, UserSession
from crm.audit.operations import record
from crm.calendars.models import PrivateFeed
from crm.coalitions.models import Membership
from crm.coalitions.operations import hold_coalition
from crm.core import clock
from crm.core.crypto import token_hash
from crm.core.db import db
from crm.core.permissions import Viewer
from crm.core.web import absolute_url
from crm.exchange.models import Export, ExportState
from crm.exchange.operations.exports import drop_export
from crm.lockdown.parts import Part
from crm.mail.operations import tell_coordinators
from crm.representatives.models import GroupLink, GroupSession


def lock_down(viewer: Viewer, *, but: str) -> None:
    """Stop everything but the public pages, and end every session of its people but that of the secret.

    Again: what was switched on since is stopped again, and who came in since is out.
    """
    here = hold_coalition()
    members = select(Membership.user_id).where(Membership.coalition_id == here.id)
    sessions = _end_sessions(members, but)
    groups = _gone(delete(GroupSession)) + _gone(delete(GroupLink))
    feeds = _revoke_feeds()
    invitations = _take_invitations_back()
    exports = _drop_exports(viewer)
    here.locked = [part.value for part in Part]
    record(
        viewer,
        "lockdown.start",
        here,
        sessions=sessions,
        groups=groups,
        feeds=feeds,
        invitations=invitations,
        exports=exports,
    )
    settings = absolute_url("lockdown.index", coalition=here.slug)
    tell_coordinators("lockdown/started", but=(viewer.user_id,), person=viewer.name, settings=settings)


def lift(viewer: Viewer, part: Part) -> bool:
    """Switch one part on again; False: it is on. What has ended stays ended."""
    here = hold_coalition()
    if part not in here.locked:
        return False
    here.locked = [one for one in here.locked if one != part]
    record(viewer, "lockdown.lift", here, part=part.value)
    return True


def _end_sessions(members: Select[int], but: str) -> int:
    """Also what could become one: a password given without its code, a link to a new password."""
    _gone(delete(HalfSignIn).where(HalfSignIn.user_id.in_(members)))
    _gone(delete(PasswordReset).where(PasswordReset.user_id.in_(members)))
    others = UserSession.token_hash != token_hash(but)
    return _gone(delete(UserSession).where(UserSession.user_id.in_(members), others))


def _revoke_feeds() -> int:
    open_ones = update(PrivateFeed).where(PrivateFeed.token_hash.is_not(None))
    return _gone(open_ones.values(token_hash=None, revoked_at=clock.now()))


def _take_invitations_back() -> int:
    waiting = (Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    return _gone(update(Invitation).where(*waiting).values(withdrawn_at=clock.now()))


def _drop_exports(viewer: Viewer) -> int:
    """One that is being made is dropped by its worker as soon as it is whole."""
    there: Sequence[Export] = db.session.scalars(
        select(Export).where(Export.state != ExportState.GONE).with_for_update(of=Export)
    ).all()
    for task in there:
        drop_export(viewer, task)
    return len(there)


def _gone(statement: Any) -> int:
    """How many rows it was. Of the chosen coalition alone, where the table is a coalition's."""
    found = db.session.execute(statement, execution_options={"synchronize_session": False})
    return int(found.rowcount) if isinstance(found, CursorResult) else 0
