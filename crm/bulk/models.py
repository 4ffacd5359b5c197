"""What was changed of many groups in one go, kept so that it can be taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Model, UTCDateTime
from crm.core.once import MadeOnce, once_a_press
from crm.core.tenancy import Tenant, tenant_table


class BulkEdit(MadeOnce, Tenant, Model):
    """Groups changed in one go, kept so that it can be taken back."""

    __tablename__ = "bulk_edit"
    __table_args__ = tenant_table(once_a_press())

    # For each part that was set: its name, what it was set to, and what it was before (value → ids).
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    # How many groups were changed in any way.
    count: Mapped[int]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    by: Mapped[User | None] = relationship()
