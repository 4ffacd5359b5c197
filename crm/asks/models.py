"""A question of the coalition to a group about the words of a demand, open until a day."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, declared_attr, foreign, mapped_column, relationship

from crm.accounts.models import User
from crm.core.crypto import Encrypted
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.demands.models import Demand, DemandVersion
from crm.organizations.models import Organization


class AskKind(StrEnum):
    """What is asked, and so what silence means."""

    # Changed words of the same meaning: who does not object until the day is carried over.
    EDITORIAL = auto()
    # Words of another meaning: the group's endorsement of the old ones lapses unless it reconfirms.
    SUBSTANCE = auto()
    # To endorse; silence means nothing.
    ENDORSE = auto()
    # To confirm what an organizer recorded on the group's behalf; silence means nothing.
    CONFIRM = auto()


class AskState(StrEnum):
    OPEN = auto()
    ANSWERED = auto()
    # Against an editorial change: it stays under its own words and is not carried over.
    OBJECTED = auto()
    CARRIED = auto()
    LAPSED = auto()
    # Its time is over and silence meant nothing.
    CLOSED = auto()
    # Newer words were adopted, or the group was asked anew.
    REPLACED = auto()


ASK_STATE_NAMES: dict[AskState, LazyString] = {
    AskState.OPEN: _l("No answer yet"),
    AskState.ANSWERED: _l("Answered"),
    AskState.OBJECTED: _l("Objected"),
    AskState.CARRIED: _l("Carried over: no objection"),
    AskState.LAPSED: _l("Lapsed: no answer"),
    AskState.CLOSED: _l("Closed without an answer"),
    AskState.REPLACED: _l("Asked anew"),
}


class Reached(Tenant):
    """Mixin of every question to a group: how it came to the group, by mail or else by phone."""

    organization_id: Mapped[int] = mapped_column(index=True)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # When its link was mailed first (NULL: nobody of the group has an address yet), and the last reminder.
    mailed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reminded_on: Mapped[date | None]
    # The follow-up by which somebody calls instead; it may stand for several questions to the group.
    call_id: Mapped[int | None]

    @declared_attr
    @classmethod
    def organization(cls) -> Mapped[Organization]:
        return relationship(primaryjoin=lambda: foreign(cls.organization_id) == Organization.id)


class Ask(Reached, Model):
    """One group, one demand, one version: asked at a time, open until a day, answered or not."""

    __tablename__ = "ask"
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        owned("demand_id", "demand"),
        ForeignKeyConstraint(
            ["coalition_id", "demand_id", "version_id"],
            ["demand_version.coalition_id", "demand_version.demand_id", "demand_version.id"],
            name="fk_ask_version",
        ),
        ForeignKeyConstraint(
            ["coalition_id", "demand_id", "from_version_id"],
            ["demand_version.coalition_id", "demand_version.demand_id", "demand_version.id"],
            name="fk_ask_from_version",
        ),
        # A group is asked one thing at a time about a demand.
        Index("uq_ask_open", "coalition_id", "organization_id", "demand_id", unique=True,
              sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
        Index("ix_ask_due", "coalition_id", "state", "closes_on"),
        Index("ix_ask_version", "coalition_id", "version_id", "state"),
    )  # fmt: skip

    demand_id: Mapped[int] = mapped_column(index=True)
    # The words that it is asked about.
    version_id: Mapped[int]
    # Those that it endorses, and goes on endorsing until it answers; NULL where it endorses none.
    from_version_id: Mapped[int | None]
    kind: Mapped[AskKind] = mapped_column(Choice(AskKind))
    state: Mapped[AskState] = mapped_column(Choice(AskState), default=AskState.OPEN)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    # The last day to answer, in the coalition's zone.
    closes_on: Mapped[date]
    # What the group said meanwhile: its board decides on this day.
    board_on: Mapped[date | None]
    # The last day without that; NULL where no board decides.
    usual_end: Mapped[date | None]
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Why it objects, in the group's words: it may name people.
    objection: Mapped[str | None] = mapped_column(Encrypted)

    asked_by: Mapped[User | None] = relationship(foreign_keys="Ask.asked_by_id")
    demand: Mapped[Demand] = relationship(primaryjoin=lambda: foreign(Ask.demand_id) == Demand.id)
    version: Mapped[DemandVersion] = relationship(
        primaryjoin=lambda: foreign(Ask.version_id) == DemandVersion.id
    )
    from_version: Mapped[DemandVersion | None] = relationship(
        primaryjoin=lambda: foreign(Ask.from_version_id) == DemandVersion.id
    )
