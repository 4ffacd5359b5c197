"""The steps of a demand with a target, and the ladder of demands."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.once import MadeOnce, once_a_press
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.demands.models import Demand
from crm.targets.models import Target


class PolicyStatus(StrEnum):
    PROPOSED = auto()
    INTRODUCED = auto()
    IN_COMMITTEE = auto()
    PASSED = auto()
    REJECTED = auto()
    ENFORCED = auto()
    ROLLED_BACK = auto()


class Instrument(StrEnum):
    PLEDGE = auto()
    RESOLUTION = auto()
    ORDINANCE = auto()
    EXECUTIVE_ORDER = auto()
    ADMINISTRATIVE_POLICY = auto()
    OTHER = auto()


POLICY_STATUS_NAMES: dict[PolicyStatus, LazyString] = {
    PolicyStatus.PROPOSED: _l("Proposed"),
    PolicyStatus.INTRODUCED: _l("Introduced"),
    PolicyStatus.IN_COMMITTEE: _l("In committee"),
    PolicyStatus.PASSED: _l("Passed"),
    PolicyStatus.REJECTED: _l("Rejected"),
    PolicyStatus.ENFORCED: _l("Enforced"),
    PolicyStatus.ROLLED_BACK: _l("Rolled back"),
}
# A status's mark: its tone and its shape (components/badge.html).
POLICY_STATUS_MARKS: dict[PolicyStatus, tuple[str, str]] = {
    PolicyStatus.PROPOSED: ("neutral", "ring"),
    PolicyStatus.INTRODUCED: ("info", "dot"),
    PolicyStatus.IN_COMMITTEE: ("info", "clock"),
    PolicyStatus.PASSED: ("good", "check"),
    PolicyStatus.REJECTED: ("bad", "cross"),
    PolicyStatus.ENFORCED: ("good", "star"),
    PolicyStatus.ROLLED_BACK: ("warn", "dash"),
}
INSTRUMENT_NAMES: dict[Instrument, LazyString] = {
    Instrument.PLEDGE: _l("Pledge"),
    Instrument.RESOLUTION: _l("Resolution"),
    Instrument.ORDINANCE: _l("Ordinance"),
    Instrument.EXECUTIVE_ORDER: _l("Executive order"),
    Instrument.ADMINISTRATIVE_POLICY: _l("Administrative policy"),
    Instrument.OTHER: _l("Other"),
}
# Where a demand is won from a target.
WON = frozenset({PolicyStatus.PASSED, PolicyStatus.ENFORCED})


class PolicyStep(MadeOnce, Tenant, Model):
    """What a target did with a demand on a day; the newest that was not taken back is where it stands."""

    __tablename__ = "policy_step"
    __table_args__ = tenant_table(
        owned("demand_id", "demand"),
        owned("target_id", "target"),
        CheckConstraint("status = 'passed' OR instrument IS NULL", name="instrument_of_what_passed"),
        Index("ix_policy_step_newest", "coalition_id", "demand_id", "target_id", "happened_on", "id"),
        once_a_press(),
    )

    demand_id: Mapped[int] = mapped_column(index=True)
    target_id: Mapped[int] = mapped_column(index=True)
    status: Mapped[PolicyStatus] = mapped_column(Choice(PolicyStatus))
    happened_on: Mapped[date]
    # Its own name or number ("Ordinance 126432", "Council Bill 119").
    title: Mapped[str] = mapped_column(String(200), default="")
    # Of what passed: its instrument, and whether it binds.
    instrument: Mapped[Instrument | None] = mapped_column(Choice(Instrument))
    binding: Mapped[bool | None]
    link: Mapped[str] = mapped_column(String(500), default="")
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # A slip of the pen: taken back, and shown no more.
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    demand: Mapped[Demand] = relationship(primaryjoin=lambda: foreign(PolicyStep.demand_id) == Demand.id)
    target: Mapped[Target] = relationship(primaryjoin=lambda: foreign(PolicyStep.target_id) == Target.id)
    entered_by: Mapped[User | None] = relationship()


class Rung(Tenant, Model):
    """The ladder: a demand that opens when another is won."""

    __tablename__ = "rung"
    __table_args__ = tenant_table(
        owned("demand_id", "demand", ondelete="CASCADE"),
        owned("after_id", "demand", ondelete="CASCADE"),
        UniqueConstraint("coalition_id", "demand_id"),
        CheckConstraint("demand_id <> after_id", name="not_after_itself"),
    )

    demand_id: Mapped[int]
    after_id: Mapped[int] = mapped_column(index=True)
    # When the coordinators were offered to open it, and what they made of the offer.
    offered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    demand: Mapped[Demand] = relationship(primaryjoin=lambda: foreign(Rung.demand_id) == Demand.id)
    after: Mapped[Demand] = relationship(primaryjoin=lambda: foreign(Rung.after_id) == Demand.id)
