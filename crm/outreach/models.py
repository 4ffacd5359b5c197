"""Touches with organizations, what was promised, and how far outreach is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum, auto
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, UniqueConstraint, or_
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.accounts.models import User
from crm.core import clock
from crm.core.crypto import Encrypted
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.limiting import ME, seen_where_none
from crm.core.once import MadeOnce, once_a_press
from crm.core.permissions import Permission, Viewer
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.organizations.models import Assignment, Contact, Organization, Stage, StageCode
from crm.organizations.stage_codes import meaning_of


class Channel(StrEnum):
    CALL = auto()
    TEXT = auto()
    EMAIL = auto()
    VISIT = auto()
    ONE_ON_ONE = auto()
    MEETING = auto()
    # They rang; all others are how the coalition was in touch with them.
    CALLED_US = auto()
    OTHER = auto()


class Outcome(StrEnum):
    REACHED = auto()
    LEFT_MESSAGE = auto()
    NO_ANSWER = auto()
    WRONG_NUMBER = auto()
    CALL_BACK = auto()
    MEETING_SET = auto()
    ASKS_BOARD = auto()
    SAID_YES = auto()
    SAID_NO = auto()


CHANNEL_NAMES: dict[Channel, LazyString] = {
    Channel.CALL: _l("Call"),
    Channel.TEXT: _l("Text"),
    Channel.EMAIL: _l("E-mail"),
    Channel.VISIT: _l("Visit"),
    Channel.ONE_ON_ONE: _l("One-on-one"),
    Channel.MEETING: _l("Meeting"),
    Channel.CALLED_US: _l("They called"),
    Channel.OTHER: _l("Other"),
}
CHANNEL_ICONS: dict[Channel, str] = {
    Channel.CALL: "call",
    Channel.TEXT: "text",
    Channel.EMAIL: "mail",
    Channel.VISIT: "visit",
    Channel.ONE_ON_ONE: "account",
    Channel.MEETING: "groups",
    Channel.CALLED_US: "call",
    Channel.OTHER: "outreach",
}
OUTCOME_NAMES: dict[Outcome, LazyString] = {
    Outcome.REACHED: _l("Reached"),
    Outcome.LEFT_MESSAGE: _l("Left message"),
    Outcome.NO_ANSWER: _l("No answer"),
    Outcome.WRONG_NUMBER: _l("Wrong number"),
    Outcome.CALL_BACK: _l("Asked to call back"),
    Outcome.MEETING_SET: _l("Meeting set"),
    Outcome.ASKS_BOARD: _l("Wants to ask their board"),
    Outcome.SAID_YES: _l("Said yes"),
    Outcome.SAID_NO: _l("Said no"),
}
# What is to be done, where nobody says.
NEXT_STEPS = {
    Outcome.LEFT_MESSAGE: _l("Try again"),
    Outcome.NO_ANSWER: _l("Try again"),
    Outcome.WRONG_NUMBER: _l("Find the right number"),
    Outcome.CALL_BACK: _l("Call back"),
    Outcome.MEETING_SET: _l("Meet"),
    Outcome.ASKS_BOARD: _l("Ask what their board decided"),
}
# The stage that an outcome takes a group to, if it is not there or further already; what is missing moves
# nothing. Yes and no are answers to a demand, never a stage: they only show that there is a conversation.
STAGE_REACHED: dict[Outcome, Stage] = {
    Outcome.LEFT_MESSAGE: Stage.CONTACTED,
    Outcome.REACHED: Stage.IN_CONVERSATION,
    Outcome.CALL_BACK: Stage.IN_CONVERSATION,
    Outcome.MEETING_SET: Stage.IN_CONVERSATION,
    Outcome.ASKS_BOARD: Stage.IN_CONVERSATION,
    Outcome.SAID_YES: Stage.IN_CONVERSATION,
    Outcome.SAID_NO: Stage.IN_CONVERSATION,
}
# How far each stage is. A dormant group wakes when somebody there answers, not by a message left.
STAGE_RANK: dict[Stage, int] = {
    Stage.TO_CONTACT: 0,
    Stage.CONTACTED: 1,
    Stage.DORMANT: 2,
    Stage.IN_CONVERSATION: 3,
    Stage.ACTIVE: 4,
}


def rank_of(code: str) -> int:
    """How far a stage is, by its code."""
    return STAGE_RANK[meaning_of(code)]


# Outcomes that promise something on a day: the next step is asked for.
NEEDS_NEXT_STEP = frozenset({Outcome.CALL_BACK, Outcome.ASKS_BOARD})


class Interaction(MadeOnce, Tenant, Model):
    """One touch with an organization."""

    __tablename__ = "interaction"
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        owned("contact_id", "contact"),
        once_a_press(),
        Index("ix_interaction_timeline", "coalition_id", "organization_id", "at", "id"),
        Index("ix_interaction_recent", "coalition_id", "at", "id"),
        Index("ix_interaction_logged", "coalition_id", "logged_at", "id"),
    )

    organization_id: Mapped[int]
    contact_id: Mapped[int | None] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    channel: Mapped[Channel] = mapped_column(Choice(Channel))
    outcome: Mapped[Outcome] = mapped_column(Choice(Outcome))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    # When it was told, which may be days after.
    logged_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    note: Mapped[str | None] = mapped_column(Encrypted)
    import_id: Mapped[int | None] = mapped_column(index=True)

    organization: Mapped[Organization] = relationship(
        primaryjoin=lambda: foreign(Interaction.organization_id) == Organization.id
    )
    contact: Mapped[Contact | None] = relationship(
        primaryjoin=lambda: foreign(Interaction.contact_id) == Contact.id
    )
    user: Mapped[User | None] = relationship()

    def may_be_changed_by(self, viewer: Viewer) -> bool:
        """A touch is its author's and the coordinators' to put right."""
        return may_change_touch_of(viewer, self.user_id)


def may_change_touch_of(viewer: Viewer, user_id: int | None) -> bool:
    """Whether a viewer may put right what a user (None: nobody who is still there) logged."""
    own = user_id is not None and user_id == viewer.user_id
    return viewer.can(Permission.OUTREACH_LOG) and (own or viewer.can(Permission.TOUCH_CORRECT))


class StageChange(Tenant, Model):
    """Outreach moved on, or was moved back."""

    __tablename__ = "stage_change"
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        owned("interaction_id", "interaction"),
        # What moved lately.
        Index("ix_stage_change_recent", "coalition_id", "at", "id"),
    )

    organization_id: Mapped[int] = mapped_column(index=True)
    # The touch that moved it; NULL when moved by hand.
    interaction_id: Mapped[int | None] = mapped_column(index=True)
    before: Mapped[str] = mapped_column(StageCode)
    # Since when it had the stage before, for undoing.
    before_since: Mapped[datetime] = mapped_column(UTCDateTime)
    after: Mapped[str] = mapped_column(StageCode)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    organization: Mapped[Organization] = relationship(
        primaryjoin=lambda: foreign(StageChange.organization_id) == Organization.id
    )
    user: Mapped[User | None] = relationship()


class FollowUp(Tenant, Model):
    """A dated task with an owner."""

    __tablename__ = "follow_up"
    # What came from a meeting names no group, and is every organizer's.
    __of_groups__ = seen_where_none
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        owned("interaction_id", "interaction"),
        Index("ix_follow_up_owner", "coalition_id", "owner_id", "done_at", "due_on", "id"),
        Index("ix_follow_up_due", "coalition_id", "done_at", "due_on", "id"),
        # A task that the program makes by itself is made once ("board:organization:date").
        UniqueConstraint("coalition_id", "origin"),
    )

    organization_id: Mapped[int | None] = mapped_column(index=True)
    # The touch whose next step it is.
    interaction_id: Mapped[int | None] = mapped_column(index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    due_on: Mapped[date]
    origin: Mapped[str | None] = mapped_column(String(120))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # The last change of any kind, which calendars that show it must know; NULL: none was noted yet.
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, onupdate=clock.now)

    organization: Mapped[Organization | None] = relationship(
        primaryjoin=lambda: foreign(FollowUp.organization_id) == Organization.id
    )
    owner: Mapped[User | None] = relationship(foreign_keys="FollowUp.owner_id")


def _given_or_got(columns: Any) -> ColumnElement[bool]:
    """Who is limited to assigned groups sees what they gave or got, and so takes no more than that back."""
    return or_(columns.by_id == ME, columns.to_id == ME)


class Handover(MadeOnce, Tenant, Model):
    """Tasks given to somebody else in one go, perhaps with groups: its new owner is told. Can be undone."""

    __tablename__ = "handover"
    __of_groups__ = _given_or_got
    __table_args__ = tenant_table(
        owned("assignment_id", "assignment"),
        once_a_press(),
        Index("ix_handover_told", "coalition_id", "to_id", "at"),
    )

    to_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    # Whose the tasks were: the user's id ("" for nobody's) and the ids of the tasks.
    before: Mapped[dict[str, list[int]]] = mapped_column(JSON)
    # How many tasks that are.
    tasks: Mapped[int]
    # The groups that went along.
    assignment_id: Mapped[int | None] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    assignment: Mapped[Assignment | None] = relationship(
        primaryjoin=lambda: foreign(Handover.assignment_id) == Assignment.id
    )
    by: Mapped[User | None] = relationship(foreign_keys="Handover.by_id")
    to: Mapped[User | None] = relationship(foreign_keys="Handover.to_id")

    @property
    def groups(self) -> int:
        """How many groups went along."""
        return sum(map(len, self.assignment.before.values())) if self.assignment else 0


class Due(StrEnum):
    OVERDUE = auto()
    TODAY = auto()
    THIS_WEEK = auto()
    LATER = auto()


# "This week" is the seven days from today on, so that a Friday's list is not empty.
WEEK = timedelta(days=6)


def group_by_due(follow_ups: Iterable[FollowUp], today: date) -> dict[Due, list[FollowUp]]:
    """Tasks by when they are due, seen from a day; without the groups that are empty."""
    groups: dict[Due, list[FollowUp]] = {due: [] for due in Due}
    for follow_up in follow_ups:
        groups[due_of(follow_up.due_on, today)].append(follow_up)
    return {due: rows for due, rows in groups.items() if rows}


def due_of(due_on: date, today: date) -> Due:
    """When something is due, seen from a day."""
    if due_on <= today:
        return Due.TODAY if due_on == today else Due.OVERDUE
    return Due.THIS_WEEK if due_on <= today + WEEK else Due.LATER
