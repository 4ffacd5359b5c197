"""Touches with organizations, what was promised, and how far outreach is."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.accounts.models import User
from crm.core.crypto import Encrypted
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.organizations.models import Contact, Organization, Stage


class Channel(StrEnum):
    CALL = auto()
    TEXT = auto()
    EMAIL = auto()
    VISIT = auto()
    ONE_ON_ONE = auto()
    MEETING = auto()
    OTHER = auto()


class Outcome(StrEnum):
    REACHED = auto()
    LEFT_MESSAGE = auto()
    NO_ANSWER = auto()
    WRONG_NUMBER = auto()
    CALL_BACK = auto()
    MEETING_SET = auto()
    ASKS_BOARD = auto()
    SAID_YES = auto()
    SAID_NO = auto()


class Interaction(Tenant, Model):
    """One touch with an organization."""

    __tablename__ = "interaction"
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        owned("contact_id", "contact"),
        # One press of the button, however often it arrives.
        UniqueConstraint("coalition_id", "form_key"),
        Index("ix_interaction_timeline", "coalition_id", "organization_id", "at", "id"),
    )

    organization_id: Mapped[int]
    contact_id: Mapped[int | None] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    channel: Mapped[Channel] = mapped_column(Choice(Channel))
    outcome: Mapped[Outcome] = mapped_column(Choice(Outcome))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    note: Mapped[str | None] = mapped_column(Encrypted)
    form_key: Mapped[str | None] = mapped_column(String(64))
    import_id: Mapped[int | None] = mapped_column(index=True)

    organization: Mapped[Organization] = relationship(
        primaryjoin=lambda: foreign(Interaction.organization_id) == Organization.id
    )
    contact: Mapped[Contact | None] = relationship(
        primaryjoin=lambda: foreign(Interaction.contact_id) == Contact.id
    )
    user: Mapped[User | None] = relationship()


class StageChange(Tenant, Model):
    """Outreach moved on, or was moved back."""

    __tablename__ = "stage_change"
    __table_args__ = tenant_table(
        owned("organization_id", "organization"), owned("interaction_id", "interaction")
    )

    organization_id: Mapped[int] = mapped_column(index=True)
    # The touch that moved it; NULL when moved by hand.
    interaction_id: Mapped[int | None]
    before: Mapped[Stage] = mapped_column(Choice(Stage))
    after: Mapped[Stage] = mapped_column(Choice(Stage))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class FollowUp(Tenant, Model):
    """A dated task with an owner."""

    __tablename__ = "follow_up"
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        owned("interaction_id", "interaction"),
        Index("ix_follow_up_owner", "coalition_id", "owner_id", "done_at", "due_on", "id"),
        # A task that the program makes by itself is made once ("board:organization:date").
        UniqueConstraint("coalition_id", "origin"),
    )

    organization_id: Mapped[int | None] = mapped_column(index=True)
    interaction_id: Mapped[int | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    due_on: Mapped[date]
    origin: Mapped[str | None] = mapped_column(String(120))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    organization: Mapped[Organization | None] = relationship(
        primaryjoin=lambda: foreign(FollowUp.organization_id) == Organization.id
    )
    owner: Mapped[User | None] = relationship(foreign_keys="FollowUp.owner_id")
