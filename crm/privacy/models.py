"""Who was erased, as keyed hashes alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Model, UTCDateTime
from crm.core.once import MadeOnce, once_a_press
from crm.core.tenancy import Tenant, tenant_table


class Erasure(MadeOnce, Tenant, Model):
    """Somebody was erased: the receipt, and what the same erasure is done by again after a restore."""

    __tablename__ = "erasure"
    __table_args__ = tenant_table(once_a_press())

    at: Mapped[datetime] = mapped_column(UTCDateTime)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    # Keyed hashes in hexadecimal; without FIELD_KEYS they tell nothing, with them whether it was this person.
    marks: Mapped[list[str]] = mapped_column(JSON)
    # Of how many words the names are.
    sizes: Mapped[list[int]] = mapped_column(JSON)
    # Table → [rows that went, rows in whose texts they were struck out].
    counts: Mapped[dict[str, list[int]]] = mapped_column(JSON)

    user: Mapped[User | None] = relationship()
