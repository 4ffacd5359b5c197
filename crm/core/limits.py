"""Counters against abuse, without keeping addresses.

A counter stands under a keyed hash of what is counted (a network prefix, an account). The key is a
row that is overwritten each day, so yesterday's hashes say nothing any more.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from datetime import datetime, timedelta

from flask import current_app, request
from sqlalchemy import LargeBinary, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from crm.core import clock
from crm.core.db import Model, UTCDateTime
from crm.core.transactions import own_write


class LimitKey(Model):
    """The day's key; one row."""

    __tablename__ = "limit_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)


class LimitCount(Model):
    """How often something happened in its window."""

    __tablename__ = "limit_count"

    form: Mapped[str] = mapped_column(String(40), primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


def network() -> str:
    """The visitor's network prefix: /24 of IPv4, /56 of IPv6. Used at once, never kept."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 56), strict=False))


def over_limit(form: str, subject: str, *, most: int, within: timedelta) -> bool:
    """Count one try at a form and say whether it is one too many. Commits by itself, at once."""
    if not current_app.config["LIMITS"]:
        return False
    with own_write() as session:
        row = _row(session, form, subject, within)
        row.count += 1
        return row.count > most


def forget(form: str, subject: str) -> None:
    """Start over, as after a right password."""
    if not current_app.config["LIMITS"]:
        return
    with own_write() as session:
        key = _key(session, clock.now())
        session.execute(
            delete(LimitCount).where(LimitCount.form == form, LimitCount.hash == _hash(key, form, subject))
        )


def _row(session: Session, form: str, subject: str, within: timedelta) -> LimitCount:
    now = clock.now()
    digest = _hash(_key(session, now), form, subject)
    session.execute(delete(LimitCount).where(LimitCount.ends_at <= now))
    row = session.scalars(
        select(LimitCount).where(LimitCount.form == form, LimitCount.hash == digest).with_for_update()
    ).one_or_none()
    if row is None:
        row = LimitCount(form=form, hash=digest, count=0, ends_at=now + within)
        session.add(row)
    return row


def _key(session: Session, now: datetime) -> bytes:
    row = session.get(LimitKey, 1, with_for_update=True)
    if row is None:
        row = LimitKey(id=1, key=secrets.token_bytes(32), made_at=now)
        session.add(row)
    elif now - row.made_at > timedelta(days=1):
        row.key, row.made_at = secrets.token_bytes(32), now
    return row.key


def _hash(key: bytes, form: str, subject: str) -> bytes:
    return hmac.digest(key, f"{form}\x00{subject}".encode(), "sha256")
