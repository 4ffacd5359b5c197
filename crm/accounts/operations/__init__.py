"""Accounts, memberships, sessions and passwords."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, or_, update

from crm.accounts.lifetimes import IDLE, IDLE_OWN_DEVICE, LONGEST
from crm.accounts.models import HalfSignIn, PasswordReset, User, UserSession
from crm.accounts.operations.factors import ask_for_factor
from crm.accounts.passwords import check_password, hash_password, is_right
from crm.accounts.queries import find_user, list_sessions, mail_index
from crm.coalitions.models import Membership
from crm.core import clock
from crm.core.crypto import new_token, token_hash
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Role, Viewer
from crm.core.transactions import reading


def find_user_by_password(email: str, password: str) -> User | None:
    """Whose address and password these are. Takes as long for an unknown address; holds no lock meanwhile."""
    with reading():
        user = find_user(email)
        known = user.password_hash if user else None
    return user if is_right(known, password) else None


def is_password_of(viewer: Viewer, password: str) -> bool:
    """Whether it is the viewer's own password; holds no lock meanwhile."""
    with reading():
        user = db.session.get_one(User, viewer.user_id)
        known = user.password_hash
    return is_right(known, password)


def new_password_hash(password: str, own: Iterable[str] = ()) -> str:
    """What of a new password is kept. Takes 0.1 s on purpose: call it while no transaction is open.

    `own`: names and addresses that it may not consist of. Raises Refused (field `password`).
    """
    check_password(password, own)
    return hash_password(password)


def create_user(
    email: str, name: str, password: str | None = None, *, password_hash: str | None = None
) -> User:
    """Make an account. Raises Refused (field `email` or `password`)."""
    if password is not None:
        password_hash = new_password_hash(password, (email, name))
    if find_user(email):
        raise Refused(_("There is an account with this address already."), "email")
    user = User(
        email=email,
        email_index=mail_index(email),
        name=name,
        password_hash=password_hash,
        created_at=clock.now(),
    )
    db.session.add(user)
    db.session.flush()
    return user


def edit_profile(user: User, name: str, language: str | None) -> None:
    """A person's own name and language (None: as the browser asks)."""
    user.name = name
    user.language = language


def join(user: User, role: Role) -> Membership:
    """Make a person a member of the chosen coalition, or give a member another role."""
    member = find_membership(user.id)
    if member is None:
        member = Membership(user_id=user.id, since=clock.now())
        db.session.add(member)
    give_role(user, member, role)
    db.session.flush()
    return member


def give_role(user: User, member: Membership, role: Role) -> None:
    """A member's role; whoever begins to coordinate has days to set up more than a password."""
    if role is Role.COORDINATOR and member.role is not role:
        ask_for_factor(user, anew=True)
    member.role = role


def find_membership(user_id: int) -> Membership | None:
    """A person's membership of the chosen coalition."""
    return db.session.query(Membership).filter(Membership.user_id == user_id).one_or_none()


def open_session(user: User, *, own_device: bool, label: str | None = None) -> str:
    """Start a session; the secret for the cookie. Only its hash is kept."""
    secret = new_token()
    now = clock.now()
    db.session.add(
        UserSession(
            token_hash=token_hash(secret),
            user_id=user.id,
            own_device=own_device,
            label=label,
            created_at=now,
            seen_at=now,
        )
    )
    return secret


def close_session(secret: str) -> None:
    """End the session of a cookie."""
    row = db.session.query(UserSession).filter(UserSession.token_hash == token_hash(secret)).one_or_none()
    if row is not None:
        db.session.delete(row)


def close_own_session(viewer: Viewer, session_id: int) -> None:
    """End one of the viewer's sessions; nothing when it is not theirs or has ended."""
    row = db.session.get(UserSession, session_id)
    if row is not None and row.user_id == viewer.user_id:
        db.session.delete(row)


def name_own_session(viewer: Viewer, session_id: int, label: str) -> None:
    """What the viewer calls one of their devices; nothing when it is not theirs or has ended."""
    row = db.session.get(UserSession, session_id)
    if row is not None and row.user_id == viewer.user_id:
        row.label = label or None


def close_sessions(user: User, *, but: str = "") -> int:
    """End a person's sessions, but that of the given secret; how many that were."""
    others = [row for row in list_sessions(user.id) if row.token_hash != token_hash(but)]
    theirs = UserSession.user_id == user.id, UserSession.token_hash != token_hash(but)
    db.session.execute(delete(UserSession).where(*theirs))
    return len(others)


def forget_ended_sessions(now: datetime) -> None:
    """Delete the sessions that do not hold any more."""
    longest_idle = max(IDLE, IDLE_OWN_DEVICE)
    over = or_(UserSession.created_at < now - LONGEST, UserSession.seen_at < now - longest_idle)
    db.session.execute(delete(UserSession).where(over))


def set_password(user: User, password_hash: str, *, but: str = "") -> int:
    """A new password ends every session but that of the given secret; how many that were.

    It also ends what was begun with the former one, and the other links to a new one.
    """
    user.password_hash = password_hash
    db.session.execute(delete(HalfSignIn).where(HalfSignIn.user_id == user.id))
    waiting = (PasswordReset.user_id == user.id) & PasswordReset.used_at.is_(None)
    db.session.execute(update(PasswordReset).where(waiting).values(used_at=clock.now()))
    return close_sessions(user, but=but)
