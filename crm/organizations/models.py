"""Groups outside the coalition's staff, and the people who act for them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.accounts.models import User
from crm.core.crypto import Encrypted
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.tenancy import Tenant, owned, tenant_table


class OrganizationKind(StrEnum):
    UNION = auto()
    CONGREGATION = auto()
    STUDENT_GROUP = auto()
    COMMUNITY_GROUP = auto()
    PROFESSIONAL_GROUP = auto()
    BUSINESS = auto()
    OTHER = auto()


class Stage(StrEnum):
    """How far outreach is. What a group said to a demand is never a stage."""

    TO_CONTACT = auto()
    CONTACTED = auto()
    IN_CONVERSATION = auto()
    ACTIVE = auto()
    DORMANT = auto()


class Organization(Tenant, Model):
    """A group that may stand behind demands.

    Identity, for import: (source, external_id) where there is one, else `identity_key`, made of the
    normalised name, the city, the state and the local or group number.
    """

    __tablename__ = "organization"
    __table_args__ = tenant_table(
        owned("parent_id", "organization"),
        UniqueConstraint("coalition_id", "identity_key"),
        UniqueConstraint("coalition_id", "source", "external_id"),
        # The directory's order, and its filters.
        Index("ix_organization_list", "coalition_id", "sort_name", "id"),
        Index("ix_organization_stage", "coalition_id", "stage", "sort_name", "id"),
        Index("ix_organization_assignee", "coalition_id", "assignee_id", "sort_name", "id"),
    )

    name: Mapped[str] = mapped_column(String(300))
    # The name folded for sorting; of the same length limit.
    sort_name: Mapped[str] = mapped_column(String(300))
    acronym: Mapped[str] = mapped_column(String(60), default="")
    identity_key: Mapped[str] = mapped_column(String(500))
    kind: Mapped[OrganizationKind] = mapped_column(Choice(OrganizationKind), default=OrganizationKind.OTHER)
    # People represented; NULL: no number given.
    size: Mapped[int | None]
    size_public: Mapped[bool] = mapped_column(default=False)
    parent_id: Mapped[int | None] = mapped_column(index=True)
    sector: Mapped[str] = mapped_column(String(120), default="")
    # Neighborhood, or the town where nothing finer is known: what "place" filters go by.
    place: Mapped[str] = mapped_column(String(120), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    city: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[str] = mapped_column(String(60), default="")
    postal_code: Mapped[str] = mapped_column(String(20), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    website: Mapped[str] = mapped_column(String(300), default="")
    # Public, in the group's own words.
    description: Mapped[str] = mapped_column(String(2000), default="")
    # The organizers' own; it may name people, so it is encrypted.
    note: Mapped[str | None] = mapped_column(Encrypted)
    local_number: Mapped[str] = mapped_column(String(40), default="")
    source: Mapped[str | None] = mapped_column(String(60))
    external_id: Mapped[str | None] = mapped_column(String(120))
    stage: Mapped[Stage] = mapped_column(Choice(Stage), default=Stage.TO_CONTACT)
    stage_since: Mapped[datetime] = mapped_column(UTCDateTime)
    last_touch_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    # The import that made it, for its result page and its undoing.
    import_id: Mapped[int | None] = mapped_column(index=True)
    archived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # Raised by each edit: two people editing at once are told (SQLAlchemy's version counter).
    edition: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": edition}

    parent: Mapped[Organization | None] = relationship(
        primaryjoin=lambda: foreign(Organization.parent_id) == Organization.id.expression,
        remote_side="Organization.id",
        back_populates="affiliates",
    )
    affiliates: Mapped[list[Organization]] = relationship(
        primaryjoin=lambda: foreign(Organization.parent_id) == Organization.id.expression,
        back_populates="parent",
        order_by="Organization.sort_name",
    )
    assignee: Mapped[User | None] = relationship()
    contacts: Mapped[list[Contact]] = relationship(
        primaryjoin=lambda: foreign(Contact.organization_id) == Organization.id,
        back_populates="organization",
        order_by="Contact.is_primary.desc(), Contact.id",
    )


class Contact(Tenant, Model):
    """A person who acts for an organization. As little as possible, and encrypted."""

    __tablename__ = "contact"
    __table_args__ = tenant_table(owned("organization_id", "organization"))

    organization_id: Mapped[int] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(Encrypted)
    # What they are in the group: "president", "delegate".
    role: Mapped[str] = mapped_column(String(120), default="")
    email: Mapped[str | None] = mapped_column(Encrypted)
    email_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    phone: Mapped[str | None] = mapped_column(Encrypted)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    note: Mapped[str | None] = mapped_column(Encrypted)
    is_primary: Mapped[bool] = mapped_column(default=False)
    since_on: Mapped[date | None]
    until_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    organization: Mapped[Organization] = relationship(
        primaryjoin=lambda: foreign(Contact.organization_id) == Organization.id, back_populates="contacts"
    )
