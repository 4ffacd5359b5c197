"""Where groups stand in the coalition: computed from what they endorse, kept so that a change is seen."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum, auto

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.core.db import Choice, Model, UTCDateTime
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.organizations.models import Organization


class Standing(StrEnum):
    MEMBER = auto()
    ALLY = auto()
    NOT_YET = auto()


STANDING_NAMES: dict[Standing, LazyString] = {
    Standing.MEMBER: _l("Member"),
    Standing.ALLY: _l("Ally"),
    Standing.NOT_YET: _l("Not yet"),
}
# Tone and shape, as in components/badge.html.
STANDING_MARKS: dict[Standing, tuple[str, str]] = {
    Standing.MEMBER: ("good", "star"),
    Standing.ALLY: ("info", "half"),
    Standing.NOT_YET: ("neutral", "ring"),
}


class OrganizationStanding(Tenant, Model):
    """The standing of a group as it was last computed. A group without a row is "not yet"."""

    __tablename__ = "organization_standing"
    __table_args__ = tenant_table(
        owned("organization_id", "organization", ondelete="CASCADE"),
        UniqueConstraint("coalition_id", "organization_id"),
        Index("ix_organization_standing_list", "coalition_id", "standing", "organization_id"),
    )

    organization_id: Mapped[int]
    standing: Mapped[Standing] = mapped_column(Choice(Standing))
    # A member that is still asked for something: newer words, or a demand that counts from a day to come.
    asked: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime] = mapped_column(UTCDateTime)


class StandingChange(Tenant, Model):
    """That a group's standing changed."""

    __tablename__ = "standing_change"
    __table_args__ = tenant_table(
        owned("organization_id", "organization", ondelete="CASCADE"),
        Index("ix_standing_change_at", "coalition_id", "at"),
    )

    organization_id: Mapped[int] = mapped_column(index=True)
    before: Mapped[Standing] = mapped_column(Choice(Standing))
    after: Mapped[Standing] = mapped_column(Choice(Standing))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    organization: Mapped[Organization] = relationship(
        primaryjoin=lambda: foreign(StandingChange.organization_id) == Organization.id
    )
