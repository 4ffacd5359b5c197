"""Groups that may be listed twice, and those that were merged."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.accounts.models import User
from crm.core.crypto import Encrypted
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.organizations.models import Organization

# For so long a merge can be undone; what it needs for that is forgotten then.
UNDO = timedelta(days=30)
LIVE = text("undone_at IS NULL")


class PairState(StrEnum):
    OPEN = auto()
    # Somebody looked: they are two. They are never proposed again.
    NOT_SAME = auto()


class LikelyPair(Tenant, Model):
    """Two groups that may be one."""

    __tablename__ = "likely_pair"
    __table_args__ = tenant_table(
        owned("first_id", "organization", ondelete="CASCADE"),
        owned("second_id", "organization", ondelete="CASCADE"),
        UniqueConstraint("coalition_id", "first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="one_order"),
        Index("ix_likely_pair_list", "coalition_id", "state", "score", "id"),
    )

    first_id: Mapped[int]
    second_id: Mapped[int] = mapped_column(index=True)
    # 0 to 100.
    score: Mapped[int]
    # Words of `words.REASONS`.
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    state: Mapped[PairState] = mapped_column(Choice(PairState), default=PairState.OPEN)
    found_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    first: Mapped[Organization] = relationship(
        primaryjoin=lambda: foreign(LikelyPair.first_id) == Organization.id
    )
    second: Mapped[Organization] = relationship(
        primaryjoin=lambda: foreign(LikelyPair.second_id) == Organization.id
    )


class Merge(Tenant, Model):
    """One group's listing taken into another's, with all that is needed to part them again."""

    __tablename__ = "organization_merge"
    __table_args__ = tenant_table(
        owned("kept_id", "organization"),
        owned("merged_id", "organization"),
        # A group is merged into one other.
        Index("uq_merged_once", "coalition_id", "merged_id", unique=True,
              sqlite_where=LIVE, postgresql_where=LIVE),
        Index("ix_organization_merge_at", "coalition_id", "at", "id"),
    )  # fmt: skip

    kept_id: Mapped[int] = mapped_column(index=True)
    merged_id: Mapped[int]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    # "table.column" → ids of the rows that went along.
    moved: Mapped[dict[str, list[int]]] = mapped_column(JSON, default=dict)
    # "table.column" → (row of the group that stays, row of the other) that changed places.
    swapped: Mapped[dict[str, list[list[int]]]] = mapped_column(JSON, default=dict)
    # (table, id, column → value before) of rows that gave way to a better one.
    settled: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    # What the listing said before and since, as JSON: field → [before, after]. NULL once forgotten.
    fields: Mapped[str | None] = mapped_column(Encrypted)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    kept: Mapped[Organization] = relationship(primaryjoin=lambda: foreign(Merge.kept_id) == Organization.id)
    merged: Mapped[Organization] = relationship(
        primaryjoin=lambda: foreign(Merge.merged_id) == Organization.id
    )
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
