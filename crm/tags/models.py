"""The words by which a coalition sorts its groups, and which group has which."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Model, UTCDateTime
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.tags.words import LONGEST


class Tag(Tenant, Model):
    """A word by which a coalition sorts its groups; never about a person."""

    __tablename__ = "tag"
    __table_args__ = tenant_table(UniqueConstraint("coalition_id", "key"))

    label: Mapped[str] = mapped_column(String(LONGEST))
    # The label folded (`words.tag_key`): what makes two the same.
    key: Mapped[str] = mapped_column(String(LONGEST))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # Since when it is put away: shown and offered nowhere. Which groups had it is kept.
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # The import that made it, for its undoing.
    import_id: Mapped[int | None]


class OrganizationTag(Tenant, Model):
    """That a group has a tag."""

    __tablename__ = "organization_tag"
    __table_args__ = tenant_table(
        owned("organization_id", "organization", ondelete="CASCADE"),
        owned("tag_id", "tag"),
        UniqueConstraint("coalition_id", "tag_id", "organization_id"),
        Index("ix_organization_tag_group", "coalition_id", "organization_id", "tag_id"),
    )

    organization_id: Mapped[int]
    tag_id: Mapped[int]
    # The import that gave it, for its undoing.
    import_id: Mapped[int | None]
