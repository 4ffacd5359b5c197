"""The audit: its entries, and the chains that they are sealed in. Ids only: no personal value stands here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Model, UTCDateTime


class AuditEntry(Model):
    """Who (a user, or nobody signed in), what, on which record, which fields; to the minute."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    # NULL: an act on the installation itself.
    coalition_id: Mapped[int | None] = mapped_column(ForeignKey("coalition.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    user_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(60))
    record: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int | None]
    fields: Mapped[list[str]] = mapped_column(JSON, default=list)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class AuditLink(Model):
    """That an entry stands in its coalition's chain: each link's hash covers the one before it.

    It stays when its entry goes for its age, so that the chain still holds.
    """

    __tablename__ = "audit_link"
    __table_args__ = (
        UniqueConstraint("coalition_id", "position"),
        UniqueConstraint("entry_id"),
        Index(
            "uq_audit_link_installation",
            "position",
            unique=True,
            sqlite_where=text("coalition_id IS NULL"),
            postgresql_where=text("coalition_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # NULL: the chain of acts on the installation itself.
    coalition_id: Mapped[int | None] = mapped_column(ForeignKey("coalition.id"))
    # From 1, without a gap.
    position: Mapped[int]
    # Not a foreign key: the entry may go before its link.
    entry_id: Mapped[int]
    # When the entry was made.
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    # Of the entry as it was sealed, and of this link with the one before it; both under a key of their own.
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
