"""People with an account, how they sign in, their sessions and their invitations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.lifetimes import IDLE, IDLE_OWN_DEVICE, LONGEST
from crm.coalitions.models import Coalition
from crm.core.crypto import Encrypted
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.permissions import Role
from crm.core.tenancy import Tenant, tenant_table


class User(Model):
    """A person who signs in. Found by the blind index of the whole address."""

    __tablename__ = "user"
    # The audit keeps ids for years: that of a removed account is never given to another.
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(Encrypted)
    email_index: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    name: Mapped[str] = mapped_column(Encrypted)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(12))
    # Since when they have a passkey or an app that makes codes; NULL: a password alone.
    factor_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # From when the days count that a coordinator has to set one up.
    factor_asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class UserSession(Model):
    """A signed-in device. The cookie holds the secret, this row its hash."""

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    own_device: Mapped[bool] = mapped_column(default=False)
    # What its owner calls the device.
    label: Mapped[str | None] = mapped_column(Encrypted)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()

    def holds(self, now: datetime) -> bool:
        """Whether it opens anything still: used lately enough, and not older than the longest."""
        idle = IDLE_OWN_DEVICE if self.own_device else IDLE
        return now - self.seen_at <= idle and now - self.created_at <= LONGEST


class Invitation(Tenant, Model):
    """An asked-for role, waiting for the person to choose a password (or, with an account, to accept)."""

    __tablename__ = "invitation"
    __table_args__ = tenant_table(
        Index(
            "uq_invitation_open",
            "coalition_id",
            "email_index",
            unique=True,
            sqlite_where=text("accepted_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("accepted_at IS NULL AND withdrawn_at IS NULL"),
        )
    )

    email: Mapped[str] = mapped_column(Encrypted)
    email_index: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    name: Mapped[str] = mapped_column(Encrypted)
    role: Mapped[Role] = mapped_column(Choice(Role))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    coalition: Mapped[Coalition] = relationship()


class PasswordReset(Model):
    """A mailed way to a new password; once, by POST, for 30 minutes."""

    __tablename__ = "password_reset"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    # Whether it also takes passkeys, codes and their app away: for somebody who has lost them.
    drops_factors: Mapped[bool] = mapped_column(default=False, server_default=false())
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()


class Passkey(Model):
    """A key of somebody's device or password manager, by which they sign in. Kept of it: its public half."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    # Of keys that count; the others say 0 for ever.
    sign_count: Mapped[int] = mapped_column(BigInteger)
    # What its owner calls it.
    label: Mapped[str] = mapped_column(Encrypted)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()


class CodeApp(Model):
    """Somebody's app that makes a code of six digits every 30 seconds (TOTP, RFC 6238)."""

    __tablename__ = "code_app"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), unique=True)
    secret: Mapped[str] = mapped_column(Encrypted)
    # The number of the 30 seconds whose code was used last: it and those before are not taken again.
    used_counter: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime] = mapped_column(UTCDateTime)


class RecoveryCode(Model):
    """A code on paper for who has lost the device; deleted when it is used."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)


class PasskeyChallenge(Model):
    """What a passkey has to sign: random, for one purpose, once, for some minutes."""

    __tablename__ = "passkey_challenge"

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    purpose: Mapped[str] = mapped_column(String(20))
    # NULL at the door, where it shows itself who comes.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


class HalfSignIn(Model):
    """Who gave the right password and still has to show a passkey or a code. It opens nothing."""

    __tablename__ = "half_sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    own_device: Mapped[bool] = mapped_column(default=False)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()
