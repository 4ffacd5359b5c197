"""Who stands behind which words, and how that came to be."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.accounts.models import User
from crm.core.crypto import Encrypted
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.demands.models.evidence import Evidence
from crm.demands.models.wordings import Demand, DemandVersion
from crm.organizations.models import Contact, Organization


class StandState(StrEnum):
    """What a group says to a demand."""

    ASKED = auto()
    BEFORE_BOARD = auto()
    ENDORSED = auto()
    RESERVATION = auto()
    DECLINED = auto()
    WITHDRAWN = auto()
    # Asked to accept newer words. In the history alone: the live row keeps what the group said to its own
    # words, with the day until which it is asked (`reconfirm_by`).
    TO_BE_RECONFIRMED = auto()
    # Its time was over: a term that ended, or no answer to a change of substance.
    LAPSED = auto()


class DecidedHow(StrEnum):
    MEMBERSHIP_VOTE = auto()
    BOARD = auto()
    DELEGATES = auto()
    OFFICER = auto()


class Source(StrEnum):
    """Where a stand comes from: the group's own act, or an organizer's record on its behalf."""

    SIGN_ON = auto()
    SIGNED_PAPER = auto()
    MINUTES = auto()
    CALL = auto()
    MEETING = auto()
    IMPORT = auto()
    # A printed list of names, such as the letter that the group signed.
    LETTER = auto()
    # The group itself, by its link.
    GROUP = auto()
    # Asked by the coalition.
    ASKED = auto()
    # Silence: nobody objected to an editorial change.
    SILENCE = auto()
    # The calendar: a term that ended, or a day that passed without an answer.
    DEADLINE = auto()


class Decision(StrEnum):
    """What a coordinator made of something that waits."""

    WAITING = auto()
    ACCEPTED = auto()
    DECLINED = auto()
    # Another answer of the same group to the same demand was entered before this one was decided on.
    REPLACED = auto()


# The stands by which a group's name stands under a demand's words.
ACCEPTING = frozenset({StandState.ENDORSED, StandState.RESERVATION})
# What is asked of a group, or waits for its board: it has not answered yet.
UNDECIDED = frozenset({StandState.ASKED, StandState.BEFORE_BOARD})
# What no group says: it comes about by what the coalition asks, and by time.
NEVER_SAID = frozenset({StandState.TO_BE_RECONFIRMED, StandState.LAPSED})

STAND_NAMES: dict[StandState, LazyString] = {
    StandState.ASKED: _l("Asked"),
    StandState.BEFORE_BOARD: _l("Before their board"),
    StandState.ENDORSED: _l("Endorsed"),
    StandState.RESERVATION: _l("Endorsed with a reservation"),
    StandState.DECLINED: _l("Declined"),
    StandState.WITHDRAWN: _l("Withdrawn"),
    StandState.TO_BE_RECONFIRMED: _l("To be reconfirmed"),
    StandState.LAPSED: _l("Lapsed"),
}
# A stand's mark: its tone and its shape (components/badge.html).
STAND_MARKS: dict[StandState, tuple[str, str]] = {
    StandState.ASKED: ("neutral", "ring"),
    StandState.BEFORE_BOARD: ("info", "clock"),
    StandState.ENDORSED: ("good", "check"),
    StandState.RESERVATION: ("warn", "half"),
    StandState.DECLINED: ("bad", "cross"),
    StandState.WITHDRAWN: ("neutral", "dash"),
    StandState.TO_BE_RECONFIRMED: ("warn", "dot"),
    StandState.LAPSED: ("neutral", "square"),
}
DECIDED_HOW_NAMES: dict[DecidedHow, LazyString] = {
    DecidedHow.MEMBERSHIP_VOTE: _l("By a vote of the members"),
    DecidedHow.BOARD: _l("By its board"),
    DecidedHow.DELEGATES: _l("By its delegates"),
    DecidedHow.OFFICER: _l("By an officer"),
}
SOURCE_NAMES: dict[Source, LazyString] = {
    Source.SIGN_ON: _l("Sign-on by the group"),
    Source.SIGNED_PAPER: _l("Signed paper"),
    Source.MINUTES: _l("Minutes"),
    Source.CALL: _l("Phone call"),
    Source.MEETING: _l("Meeting"),
    Source.IMPORT: _l("Imported sheet"),
    Source.LETTER: _l("Printed list"),
    Source.GROUP: _l("The group itself, by its link"),
    Source.ASKED: _l("Asked by the coalition"),
    Source.SILENCE: _l("Carried over: no objection to an editorial change"),
    Source.DEADLINE: _l("The day that was set has passed"),
}
# What an organizer may name as the source of a record on a group's behalf.
ON_BEHALF_SOURCES = (Source.SIGNED_PAPER, Source.MINUTES, Source.CALL, Source.MEETING, Source.LETTER)


def of_one_version() -> ForeignKeyConstraint:
    """The version that a row speaks of is one of the demand that it speaks of."""
    return ForeignKeyConstraint(
        ["coalition_id", "demand_id", "version_id"],
        ["demand_version.coalition_id", "demand_version.demand_id", "demand_version.id"],
    )


class Endorsement(Tenant, Model):
    """The one live stand of an organization on a demand, bound to the version that it speaks of."""

    __tablename__ = "endorsement"
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        owned("demand_id", "demand"),
        of_one_version(),
        UniqueConstraint("coalition_id", "organization_id", "demand_id"),
        CheckConstraint("state = 'before_board' OR board_on IS NULL", name="board_day_before_board"),
        Index("ix_endorsement_demand_state", "coalition_id", "demand_id", "state"),
        Index("ix_endorsement_newest", "coalition_id", "since", "id"),
        # Whose board decides when, whatever the demand: a filter of the directory.
        Index("ix_endorsement_board", "coalition_id", "state", "board_on", "organization_id"),
    )

    organization_id: Mapped[int] = mapped_column(index=True)
    demand_id: Mapped[int] = mapped_column(index=True)
    version_id: Mapped[int] = mapped_column(index=True)
    state: Mapped[StandState] = mapped_column(Choice(StandState))
    source: Mapped[Source] = mapped_column(Choice(Source))
    decided_how: Mapped[DecidedHow | None] = mapped_column(Choice(DecidedHow))
    decided_on: Mapped[date | None]
    board_on: Mapped[date | None]
    speaker: Mapped[str | None] = mapped_column(Encrypted)
    # Whether the speaker asked to be named beside the group.
    speaker_public: Mapped[bool] = mapped_column(default=False)
    reservation: Mapped[str] = mapped_column(String(1000), default="")
    public: Mapped[bool] = mapped_column(default=True)
    # The last day of an endorsement given for a term.
    until: Mapped[date | None]
    # It endorses, and is asked to accept newer words until this day; until then it stands under its own.
    reconfirm_by: Mapped[date | None]
    since: Mapped[datetime] = mapped_column(UTCDateTime)

    organization: Mapped[Organization] = relationship(
        primaryjoin=lambda: foreign(Endorsement.organization_id) == Organization.id
    )
    demand: Mapped[Demand] = relationship(primaryjoin=lambda: foreign(Endorsement.demand_id) == Demand.id)
    version: Mapped[DemandVersion] = relationship(
        primaryjoin=lambda: foreign(Endorsement.version_id) == DemandVersion.id
    )

    @property
    def shown_state(self) -> StandState:
        """The state that people are told: an endorsement that is asked anew is to be reconfirmed."""
        return StandState.TO_BE_RECONFIRMED if self.reconfirm_by is not None else self.state


class EndorsementChange(Tenant, Model):
    """The history of a stand: each state that it had, since when, by whom. Append-only."""

    __tablename__ = "endorsement_change"
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        owned("demand_id", "demand"),
        of_one_version(),
        Index("ix_endorsement_change_at", "coalition_id", "at"),
    )

    organization_id: Mapped[int] = mapped_column(index=True)
    demand_id: Mapped[int] = mapped_column(index=True)
    version_id: Mapped[int] = mapped_column(index=True)
    state: Mapped[StandState] = mapped_column(Choice(StandState))
    source: Mapped[Source] = mapped_column(Choice(Source))
    board_on: Mapped[date | None]
    decided_how: Mapped[DecidedHow | None] = mapped_column(Choice(DecidedHow))
    decided_on: Mapped[date | None]
    speaker: Mapped[str | None] = mapped_column(Encrypted)
    reservation: Mapped[str] = mapped_column(String(1000), default="")
    public: Mapped[bool] = mapped_column(default=True)
    until: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    # Who wrote it: a member of the coalition's staff, or a representative of the group.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    contact_id: Mapped[int | None]

    contact: Mapped[Contact | None] = relationship(
        primaryjoin=lambda: foreign(EndorsementChange.contact_id) == Contact.id
    )
    evidence: Mapped[list[Evidence]] = relationship(
        primaryjoin=lambda: foreign(Evidence.change_id) == EndorsementChange.id,
        order_by=lambda: Evidence.id,
        viewonly=True,
    )
    user: Mapped[User | None] = relationship()
    organization: Mapped[Organization] = relationship(
        primaryjoin=lambda: foreign(EndorsementChange.organization_id) == Organization.id
    )
    demand: Mapped[Demand] = relationship(
        primaryjoin=lambda: foreign(EndorsementChange.demand_id) == Demand.id
    )
    version: Mapped[DemandVersion] = relationship(
        primaryjoin=lambda: foreign(EndorsementChange.version_id) == DemandVersion.id
    )


class StandRecord(Tenant, Model):
    """A stand that an organizer records on a group's behalf; public only once a coordinator accepts it."""

    __tablename__ = "stand_record"
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        owned("demand_id", "demand"),
        of_one_version(),
        CheckConstraint("state = 'before_board' OR board_on IS NULL", name="board_day_before_board"),
        Index("ix_stand_record_decision", "coalition_id", "decision", "id"),
        # The same answer is not waiting twice, however often a sheet is imported.
        Index("uq_waiting_stand", "coalition_id", "organization_id", "demand_id", unique=True,
              sqlite_where=text("decision = 'waiting'"), postgresql_where=text("decision = 'waiting'")),
    )  # fmt: skip

    organization_id: Mapped[int] = mapped_column(index=True)
    demand_id: Mapped[int]
    version_id: Mapped[int]
    state: Mapped[StandState] = mapped_column(Choice(StandState))
    source: Mapped[Source] = mapped_column(Choice(Source))
    decided_how: Mapped[DecidedHow | None] = mapped_column(Choice(DecidedHow))
    decided_on: Mapped[date | None]
    board_on: Mapped[date | None]
    speaker: Mapped[str | None] = mapped_column(Encrypted)
    reservation: Mapped[str] = mapped_column(String(1000), default="")
    # Whether the group may be listed in public.
    public: Mapped[bool] = mapped_column(default=True)
    until: Mapped[date | None]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    import_id: Mapped[int | None] = mapped_column(index=True)
    decision: Mapped[Decision] = mapped_column(Choice(Decision), default=Decision.WAITING)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Why it was declined, for the one who entered it.
    reason: Mapped[str | None] = mapped_column(Encrypted)

    organization: Mapped[Organization] = relationship(
        primaryjoin=lambda: foreign(StandRecord.organization_id) == Organization.id
    )
    demand: Mapped[Demand] = relationship(primaryjoin=lambda: foreign(StandRecord.demand_id) == Demand.id)
    version: Mapped[DemandVersion] = relationship(
        primaryjoin=lambda: foreign(StandRecord.version_id) == DemandVersion.id
    )
    entered_by: Mapped[User | None] = relationship(foreign_keys="StandRecord.entered_by_id")
    evidence: Mapped[Evidence | None] = relationship(
        primaryjoin=lambda: foreign(Evidence.record_id) == StandRecord.id, viewonly=True
    )
