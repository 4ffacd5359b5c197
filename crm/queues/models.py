"""Call queues, and the groups in them."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import Any, cast

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.accounts.models import User
from crm.core.crypto import Encrypted
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.limiting import ME, own_groups
from crm.core.once import MadeOnce, once_a_press
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.demands.models import Demand
from crm.organizations.models import Contact, Organization
from crm.outreach.models import Outcome

# How long a group is held for who calls it; then anybody may get it.
HOLD = timedelta(minutes=20)
# So often nobody answers before a group counts as called: a queue comes to an end.
MOST_TRIES = 3
# For how many days a group that was in touch with somebody is left alone: what can be chosen.
COOLING_CHOICES = (1, 3, 7, 14, 30, 60)
# Outcomes after which a group is tried again.
TRY_AGAIN = frozenset({Outcome.NO_ANSWER, Outcome.LEFT_MESSAGE})


class EntryState(StrEnum):
    """Held is no state of its own: it is waiting, and `held_until` is still to come."""

    WAITING = auto()
    DONE = auto()
    # Taken off the queue by hand.
    SKIPPED = auto()


def _holds_own(columns: Any) -> ColumnElement[bool]:
    """Who is limited to assigned groups sees a queue that holds one of these, or that they made."""
    entries = cast("Table", QueueEntry.__table__)
    held = select(entries.c.queue_id).where(entries.c.organization_id.in_(own_groups()))
    return or_(columns.created_by_id == ME, columns.id.in_(held))


class CallQueue(MadeOnce, Tenant, Model):
    """Groups to be called by several organizers, one at a time each."""

    __tablename__ = "call_queue"
    __of_groups__ = _holds_own
    __table_args__ = tenant_table(
        owned("demand_id", "demand"),
        once_a_press(),
        Index("ix_call_queue_list", "coalition_id", "created_at", "id"),
    )

    name: Mapped[str] = mapped_column(String(120))
    # What the directory was narrowed to (its own parameters); NULL: the groups were ticked one by one.
    filters: Mapped[dict[str, str] | None] = mapped_column(JSON)
    # What the groups are asked to endorse. A group that does is not handed out any more.
    demand_id: Mapped[int | None] = mapped_column(index=True)
    script: Mapped[str] = mapped_column(String(4000), default="")
    # Days for which a group that was in touch with somebody is left alone.
    cooling_days: Mapped[int] = mapped_column(default=3)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    demand: Mapped[Demand | None] = relationship(
        primaryjoin=lambda: foreign(CallQueue.demand_id) == Demand.id
    )
    created_by: Mapped[User | None] = relationship()


class QueueEntry(Tenant, Model):
    """One group in a queue."""

    __tablename__ = "queue_entry"
    __table_args__ = tenant_table(
        owned("queue_id", "call_queue"),
        owned("organization_id", "organization"),
        owned("contact_id", "contact"),
        UniqueConstraint("coalition_id", "queue_id", "organization_id"),
        Index("ix_queue_entry_state", "coalition_id", "queue_id", "state", "id"),
        Index("ix_queue_entry_held", "coalition_id", "organization_id", "held_until"),
    )

    queue_id: Mapped[int]
    organization_id: Mapped[int] = mapped_column(index=True)
    state: Mapped[EntryState] = mapped_column(Choice(EntryState), default=EntryState.WAITING)
    # Whose batch it belongs to: handed out to them alone. NULL: to anybody.
    caller_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    held_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    held_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Whom the holder calls: chosen when the group was handed out. NULL: nobody there has a number.
    contact_id: Mapped[int | None] = mapped_column(index=True)
    # Before that nobody gets it: tried without an answer, or asked to be called back then.
    not_before: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Whether `not_before` is what they asked for, and so goes before all others once it has come.
    promised: Mapped[bool] = mapped_column(default=False)
    tries: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[Outcome | None] = mapped_column(Choice(Outcome))
    # Who called last, or took it off the queue, and when.
    called_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    called_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # For whoever calls next.
    note: Mapped[str | None] = mapped_column(Encrypted)
    # Since when a coordinator should look at it; NULL: none need.
    flagged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    queue: Mapped[CallQueue] = relationship(primaryjoin=lambda: foreign(QueueEntry.queue_id) == CallQueue.id)
    organization: Mapped[Organization] = relationship(
        primaryjoin=lambda: foreign(QueueEntry.organization_id) == Organization.id
    )
    contact: Mapped[Contact | None] = relationship(
        primaryjoin=lambda: foreign(QueueEntry.contact_id) == Contact.id
    )
    caller: Mapped[User | None] = relationship(foreign_keys="QueueEntry.caller_id")
    held_by: Mapped[User | None] = relationship(foreign_keys="QueueEntry.held_by_id")
    called_by: Mapped[User | None] = relationship(foreign_keys="QueueEntry.called_by_id")

    def is_held(self, now: datetime) -> bool:
        """Whether somebody calls the group now."""
        return self.state is EntryState.WAITING and self.held_until is not None and self.held_until > now

    def is_held_by(self, user_id: int | None, now: datetime) -> bool:
        """Whether it is this person who does."""
        return self.is_held(now) and self.held_by_id == user_id
