"""What the coalition asks, in exact words, and who stands behind which words."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

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
from crm.organizations.models import Organization


class DemandKind(StrEnum):
    MINIMUM = auto()
    EXTENDED = auto()


class VersionState(StrEnum):
    DRAFT = auto()
    ADOPTED = auto()
    SUPERSEDED = auto()


class StandState(StrEnum):
    """What a group says to a demand."""

    ASKED = auto()
    BEFORE_BOARD = auto()
    ENDORSED = auto()
    RESERVATION = auto()
    DECLINED = auto()
    WITHDRAWN = auto()


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


class Decision(StrEnum):
    """What a coordinator made of something that waits."""

    WAITING = auto()
    ACCEPTED = auto()
    DECLINED = auto()
    # Another answer of the same group to the same demand was entered before this one was decided on.
    REPLACED = auto()


# The stands by which a group's name stands under a demand's words.
ACCEPTING = frozenset({StandState.ENDORSED, StandState.RESERVATION})


def of_one_version() -> ForeignKeyConstraint:
    """The version that a row speaks of is one of the demand that it speaks of."""
    return ForeignKeyConstraint(
        ["coalition_id", "demand_id", "version_id"],
        ["demand_version.coalition_id", "demand_version.demand_id", "demand_version.id"],
    )


class Demand(Tenant, Model):
    """A demand; its words are those of its versions."""

    __tablename__ = "demand"
    __table_args__ = tenant_table(UniqueConstraint("coalition_id", "slug"))

    slug: Mapped[str] = mapped_column(String(80))
    kind: Mapped[DemandKind] = mapped_column(Choice(DemandKind))
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    versions: Mapped[list[DemandVersion]] = relationship(
        primaryjoin=lambda: foreign(DemandVersion.demand_id) == Demand.id,
        back_populates="demand",
        order_by="DemandVersion.id",
    )


class DemandVersion(Tenant, Model):
    """One wording. A draft may be edited; adopted, it is numbered and never changes again."""

    __tablename__ = "demand_version"
    __table_args__ = tenant_table(
        owned("demand_id", "demand"),
        UniqueConstraint("coalition_id", "demand_id", "number"),
        # What a stand refers to: a version together with its demand.
        UniqueConstraint("coalition_id", "demand_id", "id"),
        CheckConstraint("(state = 'draft') = (number IS NULL)", name="numbered_once_adopted"),
        # One draft and one wording in force at a time.
        Index("uq_one_draft", "demand_id", unique=True, sqlite_where=text("state = 'draft'"),
              postgresql_where=text("state = 'draft'")),
        Index("uq_one_adopted", "demand_id", unique=True, sqlite_where=text("state = 'adopted'"),
              postgresql_where=text("state = 'adopted'")),
    )  # fmt: skip

    demand_id: Mapped[int] = mapped_column(index=True)
    number: Mapped[int | None]
    state: Mapped[VersionState] = mapped_column(Choice(VersionState), default=VersionState.DRAFT)
    # The language in which it was decided; its words bind, the others are translations.
    binding_language: Mapped[str] = mapped_column(String(12))
    adopted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    adopted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    edited_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # Raised by each edit of the words: two people at once are told; nobody adopts words unseen.
    edition: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": edition}

    demand: Mapped[Demand] = relationship(
        primaryjoin=lambda: foreign(DemandVersion.demand_id) == Demand.id, back_populates="versions"
    )
    wordings: Mapped[list[Wording]] = relationship(
        primaryjoin=lambda: foreign(Wording.version_id) == DemandVersion.id, order_by="Wording.id"
    )
    adopted_by: Mapped[User | None] = relationship()


class Wording(Tenant, Model):
    """A version's words in one language: one sentence, and what it means."""

    __tablename__ = "wording"
    __table_args__ = tenant_table(
        owned("version_id", "demand_version"), UniqueConstraint("coalition_id", "version_id", "language")
    )

    version_id: Mapped[int] = mapped_column(index=True)
    language: Mapped[str] = mapped_column(String(12))
    sentence: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(String(8000), default="")


class Endorsement(Tenant, Model):
    """The one live stand of an organization on a demand, bound to the version that it speaks of."""

    __tablename__ = "endorsement"
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        owned("demand_id", "demand"),
        of_one_version(),
        UniqueConstraint("coalition_id", "organization_id", "demand_id"),
        CheckConstraint("(state = 'before_board') = (board_on IS NOT NULL)", name="board_has_a_date"),
        Index("ix_endorsement_demand_state", "coalition_id", "demand_id", "state"),
        Index("ix_endorsement_newest", "coalition_id", "since", "id"),
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
    reservation: Mapped[str] = mapped_column(String(1000), default="")
    public: Mapped[bool] = mapped_column(default=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime)

    organization: Mapped[Organization] = relationship(
        primaryjoin=lambda: foreign(Endorsement.organization_id) == Organization.id
    )
    demand: Mapped[Demand] = relationship(primaryjoin=lambda: foreign(Endorsement.demand_id) == Demand.id)
    version: Mapped[DemandVersion] = relationship(
        primaryjoin=lambda: foreign(Endorsement.version_id) == DemandVersion.id
    )


class EndorsementChange(Tenant, Model):
    """The history of a stand: each state that it had, since when, by whom. Append-only."""

    __tablename__ = "endorsement_change"
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        owned("demand_id", "demand"),
        of_one_version(),
    )

    organization_id: Mapped[int] = mapped_column(index=True)
    demand_id: Mapped[int] = mapped_column(index=True)
    version_id: Mapped[int] = mapped_column(index=True)
    state: Mapped[StandState] = mapped_column(Choice(StandState))
    source: Mapped[Source] = mapped_column(Choice(Source))
    board_on: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

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
        CheckConstraint("(state = 'before_board') = (board_on IS NOT NULL)", name="board_has_a_date"),
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
