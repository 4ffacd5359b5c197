"""Counters against abuse, without keeping addresses.

A counter stands under a keyed hash of what is counted (a network prefix, an account). The key is a
row that is overwritten each day, so yesterday's hashes say nothing any more.
"""

from __future__ import annotations

import hmac
import ipaddress
import math
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, request
from sqlalchemy import LargeBinary, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from crm.core import clock
from crm.core.db import Model, UTCDateTime, db
from crm.core.transactions import own_write

# How long failed tries are remembered after the last one.
TURNS_LAST = timedelta(hours=1)


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
    # Before this, no further try counts.
    not_before: Mapped[datetime | None] = mapped_column(UTCDateTime)
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


@dataclass(frozen=True)
class Pace:
    """How often to try: `free` times at once, then after 1, 2, 4 … up to `longest` seconds."""

    form: str
    subject: str
    free: int
    longest: int = 900


def take_turn(*paces: Pace) -> int:
    """Count one try by each pace. 0: go on; else the seconds to wait, and the try was not counted.

    A try is counted before its outcome is known, so that many at once gain nothing: `forget` it after a
    right one. Commits by itself, at once.
    """
    if not current_app.config["LIMITS"]:
        return 0
    now = clock.now()
    with own_write() as session:
        rows = [(_row(session, pace.form, pace.subject, TURNS_LAST), pace) for pace in paces]
        wait = max((row.not_before - now).total_seconds() if row.not_before else 0.0 for row, _ in rows)
        if wait > 0:
            return math.ceil(wait)
        for row, pace in rows:
            row.count += 1
            beyond = row.count - pace.free
            if beyond >= 0:
                row.not_before = now + timedelta(seconds=min(2 ** min(beyond, 20), pace.longest))
                row.ends_at = now + TURNS_LAST
    return 0


def forget(form: str, subject: str) -> None:
    """Start over, as after a right password."""
    if not current_app.config["LIMITS"]:
        return
    with own_write() as session:
        key = _key(session, clock.now())
        session.execute(
            delete(LimitCount).where(LimitCount.form == form, LimitCount.hash == _hash(key, form, subject))
        )


def forget_ended(now: datetime) -> None:
    """Delete the counters whose window has ended."""
    db.session.execute(delete(LimitCount).where(LimitCount.ends_at <= now))


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
