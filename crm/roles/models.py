"""Roles to fill at what people come to, and who took them."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum, auto

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.accounts.models import User
from crm.core import clock
from crm.core.crypto import Encrypted
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.limiting import seen_where_none
from crm.core.once import MadeOnce, once_a_press
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.events.models import EventKind
from crm.organizations.models import Organization

MOST_NEEDED = 999
LIVE = text("released_at IS NULL")


class RoleKind(StrEnum):
    FACILITATOR = auto()
    NOTES = auto()
    TIMEKEEPER = auto()
    INTERPRETER = auto()
    CHILDCARE = auto()
    MARSHALS = auto()
    MEDICS = auto()
    LEGAL_OBSERVERS = auto()
    SOUND = auto()
    SPEAKERS = auto()
    SETUP = auto()
    OTHER = auto()


ROLE_NAMES: dict[RoleKind, LazyString] = {
    RoleKind.FACILITATOR: _l("Facilitator"),
    RoleKind.NOTES: _l("Notes"),
    RoleKind.TIMEKEEPER: _l("Timekeeper"),
    RoleKind.INTERPRETER: _l("Interpreter"),
    RoleKind.CHILDCARE: _l("Childcare"),
    RoleKind.MARSHALS: _l("Marshals"),
    RoleKind.MEDICS: _l("Medics"),
    RoleKind.LEGAL_OBSERVERS: _l("Legal observers"),
    RoleKind.SOUND: _l("Sound"),
    RoleKind.SPEAKERS: _l("Speakers"),
    RoleKind.SETUP: _l("Setting up and taking down"),
    RoleKind.OTHER: _l("Other"),
}
_MEETING = {
    RoleKind.FACILITATOR: 1,
    RoleKind.NOTES: 1,
    RoleKind.TIMEKEEPER: 1,
    RoleKind.INTERPRETER: 1,
    RoleKind.CHILDCARE: 2,
}
# What is usually needed at each kind of event, and how many: where an organizer starts, not a rule.
USUAL: dict[EventKind, dict[RoleKind, int]] = {
    EventKind.DEMONSTRATION: {
        RoleKind.FACILITATOR: 1,
        RoleKind.MARSHALS: 6,
        RoleKind.MEDICS: 2,
        RoleKind.LEGAL_OBSERVERS: 2,
        RoleKind.SOUND: 1,
        RoleKind.SPEAKERS: 3,
        RoleKind.INTERPRETER: 1,
        RoleKind.SETUP: 4,
    },
    EventKind.NEIGHBORHOOD: _MEETING,
    EventKind.WORKPLACE: {RoleKind.FACILITATOR: 1, RoleKind.NOTES: 1, RoleKind.TIMEKEEPER: 1},
    EventKind.CAMPUS: {RoleKind.FACILITATOR: 1, RoleKind.NOTES: 1, RoleKind.TIMEKEEPER: 1},
    EventKind.COALITION: _MEETING,
    EventKind.TRAINING: {RoleKind.FACILITATOR: 2, RoleKind.INTERPRETER: 1, RoleKind.CHILDCARE: 2},
    EventKind.HEARING: {RoleKind.SPEAKERS: 3, RoleKind.INTERPRETER: 1},
    EventKind.OTHER: {RoleKind.FACILITATOR: 1, RoleKind.NOTES: 1},
}


class EventRole(MadeOnce, Tenant, Model):
    """Something that so many people have to do at an event: on one date of it, or on each.

    Two shifts of the same work are two roles. Times are wall times of the event's own zone.
    """

    __tablename__ = "event_role"
    __table_args__ = tenant_table(
        owned("event_id", "event"),
        CheckConstraint("needed > 0", name="somebody_is_needed"),
        Index("ix_event_role_event", "coalition_id", "event_id", "on_date"),
        once_a_press(),
    )

    event_id: Mapped[int]
    # The original local date; NULL: on each date of the series, or of a one-off.
    on_date: Mapped[date | None]
    kind: Mapped[RoleKind] = mapped_column(Choice(RoleKind))
    # What it is called, where the kind does not say it ("Banner carriers"), or says too little.
    label: Mapped[str] = mapped_column(String(80), default="")
    needed: Mapped[int] = mapped_column(default=1)
    # A shift; NULL: the whole of it.
    from_time: Mapped[time | None]
    to_time: Mapped[time | None]
    # What whoever takes it should know; told in public, so nothing about people.
    note: Mapped[str] = mapped_column(String(300), default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # The last change, which calendars that show it must know; NULL: none was noted yet.
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, onupdate=clock.now)
    # Not needed any more; who had taken it stays in the history.
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def name(self) -> str:
        """What it is called, in the reader's language where the kind says it."""
        return self.label or str(ROLE_NAMES[self.kind])


class RoleTaking(Tenant, Model):
    """So many of a role's people on one date: of a group, one of the organizers, or somebody by name.

    None of the three once the name was erased. A row stays when it is given back: it says when.
    """

    __tablename__ = "role_taking"
    # Taken by an organizer or by name it is no group's.
    __of_groups__ = seen_where_none
    __table_args__ = tenant_table(
        owned("role_id", "event_role"),
        owned("organization_id", "organization"),
        CheckConstraint("count > 0", name="somebody_comes"),
        CheckConstraint(
            "CASE WHEN organization_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN user_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN person_name IS NULL THEN 0 ELSE 1 END <= 1",
            name="taken_by_one",
        ),
        Index("ix_role_taking_date", "coalition_id", "role_id", "on_date"),
        Index("uq_role_taking_group", "coalition_id", "role_id", "on_date", "organization_id", unique=True,
              sqlite_where=LIVE, postgresql_where=LIVE),
        Index("uq_role_taking_user", "coalition_id", "role_id", "on_date", "user_id", unique=True,
              sqlite_where=LIVE, postgresql_where=LIVE),
    )  # fmt: skip

    role_id: Mapped[int]
    on_date: Mapped[date]
    organization_id: Mapped[int | None] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    person_name: Mapped[str | None] = mapped_column(Encrypted)
    # People, whoever they are.
    count: Mapped[int] = mapped_column(default=1)
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # The organizer who entered it; NULL: the group itself.
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    released_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # The last change, as above.
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, onupdate=clock.now)

    role: Mapped[EventRole] = relationship(primaryjoin=lambda: foreign(RoleTaking.role_id) == EventRole.id)
    organization: Mapped[Organization | None] = relationship(
        primaryjoin=lambda: foreign(RoleTaking.organization_id) == Organization.id
    )
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])

    @property
    def who(self) -> str:
        """Whose name stands beside the role; empty once it was erased."""
        if self.organization is not None:
            return self.organization.name
        return (self.user.name if self.user else self.person_name) or ""
