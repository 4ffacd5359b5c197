"""Reading accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select

from crm.accounts.models import (
    CodeApp,
    HalfSignIn,
    Invitation,
    Passkey,
    PasswordReset,
    RecoveryCode,
    User,
    UserSession,
)
from crm.coalitions.models import Membership
from crm.core import clock
from crm.core.crypto import blind_index, token_hash
from crm.core.db import db
from crm.core.forms import normal_mail
from crm.core.permissions import Role

PURPOSE = "user.email"


def mail_index(address: str) -> bytes:
    """The blind index of an account's mail address."""
    return blind_index(normal_mail(address), PURPOSE)


def find_user(address: str) -> User | None:
    return db.session.scalars(select(User).where(User.email_index == mail_index(address))).one_or_none()


# Asked by every request of somebody signed in: written out once.
_BY_SECRET = (
    select(UserSession, User, Membership)
    .join(User, User.id == UserSession.user_id)
    .outerjoin(
        Membership,
        (Membership.user_id == User.id) & (Membership.coalition_id == bindparam("coalition_id")),
    )
    .where(UserSession.token_hash == bindparam("token_hash"))
)


def find_session(secret: str, coalition_id: int | None) -> tuple[UserSession, User, Membership | None] | None:
    """A session by the cookie's secret, with its user and their membership here, in one statement."""
    asked = {"token_hash": token_hash(secret), "coalition_id": coalition_id or 0}
    row = db.session.execute(_BY_SECRET, asked).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def find_own_session(secret: str) -> UserSession | None:
    """A session by the cookie's secret."""
    return db.session.scalars(
        select(UserSession).where(UserSession.token_hash == token_hash(secret))
    ).one_or_none()


def list_sessions(user_id: int) -> Sequence[UserSession]:
    """A person's signed-in devices, the last used first; those whose time is over are none."""
    query = select(UserSession).where(UserSession.user_id == user_id)
    rows = db.session.scalars(query.order_by(UserSession.seen_at.desc(), UserSession.id)).all()
    return [row for row in rows if row.holds(clock.now())]


def list_members() -> Sequence[tuple[User, Membership]]:
    """The people of the chosen coalition with their role. Names are encrypted, so sorted here."""
    rows = db.session.execute(select(User, Membership).join(Membership, Membership.user_id == User.id)).all()
    return sorted(((row[0], row[1]) for row in rows), key=lambda pair: (pair[0].name.casefold(), pair[0].id))


def find_invitation(token: str, *, lock: bool = False) -> Invitation | None:
    """By the mailed token. Needs `across_coalitions()`: the link names no coalition."""
    query = select(Invitation).where(Invitation.token_hash == token_hash(token))
    return db.session.scalars(query.with_for_update() if lock else query).one_or_none()


def find_open_invitation(address: str) -> Invitation | None:
    """The invitation to the chosen coalition that waits for this address, in time or not."""
    query = select(Invitation).where(
        Invitation.email_index == mail_index(address),
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    )
    return db.session.scalars(query).one_or_none()


def list_coordinators(*, lock: bool = False) -> Sequence[tuple[User, Membership]]:
    """The coordinators of the chosen coalition; locked, nobody else changes who they are meanwhile."""
    query = (
        select(User, Membership)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.role == Role.COORDINATOR)
        .order_by(Membership.id)
    )
    rows = db.session.execute(query.with_for_update(of=Membership) if lock else query).all()
    return [(row[0], row[1]) for row in rows]


def list_open_invitations() -> Sequence[Invitation]:
    """Invitations of the chosen coalition that were neither accepted nor withdrawn, newest first."""
    query = select(Invitation).where(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    return db.session.scalars(query.order_by(Invitation.created_at.desc(), Invitation.id.desc())).all()


def find_reset(token: str, now: datetime) -> PasswordReset | None:
    """A reset link that may still be used."""
    query = select(PasswordReset).where(
        PasswordReset.token_hash == token_hash(token),
        PasswordReset.used_at.is_(None),
        PasswordReset.expires_at > now,
    )
    return db.session.scalars(query).one_or_none()


def count_open_resets(user_id: int) -> int:
    """How many mailed links to a new password of a person hold still."""
    query = select(func.count()).select_from(PasswordReset)
    open_ones = PasswordReset.used_at.is_(None), PasswordReset.expires_at > clock.now()
    return db.session.scalar(query.where(PasswordReset.user_id == user_id, *open_ones)) or 0


def list_passkeys(user_id: int) -> Sequence[Passkey]:
    """A person's passkeys, the oldest first."""
    return db.session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)).all()


def find_code_app(user_id: int) -> CodeApp | None:
    """A person's app that makes codes."""
    return db.session.scalars(select(CodeApp).where(CodeApp.user_id == user_id)).one_or_none()


def count_recovery_codes(user_id: int) -> int:
    """How many codes on paper a person has left."""
    query = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user_id)
    return db.session.scalar(query) or 0


def find_half_sign_in(token: str, now: datetime) -> HalfSignIn | None:
    """Who gave the right password on this browser lately, and has to show more."""
    query = select(HalfSignIn).where(HalfSignIn.token_hash == token_hash(token), HalfSignIn.expires_at > now)
    return db.session.scalars(query).one_or_none()


def name_users(user_ids: Iterable[int | None]) -> dict[int, str]:
    """The names of accounts by id, in one statement; who is gone is left out."""
    wanted = sorted({user_id for user_id in user_ids if user_id is not None})
    return {user.id: user.name for user in db.session.scalars(select(User).where(User.id.in_(wanted)))}
