"""What groups send by the public form, until a coordinator has decided on it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum, auto

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.accounts.models import User
from crm.core.crypto import Encrypted
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.demands.models import DecidedHow, Demand, DemandVersion, StandState
from crm.organizations.models import Organization, OrganizationKind

# How long a mailed link to confirm holds.
LINK_HOLDS = timedelta(hours=72)
# Within this time a form that arrives again is answered as before, without another mail.
MAIL_AGAIN_AFTER = timedelta(minutes=10)
# What was never confirmed is kept this long after its last link, what was declined this long after that.
KEPT_FOR = timedelta(days=30)
LARGEST = 50_000_000


class SignOnState(StrEnum):
    UNCONFIRMED = auto()
    WAITING = auto()
    ACCEPTED = auto()
    MERGED = auto()
    DECLINED = auto()
    # The same speaker confirmed a newer one for the same group.
    REPLACED = auto()


STATE_NAMES: dict[SignOnState, LazyString] = {
    SignOnState.UNCONFIRMED: _l("Not confirmed yet"),
    SignOnState.WAITING: _l("Waits for a coordinator"),
    SignOnState.ACCEPTED: _l("Accepted as a new group"),
    SignOnState.MERGED: _l("Joined to a group"),
    SignOnState.DECLINED: _l("Declined"),
    SignOnState.REPLACED: _l("Replaced by a newer one"),
}
# Tone and shape, as in components/badge.html.
STATE_MARKS: dict[SignOnState, tuple[str, str]] = {
    SignOnState.UNCONFIRMED: ("neutral", "ring"),
    SignOnState.WAITING: ("info", "clock"),
    SignOnState.ACCEPTED: ("good", "check"),
    SignOnState.MERGED: ("good", "check"),
    SignOnState.DECLINED: ("bad", "cross"),
    SignOnState.REPLACED: ("neutral", "dash"),
}


class SignOn(Tenant, Model):
    """One submission of the public form. Nothing of it is public before it is confirmed and accepted."""

    __tablename__ = "sign_on"
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        # One press of the button, however often it arrives.
        UniqueConstraint("coalition_id", "form_key"),
        Index("ix_sign_on_state", "coalition_id", "state", "id"),
        # The same form filled in twice, in two tabs, is one.
        Index("uq_sign_on_same", "coalition_id", "content_index", unique=True,
              sqlite_where=text("state = 'unconfirmed'"), postgresql_where=text("state = 'unconfirmed'")),
        # Of one speaker for one group the newest that was confirmed waits, and no other.
        Index("uq_sign_on_waiting", "coalition_id", "sender_index", unique=True,
              sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
    )  # fmt: skip

    form_key: Mapped[str] = mapped_column(String(64))
    # Keyed hashes: of all that was sent, and of the speaker's address with the group's name.
    content_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    sender_index: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    # As typed by the group: its listing, if accepted as a new one.
    name: Mapped[str] = mapped_column(String(300))
    kind: Mapped[OrganizationKind] = mapped_column(Choice(OrganizationKind))
    place: Mapped[str] = mapped_column(String(120), default="")
    website: Mapped[str] = mapped_column(String(300), default="")
    size: Mapped[int | None]
    size_public: Mapped[bool] = mapped_column(default=False)
    speaker_name: Mapped[str] = mapped_column(Encrypted)
    speaker_role: Mapped[str] = mapped_column(String(120), default="")
    speaker_public: Mapped[bool] = mapped_column(default=False)
    speaker_email: Mapped[str] = mapped_column(Encrypted)
    speaker_email_index: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    decided_how: Mapped[DecidedHow] = mapped_column(Choice(DecidedHow))
    decided_on: Mapped[date | None]
    language: Mapped[str] = mapped_column(String(12))
    state: Mapped[SignOnState] = mapped_column(Choice(SignOnState), default=SignOnState.UNCONFIRMED)
    # The link that holds, and the one before it, which only says that there is a newer one.
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    former_token_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    linked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    organization_id: Mapped[int | None] = mapped_column(index=True)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str | None] = mapped_column(Encrypted)

    organization: Mapped[Organization | None] = relationship(
        primaryjoin=lambda: foreign(SignOn.organization_id) == Organization.id
    )
    answers: Mapped[list[SignOnAnswer]] = relationship(
        primaryjoin=lambda: foreign(SignOnAnswer.sign_on_id) == SignOn.id,
        order_by="SignOnAnswer.id",
        passive_deletes="all",
    )
    decided_by: Mapped[User | None] = relationship()


class SignOnAnswer(Tenant, Model):
    """What a sign-on says to one demand, in the words of a version: endorsed now, or before its board."""

    __tablename__ = "sign_on_answer"
    __table_args__ = tenant_table(
        owned("sign_on_id", "sign_on", ondelete="CASCADE"),
        owned("demand_id", "demand"),
        # The version is one of the demand.
        ForeignKeyConstraint(
            ["coalition_id", "demand_id", "version_id"],
            ["demand_version.coalition_id", "demand_version.demand_id", "demand_version.id"],
        ),
        UniqueConstraint("coalition_id", "sign_on_id", "demand_id"),
        CheckConstraint("(state = 'before_board') = (board_on IS NOT NULL)", name="board_has_a_date"),
    )

    sign_on_id: Mapped[int] = mapped_column(index=True)
    demand_id: Mapped[int]
    version_id: Mapped[int]
    state: Mapped[StandState] = mapped_column(Choice(StandState))
    board_on: Mapped[date | None]

    demand: Mapped[Demand] = relationship(primaryjoin=lambda: foreign(SignOnAnswer.demand_id) == Demand.id)
    version: Mapped[DemandVersion] = relationship(
        primaryjoin=lambda: foreign(SignOnAnswer.version_id) == DemandVersion.id
    )
