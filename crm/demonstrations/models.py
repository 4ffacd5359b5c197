"""Who stands behind a demonstration, and what each group brings to it: promised, and delivered."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum, auto

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.accounts.models import User
from crm.asks.models import Reached
from crm.core import clock
from crm.core.crypto import Encrypted
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.once import MadeOnce, once_a_press
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.events.models import Event
from crm.organizations.models import Contact, Organization


class CoSponsorState(StrEnum):
    # The group itself asks to stand behind it, and an organizer has yet to accept.
    REQUESTED = auto()
    ASKED = auto()
    ACCEPTED = auto()
    DECLINED = auto()
    WITHDRAWN = auto()
    # An organizer did not accept what a group asked for, or took an invitation back.
    TURNED_DOWN = auto()


CO_SPONSOR_NAMES: dict[CoSponsorState, LazyString] = {
    CoSponsorState.REQUESTED: _l("Asks to co-sponsor"),
    CoSponsorState.ASKED: _l("Asked"),
    CoSponsorState.ACCEPTED: _l("Co-sponsors"),
    CoSponsorState.DECLINED: _l("Said no"),
    CoSponsorState.WITHDRAWN: _l("Took its name back"),
    CoSponsorState.TURNED_DOWN: _l("Not taken up"),
}
# Tone and shape of its badge.
CO_SPONSOR_MARKS: dict[CoSponsorState, tuple[str, str]] = {
    CoSponsorState.REQUESTED: ("info", "star"),
    CoSponsorState.ASKED: ("neutral", "ring"),
    CoSponsorState.ACCEPTED: ("good", "check"),
    CoSponsorState.DECLINED: ("bad", "cross"),
    CoSponsorState.WITHDRAWN: ("warn", "dash"),
    CoSponsorState.TURNED_DOWN: ("neutral", "dash"),
}


class CoSponsorship(Reached, Model):
    """An organization standing behind a demonstration: all of the series, or one date."""

    __tablename__ = "co_sponsorship"
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        owned("event_id", "event"),
        Index("uq_co_sponsor_series", "coalition_id", "event_id", "organization_id", unique=True,
              sqlite_where=text("on_date IS NULL"), postgresql_where=text("on_date IS NULL")),
        Index("uq_co_sponsor_date", "coalition_id", "event_id", "organization_id", "on_date", unique=True,
              sqlite_where=text("on_date IS NOT NULL"), postgresql_where=text("on_date IS NOT NULL")),
    )  # fmt: skip

    event_id: Mapped[int] = mapped_column(index=True)
    # The original local date; NULL: the whole series.
    on_date: Mapped[date | None]
    state: Mapped[CoSponsorState] = mapped_column(Choice(CoSponsorState), default=CoSponsorState.ASKED)
    # What an organizer adds to an answer that came by phone, say.
    note: Mapped[str] = mapped_column(String(300), default="")
    # NULL where the group itself asked.
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    # The last day to answer by the mailed link, in the coalition's zone; NULL: nobody is mailed.
    closes_on: Mapped[date | None]
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Who answered: an organizer who noted it, or somebody of the group.
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    contact_id: Mapped[int | None]
    # Raised by each change, so that two who change it at once see each other.
    edition: Mapped[int] = mapped_column(default=1, server_default="1")

    event: Mapped[Event] = relationship(primaryjoin=lambda: foreign(CoSponsorship.event_id) == Event.id)


class CommitmentKind(StrEnum):
    TURNOUT = auto()
    MARSHALS = auto()
    FLYERS = auto()
    SOUND = auto()
    SPEAKERS = auto()
    MONEY = auto()
    OUTREACH = auto()
    OTHER = auto()


COMMITMENT_NAMES: dict[CommitmentKind, LazyString] = {
    CommitmentKind.TURNOUT: _l("People"),
    CommitmentKind.MARSHALS: _l("Marshals"),
    CommitmentKind.FLYERS: _l("Flyers"),
    CommitmentKind.SOUND: _l("Sound"),
    CommitmentKind.SPEAKERS: _l("Speakers"),
    CommitmentKind.MONEY: _l("Money"),
    CommitmentKind.OUTREACH: _l("Outreach to other groups"),
    CommitmentKind.OTHER: _l("Something else"),
}
# Promised for a series, these are meant anew on each of its dates; of the others there is one for all of it.
ON_EACH_DATE = frozenset(
    {CommitmentKind.TURNOUT, CommitmentKind.MARSHALS, CommitmentKind.SOUND, CommitmentKind.SPEAKERS}
)
_STANDS = "cancelled_at IS NULL AND kind <> 'other'"


class Commitment(MadeOnce, Tenant, Model):
    """Something that a group promised for a demonstration, and what was delivered of it.

    One of a kind that is meant on each date has a row of its own for a date on which it was promised or
    counted apart from the series; that row then stands in place of the series' own.
    """

    __tablename__ = "commitment"
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        owned("event_id", "event"),
        once_a_press(),
        CheckConstraint("amount > 0", name="something_is_promised"),
        CheckConstraint("delivered >= 0", name="no_less_than_nothing"),
        CheckConstraint("(delivered IS NULL) = (delivered_at IS NULL)", name="counted_at_a_time"),
        CheckConstraint("(kind = 'money') = (currency IS NOT NULL)", name="money_has_a_currency"),
        # A group promises one thing of a kind: promised again, it is changed.
        Index("uq_commitment_series", "coalition_id", "event_id", "organization_id", "kind", unique=True,
              sqlite_where=text(f"on_date IS NULL AND {_STANDS}"),
              postgresql_where=text(f"on_date IS NULL AND {_STANDS}")),
        Index("uq_commitment_date", "coalition_id", "event_id", "organization_id", "kind", "on_date",
              unique=True, sqlite_where=text(f"on_date IS NOT NULL AND {_STANDS}"),
              postgresql_where=text(f"on_date IS NOT NULL AND {_STANDS}")),
        Index("ix_commitment_open", "coalition_id", "delivered_at", "due_on"),
    )  # fmt: skip

    organization_id: Mapped[int] = mapped_column(index=True)
    event_id: Mapped[int] = mapped_column(index=True)
    # The original local date; NULL: the whole series, or the event that is none.
    on_date: Mapped[date | None]
    kind: Mapped[CommitmentKind] = mapped_column(Choice(CommitmentKind))
    # What it is, where no kind says it ("water", "a truck").
    what: Mapped[str] = mapped_column(String(120), default="")
    # People, marshals, flyers, systems, speakers, groups, things; of money, minor units (cents).
    amount: Mapped[int] = mapped_column(BigInteger)
    # ISO 4217; of money alone.
    currency: Mapped[str | None] = mapped_column(String(3))
    # NULL: on each date of the series.
    due_on: Mapped[date | None]
    # What was brought, in the same units; NULL: not counted yet, 0: nothing came.
    delivered: Mapped[int | None] = mapped_column(BigInteger)
    delivered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Who counted: an organizer, or somebody of the group, whom an organizer's count overrules.
    counted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    counted_contact_id: Mapped[int | None]
    # Free words about it, which may name people.
    note: Mapped[str | None] = mapped_column(Encrypted)
    promised_at: Mapped[datetime] = mapped_column(UTCDateTime)
    promised_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    promised_contact_id: Mapped[int | None]
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # The last change, which calendars that show it must know; NULL: none was noted yet.
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, onupdate=clock.now)
    edition: Mapped[int] = mapped_column(default=1)

    organization: Mapped[Organization] = relationship(
        primaryjoin=lambda: foreign(Commitment.organization_id) == Organization.id
    )
    event: Mapped[Event] = relationship(primaryjoin=lambda: foreign(Commitment.event_id) == Event.id)
    counted_by: Mapped[User | None] = relationship(foreign_keys=[counted_by_id])
    counted_contact: Mapped[Contact | None] = relationship(
        primaryjoin=lambda: foreign(Commitment.counted_contact_id) == Contact.id
    )
