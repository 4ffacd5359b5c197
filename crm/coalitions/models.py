"""A coalition, its earlier addresses, and who may do what in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core.db import Choice, Model, UTCDateTime
from crm.core.permissions import Role
from crm.core.tenancy import Tenant, tenant_table

# Every first segment of the address table, so that no coalition can stand in its way.
RESERVED_SLUGS = frozenset(
    "account api apple-touch-icon embed favicon feeds healthz invitation login logout outbox password readyz "
    "robots setup sign-in sign-out static theme well-known www".split()
)


class Coalition(Model):
    """Many organizations that agree on a few demands and act together: the tenant."""

    __tablename__ = "coalition"
    # The audit keeps ids for years: that of a removed coalition is never given to another.
    __table_args__ = (
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(200), default="")
    timezone: Mapped[str] = mapped_column(String(60))
    # The languages of its pages; the first is the default.
    languages: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["en", "es"])
    accent: Mapped[str] = mapped_column(String(7), default="#b3261e")
    about: Mapped[str] = mapped_column(String(1000), default="")
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("coalition.id"))
    is_demo: Mapped[bool] = mapped_column(default=False)
    # Within how many days a coordinator has to have a passkey or an app for codes.
    factor_days: Mapped[int] = mapped_column(default=7, server_default="7")
    # The parts that a lockdown has stopped (crm/lockdown/parts.py); empty: none.
    locked: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    # Raised with each change that a feed shows (events, places, organizations): the Unix time of the change,
    # and always higher than before, so that it is Last-Modified as well.
    feed_version: Mapped[int] = mapped_column(BigInteger, default=1)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    parent: Mapped[Coalition | None] = relationship(remote_side="Coalition.id")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def default_language(self) -> str:
        return self.languages[0]


class SlugHistory(Model):
    """An address that a coalition had: pages there answer 301, feeds go on."""

    __tablename__ = "slug_history"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    coalition_id: Mapped[int] = mapped_column(ForeignKey("coalition.id", ondelete="CASCADE"))
    until: Mapped[datetime] = mapped_column(UTCDateTime)


class Membership(Tenant, Model):
    """A person's role in a coalition."""

    __tablename__ = "membership"
    __table_args__ = tenant_table(UniqueConstraint("coalition_id", "user_id"))

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(Choice(Role))
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    # When Today was last looked at, for "since you were last here".
    seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    coalition: Mapped[Coalition] = relationship()
