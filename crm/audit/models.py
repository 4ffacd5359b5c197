"""One entry of the audit. Ids only: no personal value ever stands here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
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
