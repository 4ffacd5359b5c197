"""Meetings that people offer to host, until a coordinator takes them up."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.core.crypto import Encrypted
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.events.models import Event, EventKind
from crm.organizations.models import Organization


class OfferState(StrEnum):
    WAITING = auto()
    ACCEPTED = auto()
    DECLINED = auto()


class MeetingOffer(Tenant, Model):
    """Somebody offers to host a meeting. Place and person are encrypted: it may be somebody's home."""

    __tablename__ = "meeting_offer"
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        owned("event_id", "event"),
        UniqueConstraint("coalition_id", "form_key"),
        CheckConstraint("minutes > 0", name="ends_after_start"),
        Index("ix_meeting_offer_state", "coalition_id", "state", "id"),
    )

    # The key of the form that was opened: pressed twice it is one.
    form_key: Mapped[str] = mapped_column(String(64))
    kind: Mapped[EventKind] = mapped_column(Choice(EventKind))
    title: Mapped[str] = mapped_column(String(200))
    # Naive wall time in the coalition's zone.
    starts_local: Mapped[datetime]
    minutes: Mapped[int]
    place_name: Mapped[str | None] = mapped_column(Encrypted)
    address: Mapped[str | None] = mapped_column(Encrypted)
    area: Mapped[str] = mapped_column(String(120), default="")
    is_home: Mapped[bool] = mapped_column(default=False)
    agenda: Mapped[str] = mapped_column(String(4000), default="")
    host_name: Mapped[str | None] = mapped_column(Encrypted)
    host_email: Mapped[str | None] = mapped_column(Encrypted)
    host_phone: Mapped[str | None] = mapped_column(Encrypted)
    # The group for which it was offered on the group's own page.
    organization_id: Mapped[int | None] = mapped_column(index=True)
    language: Mapped[str] = mapped_column(String(16))
    state: Mapped[OfferState] = mapped_column(Choice(OfferState), default=OfferState.WAITING)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    # Why it was declined, as it was mailed.
    reason: Mapped[str | None] = mapped_column(Encrypted)
    # What was made of it.
    event_id: Mapped[int | None] = mapped_column(index=True)

    organization: Mapped[Organization | None] = relationship(
        primaryjoin=lambda: foreign(MeetingOffer.organization_id) == Organization.id
    )
    event: Mapped[Event | None] = relationship(primaryjoin=lambda: foreign(MeetingOffer.event_id) == Event.id)
