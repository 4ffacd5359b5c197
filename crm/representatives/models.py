"""The mailed links and the sessions of those who speak for a group. They have no account."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum, auto

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.core.db import Choice, Model, UTCDateTime
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.organizations.models import Contact

# How long a mailed link into the group's page holds, and the session that it opens.
LINK_HOLDS = timedelta(minutes=30)
SESSION_HOLDS = timedelta(hours=12)
# An invitation to speak for a group waits longer: it comes unasked.
INVITATION_HOLDS = timedelta(days=7)


class Purpose(StrEnum):
    """What a mailed link is for. It opens a page with a button; the button alone uses it."""

    SIGN_IN = auto()
    INVITATION = auto()
    # One question of the coalition, such as to reconfirm; holds until the question is over.
    ASK = auto()


class GroupLink(Tenant, Model):
    """A link that was mailed to one person, for one purpose."""

    __tablename__ = "group_link"
    __table_args__ = tenant_table(
        owned("contact_id", "contact"), Index("ix_group_link_about", "coalition_id", "about")
    )

    contact_id: Mapped[int] = mapped_column(index=True)
    purpose: Mapped[Purpose] = mapped_column(Choice(Purpose))
    # What it is about: "ask:12"; empty where the purpose says all.
    about: Mapped[str] = mapped_column(String(40), default="")
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    contact: Mapped[Contact] = relationship(primaryjoin=lambda: foreign(GroupLink.contact_id) == Contact.id)


class GroupSession(Tenant, Model):
    """A representative's open session: the cookie holds a secret of which this is the hash."""

    __tablename__ = "group_session"
    __table_args__ = tenant_table(owned("contact_id", "contact"))

    contact_id: Mapped[int] = mapped_column(index=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)

    contact: Mapped[Contact] = relationship(
        primaryjoin=lambda: foreign(GroupSession.contact_id) == Contact.id
    )
