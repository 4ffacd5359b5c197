"""Private feeds: a secret address of one person's own, for their calendar app."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.coalitions.models import Membership
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.organizations.models import Contact


class FeedVariant(StrEnum):
    """How much of each entry leaves the house: all that its owner may know, or time and place alone."""

    FULL = auto()
    TIME_ONLY = auto()


class PrivateFeed(Tenant, Model):
    """The one private feed of an organizer in a coalition, or of who speaks for a group.

    It belongs to the membership, or to the contact: with either it ends, by the database itself.
    """

    __tablename__ = "private_feed"
    __table_args__ = tenant_table(
        owned("membership_id", "membership", ondelete="CASCADE"),
        owned("contact_id", "contact", ondelete="CASCADE"),
        CheckConstraint("(membership_id IS NULL) <> (contact_id IS NULL)", name="an_organizer_or_a_group"),
        UniqueConstraint("coalition_id", "membership_id"),
        UniqueConstraint("coalition_id", "contact_id"),
        UniqueConstraint("token_hash"),
    )

    membership_id: Mapped[int | None] = mapped_column(index=True)
    contact_id: Mapped[int | None] = mapped_column(index=True)
    # NULL once revoked: then no address leads here.
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    # What the UIDs of its own entries are made of, for ever.
    uid: Mapped[str] = mapped_column(String(80))
    variant: Mapped[FeedVariant] = mapped_column(Choice(FeedVariant), default=FeedVariant.FULL)
    # Where meetings are that are not for everybody; and of closed ones that name the owner the time alone.
    with_addresses: Mapped[bool] = mapped_column(default=False)
    with_closed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reset_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    membership: Mapped[Membership | None] = relationship(
        primaryjoin=lambda: foreign(PrivateFeed.membership_id) == Membership.id, viewonly=True
    )
    contact: Mapped[Contact | None] = relationship(
        primaryjoin=lambda: foreign(PrivateFeed.contact_id) == Contact.id, viewonly=True
    )

    @property
    def is_open(self) -> bool:
        """Whether some address leads to it."""
        return self.token_hash is not None
