"""What groups send by the public form, until a coordinator has decided on it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.core.crypto import Encrypted
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.demands.models import DecidedHow, Demand, DemandVersion, StandState
from crm.organizations.models import Organization, OrganizationKind


class SignOnState(StrEnum):
    UNCONFIRMED = auto()
    WAITING = auto()
    ACCEPTED = auto()
    MERGED = auto()
    DECLINED = auto()


class SignOn(Tenant, Model):
    """One submission of the public form. Nothing of it is public before it is confirmed and accepted."""

    __tablename__ = "sign_on"
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        # One press of the button, however often it arrives.
        UniqueConstraint("coalition_id", "form_key"),
        Index("ix_sign_on_state", "coalition_id", "state", "id"),
    )

    form_key: Mapped[str] = mapped_column(String(64))
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
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
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
        primaryjoin=lambda: foreign(SignOnAnswer.sign_on_id) == SignOn.id, order_by="SignOnAnswer.id"
    )


class SignOnAnswer(Tenant, Model):
    """What a sign-on says to one demand: endorsed now, or before its board on a date."""

    __tablename__ = "sign_on_answer"
    __table_args__ = tenant_table(
        owned("sign_on_id", "sign_on", ondelete="CASCADE"),
        owned("demand_id", "demand"),
        owned("version_id", "demand_version"),
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
