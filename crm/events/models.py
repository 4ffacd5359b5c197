"""What people come to, once or as a series, and what differs on single dates."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.core.db import Choice, Model, UTCDateTime, edition_column
from crm.core.limiting import all_seen, seen_where_none
from crm.core.once import MadeOnce, once_a_press
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.organizations.models import Organization


class EventKind(StrEnum):
    DEMONSTRATION = auto()
    NEIGHBORHOOD = auto()
    WORKPLACE = auto()
    CAMPUS = auto()
    COALITION = auto()
    TRAINING = auto()
    HEARING = auto()
    OTHER = auto()


class Visibility(StrEnum):
    """Who may know of an event; see docs/security/visibility.md. Each is narrower than the one before."""

    PUBLIC = auto()
    AREA = auto()
    GROUPS = auto()
    CLOSED = auto()


class OccurrenceState(StrEnum):
    SCHEDULED = auto()
    CANCELLED = auto()


class Said(StrEnum):
    """What is known of something about a venue: nothing, until somebody looked."""

    UNSAID = auto()
    YES = auto()
    NO = auto()


class Event(MadeOnce, Tenant, Model):
    """Something people come to, once or as a series; told in the zone where it is held."""

    __tablename__ = "event"
    # It names the group that holds it, and who may know of it is said by its visibility.
    __of_groups__ = all_seen
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        UniqueConstraint("coalition_id", "slug"),
        UniqueConstraint("uid"),
        once_a_press(),
        CheckConstraint("duration_minutes > 0", name="ends_after_start"),
        # All that a feed asks after an edit, in its order, so that no event is read that did not change.
        Index(
            "ix_event_editions",
            *("coalition_id", "first_on", "id", "last_on", "visibility", "published_at", "kind", "edition"),
        ),
    )

    slug: Mapped[str] = mapped_column(String(80))
    kind: Mapped[EventKind] = mapped_column(Choice(EventKind))
    visibility: Mapped[Visibility] = mapped_column(Choice(Visibility))
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(String(4000), default="")
    # Where: a name ("City Hall, south steps"), the address, and the neighborhood that may be told wider.
    place_name: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    area: Mapped[str] = mapped_column(String(120), default="")
    is_home: Mapped[bool] = mapped_column(default=False)
    # How to find the door; how people get in and follow; what is there for them.
    directions: Mapped[str] = mapped_column(String(1000), default="")
    step_free: Mapped[Said] = mapped_column(Choice(Said), default=Said.UNSAID)
    hearing_loop: Mapped[Said] = mapped_column(Choice(Said), default=Said.UNSAID)
    interpretation: Mapped[str] = mapped_column(String(200), default="")
    childcare: Mapped[str] = mapped_column(String(200), default="")
    food: Mapped[str] = mapped_column(String(200), default="")
    # To take part from afar. In no feed of the public's, ever.
    online_url: Mapped[str] = mapped_column(String(500), default="")
    # Wall time of the first occurrence, naive on purpose: noon stays noon.
    starts_local: Mapped[datetime]
    duration_minutes: Mapped[int]
    timezone: Mapped[str] = mapped_column(String(60))
    # RFC 5545 RRULE value; NULL when one-off.
    recurrence: Mapped[str | None] = mapped_column(String(300))
    # Local dates that were never announced, ISO 8601 (EXDATE).
    skipped: Mapped[list[str]] = mapped_column(JSON, default=list)
    # The first and last local date of any occurrence, for windows; last NULL when open.
    first_on: Mapped[date]
    last_on: Mapped[date | None]
    uid: Mapped[str] = mapped_column(String(80))
    sequence: Mapped[int] = mapped_column(default=0)
    # NULL while a draft.
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancel_reason: Mapped[str] = mapped_column(String(300), default="")
    # The group that hosts it, if one does.
    organization_id: Mapped[int | None] = mapped_column(index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # The last change that a calendar must know: DTSTAMP and LAST-MODIFIED.
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    edition: Mapped[int] = edition_column()

    organization: Mapped[Organization | None] = relationship(
        primaryjoin=lambda: foreign(Event.organization_id) == Organization.id
    )
    occurrences: Mapped[list[Occurrence]] = relationship(
        primaryjoin=lambda: foreign(Occurrence.event_id) == Event.id,
        back_populates="event",
        order_by="Occurrence.on_date",
    )


class Occurrence(Tenant, Model):
    """What differs on one date of an event: moved, elsewhere, cancelled, or an extra date.

    `on_date` is the original local date, its address for ever (the RECURRENCE-ID).
    """

    __tablename__ = "occurrence"
    __table_args__ = tenant_table(
        owned("event_id", "event"), UniqueConstraint("coalition_id", "event_id", "on_date")
    )

    event_id: Mapped[int] = mapped_column(index=True)
    on_date: Mapped[date]
    state: Mapped[OccurrenceState] = mapped_column(Choice(OccurrenceState), default=OccurrenceState.SCHEDULED)
    # Wall time, where it differs from the series' own.
    starts_local: Mapped[datetime | None]
    duration_minutes: Mapped[int | None]
    place_name: Mapped[str | None] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(300))
    area: Mapped[str | None] = mapped_column(String(120))
    # The place of this date is somebody's home.
    is_home: Mapped[bool] = mapped_column(default=False)
    directions: Mapped[str | None] = mapped_column(String(1000))
    step_free: Mapped[Said | None] = mapped_column(Choice(Said))
    hearing_loop: Mapped[Said | None] = mapped_column(Choice(Said))
    interpretation: Mapped[str | None] = mapped_column(String(200))
    childcare: Mapped[str | None] = mapped_column(String(200))
    food: Mapped[str | None] = mapped_column(String(200))
    online_url: Mapped[str | None] = mapped_column(String(500))
    cancel_reason: Mapped[str] = mapped_column(String(300), default="")
    # An extra date is an entry of its own in calendars.
    extra_uid: Mapped[str | None] = mapped_column(String(80), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    edition: Mapped[int] = edition_column()

    event: Mapped[Event] = relationship(
        primaryjoin=lambda: foreign(Occurrence.event_id) == Event.id, back_populates="occurrences"
    )


class EventAccess(Tenant, Model):
    """A person or a group that a closed (or groups-only) event names."""

    __tablename__ = "event_access"
    __of_groups__ = seen_where_none
    __table_args__ = tenant_table(
        owned("event_id", "event", ondelete="CASCADE"),
        owned("organization_id", "organization"),
        CheckConstraint("(user_id IS NULL) <> (organization_id IS NULL)", name="a_person_or_a_group"),
        UniqueConstraint("coalition_id", "event_id", "user_id"),
        UniqueConstraint("coalition_id", "event_id", "organization_id"),
    )

    event_id: Mapped[int] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    organization_id: Mapped[int | None] = mapped_column(index=True)


class EventSplit(Tenant, Model):
    """A series that goes on as another event from one of its dates on.

    The addresses of the dates that went along lead on to the later event. Each goes on as one at most.
    """

    __tablename__ = "event_split"
    __table_args__ = tenant_table(
        owned("earlier_id", "event", ondelete="CASCADE"),
        owned("later_id", "event", ondelete="CASCADE"),
        UniqueConstraint("coalition_id", "later_id"),
    )

    earlier_id: Mapped[int] = mapped_column(index=True)
    later_id: Mapped[int]
    # The original local date of the first that went.
    from_on: Mapped[date]
