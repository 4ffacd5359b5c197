"""What stands in a coalition's own fields, of groups and of events."""

from __future__ import annotations

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Model
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.fields.definitions import LONGEST_TEXT


class Value:
    """Mixin of what stands in a field, as text (`definitions.read_typed`). An empty field has no row."""

    field_id: Mapped[int]
    value: Mapped[str] = mapped_column(String(LONGEST_TEXT))
    # What it is found by (`definitions.compared`).
    key: Mapped[str] = mapped_column(String(LONGEST_TEXT))


class OrganizationValue(Value, Tenant, Model):
    """What stands in a field of the coalition's own, of a group."""

    __tablename__ = "organization_value"
    __table_args__ = tenant_table(
        owned("organization_id", "organization", ondelete="CASCADE"),
        UniqueConstraint("coalition_id", "organization_id", "field_id"),
        Index("ix_organization_value_found", "coalition_id", "field_id", "key", "organization_id"),
    )

    organization_id: Mapped[int]


class EventValue(Value, Tenant, Model):
    """What stands in a field of the coalition's own, of an event."""

    __tablename__ = "event_value"
    __table_args__ = tenant_table(
        owned("event_id", "event", ondelete="CASCADE"),
        UniqueConstraint("coalition_id", "event_id", "field_id"),
    )

    event_id: Mapped[int]
