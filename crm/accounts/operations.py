"""Accounts, sessions, invitations, passwords."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.accounts.models import Invitation, PasswordReset, User, UserSession
from crm.accounts.passwords import check_password, hash_password
from crm.accounts.queries import find_user, list_sessions, mail_index
from crm.accounts.sessions import INVITATION, PASSWORD_LINK
from crm.coalitions.models import Membership
from crm.core import clock
from crm.core.crypto import new_token, token_hash
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Role, Viewer


def create_user(email: str, name: str, password: str | None) -> User:
    """Make an account. Raises Refused (field `email` or `password`)."""
    if find_user(email):
        raise Refused(_("There is an account with this address already."), "email")
    if password is not None:
        check_password(password)
    user = User(
        email=email,
        email_index=mail_index(email),
        name=name,
        password_hash=hash_password(password) if password is not None else None,
        created_at=clock.now(),
    )
    db.session.add(user)
    db.session.flush()
    return user


def join(user: User, role: Role) -> Membership:
    """Make a person a member of the chosen coalition, or give a member another role."""
    member = find_membership(user.id)
    if member is None:
        member = Membership(user_id=user.id, role=role, since=clock.now())
        db.session.add(member)
    member.role = role
    db.session.flush()
    return member


def find_membership(user_id: int) -> Membership | None:
    """A person's membership of the chosen coalition."""
    return db.session.query(Membership).filter(Membership.user_id == user_id).one_or_none()


def open_session(user: User, *, own_device: bool) -> str:
    """Start a session; the secret for the cookie. Only its hash is kept."""
    secret = new_token()
    now = clock.now()
    db.session.add(
        UserSession(
            token_hash=token_hash(secret), user_id=user.id, own_device=own_device, created_at=now, seen_at=now
        )
    )
    return secret


def close_session(secret: str) -> None:
    """End the session of a cookie."""
    row = db.session.query(UserSession).filter(UserSession.token_hash == token_hash(secret)).one_or_none()
    if row is not None:
        db.session.delete(row)


def close_sessions(user: User, *, but: int | None = None) -> int:
    """End a person's sessions (but one); how many that were."""
    rows = [row for row in list_sessions(user.id) if row.id != but]
    for row in rows:
        db.session.delete(row)
    return len(rows)


def invite(viewer: Viewer, email: str, name: str, role: Role) -> tuple[Invitation, str]:
    """Ask a person to join the chosen coalition; the invitation and the token for its link."""
    user = find_user(email)
    if user and find_membership(user.id):
        raise Refused(_("This person is in the coalition already."), "email")
    token = new_token()
    now = clock.now()
    invitation = Invitation(
        email=email,
        email_index=mail_index(email),
        name=name,
        role=role,
        token_hash=token_hash(token),
        invited_by_id=viewer.user_id,
        created_at=now,
        expires_at=now + INVITATION,
    )
    db.session.add(invitation)
    db.session.flush()
    return invitation, token


def ask_for_password(user: User) -> str:
    """A reset link's token."""
    token = new_token()
    db.session.add(
        PasswordReset(user_id=user.id, token_hash=token_hash(token), expires_at=clock.now() + PASSWORD_LINK)
    )
    return token


def set_password(user: User, password_hash: str, *, but_session: int | None = None) -> None:
    """A new password ends every other session."""
    user.password_hash = password_hash
    close_sessions(user, but=but_session)
