"""A mail that is owed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum, auto

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.crypto import Encrypted
from crm.core.db import Choice, Model, UTCDateTime


class MailState(StrEnum):
    WAITING = auto()
    SENT = auto()
    FAILED = auto()
    # To somebody of the demo, who does not exist: read at /outbox, never sent.
    HELD = auto()


class OutgoingMail(Model):
    """One mail to one person. Recipient and text are encrypted, and wiped once it is sent."""

    __tablename__ = "outgoing_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    # NULL: from the installation itself (a new password, say).
    coalition_id: Mapped[int | None] = mapped_column(ForeignKey("coalition.id"), index=True)
    # What it is about, as "invitation:12", so that a page can show the link that still waits.
    about: Mapped[str] = mapped_column(String(60), default="", index=True)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    recipient: Mapped[str | None] = mapped_column(Encrypted)
    subject: Mapped[str | None] = mapped_column(Encrypted)
    body: Mapped[str | None] = mapped_column(Encrypted)
    link: Mapped[str | None] = mapped_column(Encrypted)
    # Where one press ends such mails (RFC 8058); NULL for mail that nobody subscribed to.
    unsubscribe: Mapped[str | None] = mapped_column(Encrypted)
    state: Mapped[MailState] = mapped_column(Choice(MailState), default=MailState.WAITING, index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
