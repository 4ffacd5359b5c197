"""Who wants their work mailed in the morning."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core.db import Model, UTCDateTime
from crm.core.tenancy import Tenant, tenant_table


class MorningMail(Tenant, Model):
    """Somebody's wish for a mail each morning with what they have to do in a coalition; no row: no mail."""

    __tablename__ = "morning_mail"
    __table_args__ = tenant_table(UniqueConstraint("coalition_id", "user_id"))

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    # Of this and the keys the link that ends it is made; without the keys it opens nothing.
    salt: Mapped[str] = mapped_column(String(64))
    leave_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    # The coalition's day that was dealt with last, whether there was something to tell or not.
    told_on: Mapped[date | None]
    # Up to when it was told what others handed over; NULL: nothing was yet.
    told_until: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()
