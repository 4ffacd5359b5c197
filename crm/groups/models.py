"""What a group changes of itself that is not a column of its listing: its public name, its logo."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.core.db import Choice, Model, UTCDateTime
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.demands.models import Decision
from crm.organizations.models import Contact, Organization


class NameRequest(Tenant, Model):
    """A group wants to be called otherwise in public; it waits until a coordinator accepts it."""

    __tablename__ = "name_request"
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        Index("ix_name_request_decision", "coalition_id", "decision", "id"),
        # One name of a group waits at a time.
        Index("uq_waiting_name", "coalition_id", "organization_id", unique=True,
              sqlite_where=text("decision = 'waiting'"), postgresql_where=text("decision = 'waiting'")),
    )  # fmt: skip

    organization_id: Mapped[int] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(300))
    # Who asked, and in which language they are answered.
    contact_id: Mapped[int | None]
    language: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decision: Mapped[Decision] = mapped_column(Choice(Decision), default=Decision.WAITING)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    organization: Mapped[Organization] = relationship(
        primaryjoin=lambda: foreign(NameRequest.organization_id) == Organization.id
    )
    contact: Mapped[Contact | None] = relationship(
        primaryjoin=lambda: foreign(NameRequest.contact_id) == Contact.id
    )


class GroupLogo(Tenant, Model):
    """The logo of a group: a stored file, shown under an address that changes with it."""

    __tablename__ = "group_logo"
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        owned("file_id", "stored_file"),
        UniqueConstraint("coalition_id", "organization_id"),
    )

    organization_id: Mapped[int]
    file_id: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(32))
    # The SHA-256 of what is stored, in hexadecimal.
    digest: Mapped[str] = mapped_column(String(64))
    # Pixels.
    width: Mapped[int]
    height: Mapped[int]
