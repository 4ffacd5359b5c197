"""A jurisdiction or institution that can grant a demand."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum, auto

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Choice, Model, UTCDateTime
from crm.core.once import MadeOnce, once_a_press
from crm.core.tenancy import Tenant, tenant_table


class TargetKind(StrEnum):
    CITY = auto()
    COUNTY = auto()
    STATE = auto()
    SCHOOL_DISTRICT = auto()
    UNIVERSITY = auto()
    EMPLOYER = auto()
    OTHER = auto()


TARGET_KIND_NAMES: dict[TargetKind, LazyString] = {
    TargetKind.CITY: _l("City"),
    TargetKind.COUNTY: _l("County"),
    TargetKind.STATE: _l("State"),
    TargetKind.SCHOOL_DISTRICT: _l("School district"),
    TargetKind.UNIVERSITY: _l("University or college"),
    TargetKind.EMPLOYER: _l("Employer"),
    TargetKind.OTHER: _l("Other"),
}


class Target(MadeOnce, Tenant, Model):
    """Who can grant a demand. Archived ones are offered no more and keep their history."""

    __tablename__ = "target"
    __table_args__ = tenant_table(UniqueConstraint("coalition_id", "kind", "name", "place"), once_a_press())

    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[TargetKind] = mapped_column(Choice(TargetKind))
    place: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
