"""What proves a stand."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Model
from crm.core.tenancy import Tenant, owned, tenant_table


class Evidence(Tenant, Model):
    """The document of a stand (signed paper, minutes): a stored file, served as a download only."""

    __tablename__ = "evidence"
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        owned("file_id", "stored_file"),
        owned("record_id", "stand_record", ondelete="CASCADE"),
        owned("change_id", "endorsement_change"),
        # One paper may hold the answers to several demands.
        UniqueConstraint("coalition_id", "record_id"),
    )

    organization_id: Mapped[int] = mapped_column(index=True)
    file_id: Mapped[int] = mapped_column(index=True)
    # What it proves: a record that waits or waited, and the change that was made of it.
    record_id: Mapped[int | None]
    change_id: Mapped[int | None] = mapped_column(index=True)
