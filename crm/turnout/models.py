"""How many people are wanted on a date, and how many were counted."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.accounts.models import User
from crm.core.crypto import Encrypted
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.once import MadeOnce, once_a_press
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.events.models import Event

MOST_PEOPLE = 10_000_000


class Method(StrEnum):
    """How people were counted."""

    ENTRY = auto()
    AREA = auto()
    PHOTO = auto()
    ESTIMATE = auto()


METHOD_NAMES: dict[Method, LazyString] = {
    Method.ENTRY: _l("Counted as they came in"),
    Method.AREA: _l("Area × density"),
    Method.PHOTO: _l("Counted on a photo"),
    Method.ESTIMATE: _l("Estimate"),
}


class TurnoutDate(Tenant, Model):
    """What the organizers want of one date, and which of its counts they go by."""

    __tablename__ = "turnout_date"
    __table_args__ = tenant_table(
        owned("event_id", "event"),
        owned("chosen_id", "turnout_count"),
        UniqueConstraint("coalition_id", "event_id", "on_date"),
        CheckConstraint("goal > 0", name="somebody_is_wanted"),
    )

    event_id: Mapped[int] = mapped_column(index=True)
    # The original local date.
    on_date: Mapped[date]
    # People wanted; NULL: nobody said.
    goal: Mapped[int | None]
    # NULL: the latest count.
    chosen_id: Mapped[int | None]


class TurnoutCount(MadeOnce, Tenant, Model):
    """People counted on one date, from low to high, once and in one way; there may be several of a date."""

    __tablename__ = "turnout_count"
    __table_args__ = tenant_table(
        owned("event_id", "event"),
        CheckConstraint("low >= 0 AND high >= low", name="low_to_high"),
        CheckConstraint(
            "(method = 'area') = (area_m2 IS NOT NULL AND per_m2 IS NOT NULL)", name="area_with_its_numbers"
        ),
        Index("ix_turnout_count_date", "coalition_id", "event_id", "on_date", "id"),
        once_a_press(),
    )

    event_id: Mapped[int]
    on_date: Mapped[date]
    low: Mapped[int]
    high: Mapped[int]
    method: Mapped[Method] = mapped_column(Choice(Method))
    # Of area × density: square metres, and people on each of them.
    area_m2: Mapped[float | None]
    per_m2: Mapped[float | None]
    # Who counted, in the organizers' words ("two marshals at the gate").
    counted_by: Mapped[str] = mapped_column(Encrypted, default="")
    # How it was done; not about people.
    note: Mapped[str] = mapped_column(String(300), default="")
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # A slip of the pen: taken back, and counted no more.
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    event: Mapped[Event] = relationship(primaryjoin=lambda: foreign(TurnoutCount.event_id) == Event.id)
    entered_by: Mapped[User | None] = relationship()

    @property
    def middle(self) -> float:
        """What comparisons and the trend go by: half way from low to high."""
        return (self.low + self.high) / 2


class ShownTurnout(Tenant, Model):
    """An event whose growth stands on its public page; without a row, or taken back, it does not."""

    __tablename__ = "shown_turnout"
    __table_args__ = tenant_table(owned("event_id", "event"), UniqueConstraint("coalition_id", "event_id"))

    event_id: Mapped[int]
    is_shown: Mapped[bool] = mapped_column(default=True)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
