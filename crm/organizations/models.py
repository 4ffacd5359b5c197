"""Groups outside the coalition's staff, and the people who act for them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    and_,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, query_expression, relationship

from crm.accounts.models import User
from crm.core.crypto import Encrypted
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.limiting import ME
from crm.core.once import MadeOnce, once_a_press
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.organizations.stage_codes import STAGE_MARKS as STAGE_MARKS
from crm.organizations.stage_codes import STAGE_NAMES as STAGE_NAMES
from crm.organizations.stage_codes import Stage as Stage
from crm.organizations.stage_codes import StageCode as StageCode
from crm.tags.words import read_tags


class OrganizationKind(StrEnum):
    UNION = auto()
    CONGREGATION = auto()
    STUDENT_GROUP = auto()
    COMMUNITY_GROUP = auto()
    PROFESSIONAL_GROUP = auto()
    BUSINESS = auto()
    OTHER = auto()


KIND_NAMES: dict[OrganizationKind, LazyString] = {
    OrganizationKind.UNION: _l("Union"),
    OrganizationKind.CONGREGATION: _l("Congregation"),
    OrganizationKind.STUDENT_GROUP: _l("Student group"),
    OrganizationKind.COMMUNITY_GROUP: _l("Community group"),
    OrganizationKind.PROFESSIONAL_GROUP: _l("Professional group"),
    OrganizationKind.BUSINESS: _l("Business"),
    OrganizationKind.OTHER: _l("Other"),
}


def _assigned(columns: Any) -> ColumnElement[bool]:
    """Who is limited to assigned groups sees these alone."""
    whose: ColumnElement[bool] = columns.assignee_id == ME
    return whose


class Organization(MadeOnce, Tenant, Model):
    """A group that may stand behind demands.

    Identity, for import: (source, external_id) where there is one, else `identity_key`, made of the
    normalised name, the city, the state and the local or group number.
    """

    __tablename__ = "organization"
    __of_groups__ = _assigned
    __table_args__ = tenant_table(
        owned("parent_id", "organization"),
        UniqueConstraint("coalition_id", "identity_key"),
        UniqueConstraint("coalition_id", "source", "external_id"),
        once_a_press(),
        # The directory's orders, and its filters.
        Index("ix_organization_list", "coalition_id", "sort_name", "id"),
        Index("ix_organization_touch", "coalition_id", "last_touch_at", "id"),
        Index("ix_organization_size", "coalition_id", "size", "id"),
        Index("ix_organization_kind", "coalition_id", "kind", "sort_name", "id"),
        Index("ix_organization_stage", "coalition_id", "stage", "sort_name", "id"),
        # The columns of the board, by how long a group has been there.
        Index("ix_organization_since", "coalition_id", "stage", "stage_since", "id"),
        Index("ix_organization_sector", "coalition_id", "sector", "sort_name", "id"),
        Index("ix_organization_place", "coalition_id", "place_key", "sort_name", "id"),
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
    # The place, else the city, folded: what the directory's filter compares.
    place_key: Mapped[str] = mapped_column(String(120), default="")
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
    stage: Mapped[str] = mapped_column(StageCode, default=Stage.TO_CONTACT)
    stage_since: Mapped[datetime] = mapped_column(UTCDateTime)
    last_touch_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    # The import that made it, for its result page and its undoing.
    import_id: Mapped[int | None] = mapped_column(index=True)
    archived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Since when the group asks not to be called; NULL: it may be.
    no_calls_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # Raised by each edit of the listing, and by nothing else: two people editing at once are told, and a
    # touch that is logged meanwhile disturbs neither.
    edition: Mapped[int] = mapped_column(default=1)
    # Its tags as one text, where a query asks for them (`crm.tags.queries.tags_text`).
    tag_text: Mapped[str | None] = query_expression()
    # And what stands in the coalition's own fields (`crm.fields.queries.values_text`).
    value_text: Mapped[str | None] = query_expression()

    __mapper_args__ = {"version_id_col": edition, "version_id_generator": False}

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
        primaryjoin=lambda: and_(
            foreign(Contact.organization_id) == Organization.id, Contact.removed_at.is_(None)
        ),
        back_populates="organization",
        order_by="Contact.is_primary.desc(), Contact.id",
    )

    @property
    def tags(self) -> list[tuple[int, str]]:
        """(id, label) of its tags by the alphabet, where the query asked for them."""
        return read_tags(self.tag_text)


class Contact(MadeOnce, Tenant, Model):
    """A person who acts for an organization. As little as possible, and encrypted."""

    __tablename__ = "contact"
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        once_a_press(),
        Index("ix_contact_asked_about", "coalition_id", "asked_about_at", "id"),
    )

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
    # Since when this person may speak for the group by mailed links; NULL: they may not.
    speaks_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Since when this person asks not to be called; NULL: they may be.
    no_calls_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Since when their number is known to be wrong; another number clears it.
    wrong_number_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Since when it is asked whether they are kept (nobody was in touch for long); when somebody said so.
    asked_about_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    kept_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # Set when removed: the details are wiped then, and what was done with the person stays in the history.
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    organization: Mapped[Organization] = relationship(
        primaryjoin=lambda: foreign(Contact.organization_id) == Organization.id, back_populates="contacts"
    )


class ContactWord(Tenant, Model):
    """A whole word of a contact's name, as a keyed hash: people are found by it without being read."""

    __tablename__ = "contact_word"
    __table_args__ = (
        owned("contact_id", "contact", ondelete="CASCADE"),
        UniqueConstraint("coalition_id", "word_index", "contact_id"),
        Index("ix_contact_word_contact", "coalition_id", "contact_id"),
    )

    contact_id: Mapped[int]
    word_index: Mapped[bytes] = mapped_column(LargeBinary(32))


class Assignment(MadeOnce, Tenant, Model):
    """Groups given to somebody in one go, kept so that it can be undone."""

    __tablename__ = "assignment"
    __table_args__ = tenant_table(once_a_press())

    # NULL: taken from whoever had them.
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    # Whose they were: the user's id ("" for nobody's) and the ids of the organizations.
    before: Mapped[dict[str, list[int]]] = mapped_column(JSON)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class How(StrEnum):
    """Why a group is no more on its own."""

    DISSOLVED = auto()
    SUCCEEDED = auto()
    # It was listed twice, and this listing was taken into the other.
    MERGED = auto()


class Ending(Tenant, Model):
    """That a group dissolved, goes on as another, or was merged into it: it is archived, its history kept."""

    __tablename__ = "ending"
    __table_args__ = tenant_table(
        owned("organization_id", "organization", ondelete="CASCADE"),
        owned("successor_id", "organization"),
        UniqueConstraint("coalition_id", "organization_id"),
        Index("ix_ending_identity", "coalition_id", "identity_key"),
    )

    organization_id: Mapped[int]
    how: Mapped[How] = mapped_column(Choice(How))
    # The group that goes on; NULL where none does.
    successor_id: Mapped[int | None] = mapped_column(index=True)
    # The day, where somebody knows it.
    ended_on: Mapped[date | None]
    # Of a merged group: under which identity lists still bring it, which means the other now.
    identity_key: Mapped[str | None] = mapped_column(String(500))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    successor: Mapped[Organization | None] = relationship(
        primaryjoin=lambda: foreign(Ending.successor_id) == Organization.id
    )


class SavedView(MadeOnce, Tenant, Model):
    """What somebody keeps of the list of groups under a name: its filters, its order, its columns."""

    __tablename__ = "saved_view"
    __table_args__ = tenant_table(UniqueConstraint("coalition_id", "user_id", "name"), once_a_press())

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    # The query of the list's address, as `views.shown` writes it.
    query: Mapped[str] = mapped_column(Text)
    # Whether all who see all groups are offered it, too.
    shared: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
