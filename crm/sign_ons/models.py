"""What groups send by the public form, until a coordinator has decided on it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum, auto

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from crm.accounts.models import User
from crm.core.crypto import Encrypted
from crm.core.db import Choice, Model, UTCDateTime
from crm.core.once import MadeOnce, once_a_press
from crm.core.tenancy import Tenant, owned, tenant_table
from crm.demands.models import DecidedHow, Demand, DemandVersion, StandState
from crm.demands.models.stands import of_one_version
from crm.organizations.models import Organization, OrganizationKind

# How long a mailed link to confirm holds.
LINK_HOLDS = timedelta(hours=72)
# Within this time a form that arrives again is answered as before, without another mail.
MAIL_AGAIN_AFTER = timedelta(minutes=10)
# What was never confirmed is kept this long after its last link, what was declined this long after that.
KEPT_FOR = timedelta(days=30)
LARGEST = 50_000_000


class SignOnState(StrEnum):
    UNCONFIRMED = auto()
    WAITING = auto()
    ACCEPTED = auto()
    MERGED = auto()
    DECLINED = auto()
    # The same speaker confirmed a newer one for the same group.
    REPLACED = auto()


STATE_NAMES: dict[SignOnState, LazyString] = {
    SignOnState.UNCONFIRMED: _l("Not confirmed yet"),
    SignOnState.WAITING: _l("Waits for a coordinator"),
    SignOnState.ACCEPTED: _l("Accepted as a new group"),
    SignOnState.MERGED: _l("Joined to a group"),
    SignOnState.DECLINED: _l("Declined"),
    SignOnState.REPLACED: _l("Replaced by a newer one"),
}
# Tone and shape, as in components/badge.html.
STATE_MARKS: dict[SignOnState, tuple[str, str]] = {
    SignOnState.UNCONFIRMED: ("neutral", "ring"),
    SignOnState.WAITING: ("info", "clock"),
    SignOnState.ACCEPTED: ("good", "check"),
    SignOnState.MERGED: ("good", "check"),
    SignOnState.DECLINED: ("bad", "cross"),
    SignOnState.REPLACED: ("neutral", "dash"),
}


class SignOn(Tenant, Model):
    """One submission of the public form. Nothing of it is public before it is confirmed and accepted."""

    __tablename__ = "sign_on"
    __table_args__ = tenant_table(
        owned("organization_id", "organization"),
        # One press of the button, however often it arrives.
        UniqueConstraint("coalition_id", "form_key"),
        Index("ix_sign_on_state", "coalition_id", "state", "id"),
        # The same form filled in twice, in two tabs, is one.
        Index("uq_sign_on_same", "coalition_id", "content_index", unique=True,
              sqlite_where=text("state = 'unconfirmed'"), postgresql_where=text("state = 'unconfirmed'")),
        # Of one speaker for one group the newest that was confirmed waits, and no other.
        Index("uq_sign_on_waiting", "coalition_id", "sender_index", unique=True,
              sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
    )  # fmt: skip

    form_key: Mapped[str] = mapped_column(String(64))
    # Keyed hashes: of all that was sent, and of the speaker's address with the group's name.
    content_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    sender_index: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    # As typed by the group: its listing, if accepted as a new one.
    name: Mapped[str] = mapped_column(String(300))
    kind: Mapped[OrganizationKind] = mapped_column(Choice(OrganizationKind))
    place: Mapped[str] = mapped_column(String(120), default="")
    website: Mapped[str] = mapped_column(String(300), default="")
    size: Mapped[int | None]
    size_public: Mapped[bool] = mapped_column(default=False)
    speaker_name: Mapped[str] = mapped_column(Encrypted)
    speaker_role: Mapped[str] = mapped_column(String(120), default="")
    speaker_public: Mapped[bool] = mapped_column(default=False)
    speaker_email: Mapped[str] = mapped_column(Encrypted)
    speaker_email_index: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    decided_how: Mapped[DecidedHow] = mapped_column(Choice(DecidedHow))
    decided_on: Mapped[date | None]
    language: Mapped[str] = mapped_column(String(12))
    state: Mapped[SignOnState] = mapped_column(Choice(SignOnState), default=SignOnState.UNCONFIRMED)
    # The link that holds, and the one before it, which only says that there is a newer one.
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    former_token_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    linked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    organization_id: Mapped[int | None] = mapped_column(index=True)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str | None] = mapped_column(Encrypted)
    # What a coordinator asked the speaker, and when; the answer is a corrected sign-on, confirmed again.
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    question: Mapped[str | None] = mapped_column(Encrypted)

    organization: Mapped[Organization | None] = relationship(
        primaryjoin=lambda: foreign(SignOn.organization_id) == Organization.id
    )
    answers: Mapped[list[SignOnAnswer]] = relationship(
        primaryjoin=lambda: foreign(SignOnAnswer.sign_on_id) == SignOn.id,
        order_by="SignOnAnswer.id",
        passive_deletes="all",
    )
    decided_by: Mapped[User | None] = relationship()


class SignOnAnswer(Tenant, Model):
    """What a sign-on says to one demand, in the words of a version: endorsed now, or before its board."""

    __tablename__ = "sign_on_answer"
    __table_args__ = tenant_table(
        owned("sign_on_id", "sign_on", ondelete="CASCADE"),
        owned("demand_id", "demand"),
        # The version is one of the demand.
        ForeignKeyConstraint(
            ["coalition_id", "demand_id", "version_id"],
            ["demand_version.coalition_id", "demand_version.demand_id", "demand_version.id"],
        ),
        UniqueConstraint("coalition_id", "sign_on_id", "demand_id"),
        CheckConstraint("(state = 'before_board') = (board_on IS NOT NULL)", name="board_has_a_date"),
    )

    sign_on_id: Mapped[int] = mapped_column(index=True)
    demand_id: Mapped[int]
    version_id: Mapped[int]
    state: Mapped[StandState] = mapped_column(Choice(StandState))
    board_on: Mapped[date | None]

    demand: Mapped[Demand] = relationship(primaryjoin=lambda: foreign(SignOnAnswer.demand_id) == Demand.id)
    version: Mapped[DemandVersion] = relationship(
        primaryjoin=lambda: foreign(SignOnAnswer.version_id) == DemandVersion.id
    )


class NameState(StrEnum):
    """What became of a name of a printed list."""

    TO_CHECK = auto()
    NEW = auto()
    JOINED = auto()
    DROPPED = auto()


NAME_STATES: dict[NameState, LazyString] = {
    NameState.TO_CHECK: _l("To check"),
    NameState.NEW: _l("A new group"),
    NameState.JOINED: _l("A group that was here"),
    NameState.DROPPED: _l("Dropped"),
}
NAME_MARKS: dict[NameState, tuple[str, str]] = {
    NameState.TO_CHECK: ("info", "clock"),
    NameState.NEW: ("good", "check"),
    NameState.JOINED: ("good", "check"),
    NameState.DROPPED: ("neutral", "dash"),
}


class PastedList(MadeOnce, Tenant, Model):
    """The names under a letter that was printed: which letter, and which words it was about."""

    __tablename__ = "pasted_list"
    __table_args__ = tenant_table(once_a_press())

    title: Mapped[str] = mapped_column(String(200))
    # The day of the letter: each group had decided by then.
    letter_on: Mapped[date]
    # Where it was printed: an address, a newspaper, a folder.
    origin: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    user: Mapped[User | None] = relationship()
    words: Mapped[list[ListedWords]] = relationship(
        primaryjoin=lambda: foreign(ListedWords.list_id) == PastedList.id, order_by="ListedWords.id"
    )


class ListedWords(Tenant, Model):
    """A version of a demand that a letter was under; one version of a demand."""

    __tablename__ = "listed_words"
    __table_args__ = tenant_table(
        owned("list_id", "pasted_list", ondelete="CASCADE"),
        owned("demand_id", "demand"),
        of_one_version(),
        UniqueConstraint("coalition_id", "list_id", "demand_id"),
    )

    list_id: Mapped[int] = mapped_column(index=True)
    demand_id: Mapped[int]
    version_id: Mapped[int]

    version: Mapped[DemandVersion] = relationship(
        primaryjoin=lambda: foreign(ListedWords.version_id) == DemandVersion.id
    )


class ListedName(Tenant, Model):
    """A name of a printed list, to be checked by a coordinator. Nothing of it counts before."""

    __tablename__ = "listed_name"
    __table_args__ = tenant_table(
        owned("list_id", "pasted_list", ondelete="CASCADE"),
        owned("organization_id", "organization"),
        UniqueConstraint("coalition_id", "list_id", "line"),
        Index("ix_listed_name_state", "coalition_id", "state", "list_id", "line"),
    )

    list_id: Mapped[int]
    # Which of the list it is, from 1.
    line: Mapped[int]
    # As it stood there, perhaps with who signed for the group; and as it is understood.
    printed: Mapped[str] = mapped_column(Encrypted)
    name: Mapped[str] = mapped_column(String(300))
    place: Mapped[str] = mapped_column(String(120), default="")
    kind: Mapped[OrganizationKind] = mapped_column(Choice(OrganizationKind))
    state: Mapped[NameState] = mapped_column(Choice(NameState), default=NameState.TO_CHECK)
    organization_id: Mapped[int | None] = mapped_column(index=True)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    pasted_list: Mapped[PastedList] = relationship(
        primaryjoin=lambda: foreign(ListedName.list_id) == PastedList.id
    )
    organization: Mapped[Organization | None] = relationship(
        primaryjoin=lambda: foreign(ListedName.organization_id) == Organization.id
    )
    decided_by: Mapped[User | None] = relationship()
