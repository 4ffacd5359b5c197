"""Who came to one date of an event, by (event, original local date)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.core.crypto import Encrypted
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.organizations.models import Organization


class Presence(StrEnum):
    PRESENT = auto()
    ABSENT = auto()
    EXCUSED = auto()


class Source(StrEnum):
    """Who entered it."""

    SIGN_IN = auto()
    ORGANIZER = auto()
    # All who were in the room, counted; of no group.
    HEAD_COUNT = auto()


class Attendance(Tenant, Model):
    """One entry: so many of a group came; or one of its delegates did, or did not; or a head count alone.

    An entry that was taken back stays, with a count of 0, so that a phone that sends it again adds nothing.
    """

    __tablename__ = "attendance"
    __table_args__ = tenant_table(
        owned("event_id", "event", ondelete="CASCADE"),
        owned("organization_id", "organization"),
        CheckConstraint("count >= 0", name="count_not_negative"),
        # Made by the phone that sends the entry, or naming what it is about: nothing counts twice.
        UniqueConstraint("coalition_id", "key"),
        Index("ix_attendance_meeting", "coalition_id", "event_id", "on_date", "id"),
    )

    event_id: Mapped[int]
    on_date: Mapped[date]
    organization_id: Mapped[int | None] = mapped_column(index=True)
    # What was typed at the door and is none of the known groups, or not yet.
    group_name: Mapped[str | None] = mapped_column(Encrypted)
    # A person's name, where the coalition turned names on; gone after twelve months.
    delegate: Mapped[str | None] = mapped_column(Encrypted)
    state: Mapped[Presence] = mapped_column(Choice(Presence))
    count: Mapped[int]
    source: Mapped[Source] = mapped_column(Choice(Source))
    key: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    organization: Mapped[Organization | None] = relationship(
        primaryjoin=lambda: foreign(Attendance.organization_id) == Organization.id
    )


class SignInPage(Tenant, Model):
    """A page without an account on which people at the door say that they are here; for one date alone."""

    __tablename__ = "sign_in_page"
    __table_args__ = tenant_table(
        owned("event_id", "event", ondelete="CASCADE"),
        UniqueConstraint("token_hash"),
        Index(
            "uq_open_sign_in_page",
            "coalition_id",
            "event_id",
            "on_date",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    event_id: Mapped[int]
    on_date: Mapped[date]
    # From this and a key outside of the database its address is made again, to be shown on a screen.
    seed: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[bytes]
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class DoorWish(Tenant, Model):
    """What somebody ticked at the door, and the address that they left for it; of the hosts alone."""

    __tablename__ = "door_wish"
    __table_args__ = tenant_table(
        owned("attendance_id", "attendance", ondelete="CASCADE"),
        UniqueConstraint("coalition_id", "attendance_id"),
        Index("ix_door_wish_at", "at"),
    )

    attendance_id: Mapped[int]
    wants_news: Mapped[bool]
    may_join: Mapped[bool]
    email: Mapped[str | None] = mapped_column(Encrypted)
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    attendance: Mapped[Attendance] = relationship(
        primaryjoin=lambda: foreign(DoorWish.attendance_id) == Attendance.id
    )
