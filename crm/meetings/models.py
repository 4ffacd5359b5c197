"""What belongs to one date of an event, by (event, original local date): agenda, minutes and what follows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.core.crypto import Encrypted
from crm.core.db import Model, UTCDateTime
from crm.core.once import MadeOnce, once_a_press
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.outreach.models import FollowUp


class AgendaItem(Tenant, Model):
    """One thing to talk about, for so many minutes."""

    __tablename__ = "agenda_item"
    __table_args__ = tenant_table(
        owned("event_id", "event", ondelete="CASCADE"),
        CheckConstraint("minutes >= 0", name="no_time_back"),
        Index("ix_agenda_item_meeting", "coalition_id", "event_id", "on_date", "position"),
    )

    event_id: Mapped[int]
    on_date: Mapped[date]
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    minutes: Mapped[int]
    # Who leads it: a group, or a person. A person's name is nobody else's business.
    owner: Mapped[str] = mapped_column(Encrypted, default="")
    note: Mapped[str] = mapped_column(Encrypted, default="")


class Minutes(Tenant, Model):
    """What was said, in Markdown; read by whom the organizers choose for each meeting."""

    __tablename__ = "minutes"
    __table_args__ = tenant_table(
        owned("event_id", "event", ondelete="CASCADE"),
        UniqueConstraint("coalition_id", "event_id", "on_date"),
    )

    event_id: Mapped[int]
    on_date: Mapped[date]
    # Minutes name people, and a closed meeting's are its own.
    text: Mapped[str] = mapped_column(Encrypted, default="")
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    # Since when everybody may read them, as far as they may know of the meeting; NULL: not everybody.
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Since when the groups may that may know of it: of a meeting that is not public. A wider meeting does
    # not make these public.
    shared_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Decision(MadeOnce, Tenant, Model):
    """What a meeting decided, in a sentence or two."""

    __tablename__ = "decision"
    __table_args__ = tenant_table(
        owned("event_id", "event", ondelete="CASCADE"),
        once_a_press(),
        Index("ix_decision_meeting", "coalition_id", "event_id", "on_date", "id"),
    )

    event_id: Mapped[int]
    on_date: Mapped[date]
    text: Mapped[str] = mapped_column(Encrypted)


class ActionItem(MadeOnce, Tenant, Model):
    """That a follow-up comes from a meeting. What, who, by when and whether done stand in the follow-up."""

    __tablename__ = "action_item"
    __table_args__ = tenant_table(
        owned("event_id", "event", ondelete="CASCADE"),
        owned("follow_up_id", "follow_up", ondelete="CASCADE"),
        once_a_press(),
        UniqueConstraint("coalition_id", "follow_up_id"),
        Index("ix_action_item_meeting", "coalition_id", "event_id", "on_date", "id"),
    )

    event_id: Mapped[int]
    on_date: Mapped[date]
    follow_up_id: Mapped[int] = mapped_column(index=True)

    follow_up: Mapped[FollowUp] = relationship(
        primaryjoin=lambda: foreign(ActionItem.follow_up_id) == FollowUp.id
    )
