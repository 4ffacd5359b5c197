"""Who says that they come to a date, without an account; and how many can."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.core.crypto import Encrypted
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.events.models import Event

MOST_PEOPLE = 20


class RsvpState(StrEnum):
    COMING = auto()
    # On the waiting list: there was no place left.
    WAITING = auto()
    CANCELLED = auto()


class Rsvp(Tenant, Model):
    """Somebody comes to one date, alone or with others. Who it is need not be said."""

    __tablename__ = "rsvp"
    __table_args__ = tenant_table(
        owned("event_id", "event"),
        UniqueConstraint("coalition_id", "form_key"),
        CheckConstraint(f"people BETWEEN 1 AND {MOST_PEOPLE}", name="people_in_range"),
        Index("ix_rsvp_date", "coalition_id", "event_id", "on_date", "state", "id"),
        # An address comes to a date once.
        Index("uq_rsvp_address", "coalition_id", "event_id", "on_date", "email_index", unique=True,
              sqlite_where=text("state <> 'cancelled'"), postgresql_where=text("state <> 'cancelled'")),
    )  # fmt: skip

    event_id: Mapped[int] = mapped_column(index=True)
    # The original local date, which stands in its address for ever.
    on_date: Mapped[date] = mapped_column(index=True)
    # The key of the form that was opened: pressed twice it is one.
    form_key: Mapped[str] = mapped_column(String(64))
    people: Mapped[int]
    state: Mapped[RsvpState] = mapped_column(Choice(RsvpState))
    name: Mapped[str | None] = mapped_column(Encrypted)
    email: Mapped[str | None] = mapped_column(Encrypted)
    email_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    # The language of the form, for its mails.
    language: Mapped[str] = mapped_column(String(16))
    # "Tell me about the next one": asked for here, and so only once the mailed link confirmed it.
    wants_next: Mapped[bool] = mapped_column(default=False)
    # Of this, the keys and the id its link is made; without the keys it opens nothing.
    salt: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # When the owner of the address pressed the button behind the mailed link.
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    event: Mapped[Event] = relationship(primaryjoin=lambda: foreign(Rsvp.event_id) == Event.id)


class RsvpLimit(Tenant, Model):
    """How many can come: to one date, or (without a date) to each date of the event."""

    __tablename__ = "rsvp_limit"
    __table_args__ = tenant_table(
        owned("event_id", "event"),
        CheckConstraint("places > 0", name="some_place"),
        Index("uq_rsvp_limit_event", "coalition_id", "event_id", unique=True,
              sqlite_where=text("on_date IS NULL"), postgresql_where=text("on_date IS NULL")),
        Index("uq_rsvp_limit_date", "coalition_id", "event_id", "on_date", unique=True,
              sqlite_where=text("on_date IS NOT NULL"), postgresql_where=text("on_date IS NOT NULL")),
    )  # fmt: skip

    event_id: Mapped[int] = mapped_column(index=True)
    on_date: Mapped[date | None]
    # NULL: without a limit, whatever holds for the other dates.
    places: Mapped[int | None]
