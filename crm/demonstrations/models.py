"""Who stands behind a demonstration."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.core.db import Choice, Model, UTCDateTime
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.events.models import Event
from crm.organizations.models import Organization


class CoSponsorState(StrEnum):
    ASKED = auto()
    ACCEPTED = auto()
    DECLINED = auto()
    WITHDRAWN = auto()


class CoSponsorship(Tenant, Model):
    """An organization standing behind a demonstration: all of the series, or one date."""

    __tablename__ = "co_sponsorship"
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        owned("event_id", "event"),
        Index("uq_co_sponsor_series", "coalition_id", "event_id", "organization_id", unique=True,
              sqlite_where=text("on_date IS NULL"), postgresql_where=text("on_date IS NULL")),
        Index("uq_co_sponsor_date", "coalition_id", "event_id", "organization_id", "on_date", unique=True,
              sqlite_where=text("on_date IS NOT NULL"), postgresql_where=text("on_date IS NOT NULL")),
    )  # fmt: skip

    organization_id: Mapped[int] = mapped_column(index=True)
    event_id: Mapped[int] = mapped_column(index=True)
    # The original local date; NULL: the whole series.
    on_date: Mapped[date | None]
    state: Mapped[CoSponsorState] = mapped_column(Choice(CoSponsorState), default=CoSponsorState.ASKED)
    # Where the answer comes from: the organizer's word, until groups answer by their own link.
    note: Mapped[str] = mapped_column(String(300), default="")
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    organization: Mapped[Organization] = relationship(
        primaryjoin=lambda: foreign(CoSponsorship.organization_id) == Organization.id
    )
    event: Mapped[Event] = relationship(primaryjoin=lambda: foreign(CoSponsorship.event_id) == Event.id)
