"""What was told of events before they changed, and who wants to be mailed of changes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.core.crypto import Encrypted
from crm.core.db import Model, UTCDateTime
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.events.models import Event


class EventSnapshot(Tenant, Model):
    """An event as people know it, kept at its first change until they are told what became of it."""

    __tablename__ = "event_snapshot"
    __table_args__ = tenant_table(owned("event_id", "event"), UniqueConstraint("coalition_id", "event_id"))

    event_id: Mapped[int] = mapped_column(index=True)
    # See snapshots.py; it holds addresses of meetings, and so is gone once everybody is told.
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # The last change: people are told once it has been quiet for a while.
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    event: Mapped[Event] = relationship(primaryjoin=lambda: foreign(EventSnapshot.event_id) == Event.id)


class ChangeSubscription(Tenant, Model):
    """Somebody wants mail when dates are moved, cancelled or new. It counts once it is confirmed by mail."""

    __tablename__ = "change_subscription"
    __table_args__ = tenant_table(
        owned("event_id", "event"),
        UniqueConstraint("coalition_id", "form_key"),
        Index("ix_change_subscription_address", "coalition_id", "email_index"),
        Index("ix_change_subscription_confirmed", "coalition_id", "confirmed_at"),
    )

    # The key of the form that was opened; NULL where it was asked for on an RSVP.
    form_key: Mapped[str | None] = mapped_column(String(64))
    email: Mapped[str] = mapped_column(Encrypted)
    email_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    # Values of EventKind, and neighborhoods as they are written; empty: all of them.
    kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
    areas: Mapped[list[str]] = mapped_column(JSON, default=list)
    # "Tell me about the next one" of this series alone.
    event_id: Mapped[int | None] = mapped_column(index=True)
    # The date after which the next one was last told of.
    told_after: Mapped[date | None]
    language: Mapped[str] = mapped_column(String(16))
    # Of this, the keys and the id its two links are made; without the keys it opens nothing.
    salt: Mapped[str] = mapped_column(String(64))
    confirm_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    leave_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    event: Mapped[Event | None] = relationship(
        primaryjoin=lambda: foreign(ChangeSubscription.event_id) == Event.id
    )
