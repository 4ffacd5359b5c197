"""Calendars that are subscribed to, the dates found in them, and files that became events."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.core.crypto import Encrypted
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.limiting import seen_where_none
from crm.core.once import MadeOnce, once_a_press
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.events.models import Event, EventKind
from crm.organizations.models import Organization


class PartnerCalendar(MadeOnce, Tenant, Model):
    """Somebody else's calendar that the coalition shows beside its own."""

    __tablename__ = "partner_calendar"
    __of_groups__ = seen_where_none
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        UniqueConstraint("coalition_id", "address_index"),
        once_a_press(),
    )

    organization_id: Mapped[int | None] = mapped_column(index=True)
    # As its dates are labelled.
    name: Mapped[str] = mapped_column(String(120))
    # It may hold a secret: whoever knows the address of a private feed can read it.
    address: Mapped[str] = mapped_column(Encrypted)
    address_index: Mapped[bytes] = mapped_column(LargeBinary)
    shown_in_calendar: Mapped[bool] = mapped_column(default=True)
    in_own_feed: Mapped[bool] = mapped_column(default=False)
    paused_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Taken off the list: it can be put back for some days.
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # What the server said of the last answer, told back to it.
    etag: Mapped[str] = mapped_column(String(300), default="")
    last_modified: Mapped[str] = mapped_column(String(100), default="")
    # The hash of the last file and the local day it was read on: the same one is not read again that day.
    digest: Mapped[str] = mapped_column(String(64), default="")
    read_on: Mapped[date | None]
    fetched_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Why the last try failed: a word of `reasons.FAILURES`; failures in a row.
    failure: Mapped[str] = mapped_column(String(40), default="")
    failures: Mapped[int] = mapped_column(default=0)
    # When the worker asks for it next.
    next_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    # Entries that could not be read, the first of them with the reason: (title, when, word, detail).
    skipped: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    skipped_count: Mapped[int] = mapped_column(default=0)
    entry_count: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    organization: Mapped[Organization | None] = relationship(
        primaryjoin=lambda: foreign(PartnerCalendar.organization_id) == Organization.id
    )


class PartnerDate(Tenant, Model):
    """One date of a partner's calendar, as its file had it last."""

    __tablename__ = "partner_date"
    __table_args__ = tenant_table(
        owned("calendar_id", "partner_calendar", ondelete="CASCADE"),
        UniqueConstraint("coalition_id", "calendar_id", "uid", "recurrence_id"),
        UniqueConstraint("feed_uid"),
        Index("ix_partner_date_window", "coalition_id", "starts_at", "ends_at"),
    )

    calendar_id: Mapped[int]
    # The partner's own name for it (a hash where it is long), and the start that its rule gave, or "".
    uid: Mapped[str] = mapped_column(String(200))
    recurrence_id: Mapped[str] = mapped_column(String(40), default="")
    title: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # IANA. Of all-day entries the dates are told in it: midnight to midnight.
    timezone: Mapped[str] = mapped_column(String(60))
    all_day: Mapped[bool] = mapped_column(default=False)
    cancelled: Mapped[bool] = mapped_column(default=False)
    place: Mapped[str] = mapped_column(String(300), default="")
    url: Mapped[str] = mapped_column(String(500), default="")
    # When it was last in the file.
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # In the coalition's own feed it is an entry with a name of ours, made once.
    feed_uid: Mapped[str] = mapped_column(String(80))
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    calendar: Mapped[PartnerCalendar] = relationship(
        primaryjoin=lambda: foreign(PartnerDate.calendar_id) == PartnerCalendar.id
    )


class FileState(StrEnum):
    """Where a calendar file stands on its way in."""

    READING = auto()
    READ = auto()
    APPLYING = auto()
    APPLIED = auto()
    UNDOING = auto()
    UNDONE = auto()
    FAILED = auto()


class CalendarFile(MadeOnce, Tenant, Model):
    """A calendar file on its way to become events of the coalition's own."""

    __tablename__ = "calendar_file"
    __table_args__ = tenant_table(
        once_a_press(), Index("ix_calendar_file_list", "coalition_id", "created_at", "id")
    )

    # The stored file (forgotten before this row is), and its name; it may name people.
    file_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(Encrypted)
    state: Mapped[FileState] = mapped_column(Choice(FileState), default=FileState.READING)
    failure: Mapped[str] = mapped_column(String(40), default="")
    # What is made of its entries.
    kind: Mapped[EventKind] = mapped_column(Choice(EventKind), default=EventKind.OTHER)
    publish: Mapped[bool] = mapped_column(default=False)
    # What was read (`queries.files.Contents`), as JSON; NULL once forgotten.
    contents: Mapped[str | None] = mapped_column(Encrypted)
    done_count: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    applied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ImportedEvent(Tenant, Model):
    """Which event an entry of a calendar file became: a second file with the same UID changes it."""

    __tablename__ = "imported_event"
    __table_args__ = tenant_table(
        owned("event_id", "event", ondelete="CASCADE"),
        owned("file_id", "calendar_file"),
        UniqueConstraint("coalition_id", "uid"),
    )

    event_id: Mapped[int] = mapped_column(index=True)
    # The import that last wrote it.
    file_id: Mapped[int] = mapped_column(index=True)
    uid: Mapped[str] = mapped_column(String(200))
    # What the file said of it, and before that an earlier one: an undo sets it back. As JSON.
    plan: Mapped[str] = mapped_column(Encrypted)
    plan_before: Mapped[str | None] = mapped_column(Encrypted)
    # The import that wrote `plan_before`.
    file_before_id: Mapped[int | None]
    # The event as the import left it: a later change is somebody's own.
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    event: Mapped[Event] = relationship(primaryjoin=lambda: foreign(ImportedEvent.event_id) == Event.id)
