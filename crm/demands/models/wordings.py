"""What the coalition asks, in exact words."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.once import MadeOnce, once_a_press
from crm.core.tenancy import Tenant, owned, tenant_table


class DemandKind(StrEnum):
    MINIMUM = auto()
    EXTENDED = auto()


class VersionState(StrEnum):
    DRAFT = auto()
    ADOPTED = auto()
    SUPERSEDED = auto()


class Change(StrEnum):
    """What a new version changes of the one before, as its coordinators declare it."""

    # The same meaning in other words: who endorsed is carried over unless they object.
    EDITORIAL = auto()
    # Another meaning: who endorsed is asked to reconfirm.
    SUBSTANCE = auto()


CHANGE_NAMES: dict[Change, LazyString] = {
    Change.EDITORIAL: _l("Editorial change"),
    Change.SUBSTANCE: _l("Change of substance"),
}
DEMAND_KIND_NAMES: dict[DemandKind, LazyString] = {
    DemandKind.MINIMUM: _l("Minimum demand"),
    DemandKind.EXTENDED: _l("Extended demand"),
}
VERSION_STATE_NAMES: dict[VersionState, LazyString] = {
    VersionState.DRAFT: _l("Draft"),
    VersionState.ADOPTED: _l("In force"),
    VersionState.SUPERSEDED: _l("Superseded"),
}


class Demand(MadeOnce, Tenant, Model):
    """A demand; its words are those of its versions."""

    __tablename__ = "demand"
    __table_args__ = tenant_table(UniqueConstraint("coalition_id", "slug"), once_a_press())

    slug: Mapped[str] = mapped_column(String(80))
    kind: Mapped[DemandKind] = mapped_column(Choice(DemandKind))
    position: Mapped[int] = mapped_column(default=0)
    # From this day the gate counts it; NULL: from its adoption on. Until then a group is "asked" for it.
    counts_from: Mapped[date | None]
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
    # What it changes of the version before; NULL for a demand's first.
    change: Mapped[Change | None] = mapped_column(Choice(Change))
    # The last day on which groups object to it (editorial) or reconfirm (of substance), in the coalition's
    # zone.
    answers_by: Mapped[date | None]
    # What changed and why, in the coordinators' words: groups and the public read it beside the difference.
    reason: Mapped[str] = mapped_column(String(1000), default="")
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


class EditorialProposal(Tenant, Model):
    """A coordinator holds a draft to be an editorial change; another one agrees before it is adopted so."""

    __tablename__ = "editorial_proposal"
    __table_args__ = tenant_table(
        owned("version_id", "demand_version", ondelete="CASCADE"),
        UniqueConstraint("coalition_id", "version_id"),
    )

    version_id: Mapped[int]
    # The edition of the draft that was proposed: words edited since are not what was proposed.
    edition: Mapped[int]
    reason: Mapped[str] = mapped_column(String(1000), default="")
    answers_by: Mapped[date]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    version: Mapped[DemandVersion] = relationship(
        primaryjoin=lambda: foreign(EditorialProposal.version_id) == DemandVersion.id
    )
    proposed_by: Mapped[User | None] = relationship()
