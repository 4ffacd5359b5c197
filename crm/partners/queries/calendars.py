"""The calendars that are subscribed to, and their dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from crm.core.contributions import BusyTime, OtherDate
from crm.core.crypto import blind_index
from crm.core.db import db
from crm.partners.models import PartnerCalendar, PartnerDate

PURPOSE = "partner_calendar.address"
MOST_DATES = 2000


def address_index(address: str) -> bytes:
    """By which an address is found again without being read."""
    return blind_index(address, PURPOSE)


def find_partner_calendar(calendar_id: int) -> PartnerCalendar | None:
    """A calendar of the chosen coalition, removed or not."""
    query = select(PartnerCalendar).where(PartnerCalendar.id == calendar_id)
    return db.session.scalars(query.options(joinedload(PartnerCalendar.organization))).one_or_none()


def find_by_address(address: str) -> PartnerCalendar | None:
    """The calendar of an address, removed or not."""
    query = select(PartnerCalendar).where(PartnerCalendar.address_index == address_index(address))
    return db.session.scalars(query).one_or_none()


def list_partner_calendars() -> Sequence[PartnerCalendar]:
    """Those that are subscribed to, by name."""
    query = select(PartnerCalendar).where(PartnerCalendar.removed_at.is_(None))
    query = query.options(joinedload(PartnerCalendar.organization))
    return db.session.scalars(query.order_by(PartnerCalendar.name, PartnerCalendar.id)).all()


def list_due(now: datetime) -> Sequence[PartnerCalendar]:
    """Those of all coalitions that are to be asked now."""
    query = select(PartnerCalendar).where(
        PartnerCalendar.removed_at.is_(None),
        PartnerCalendar.paused_at.is_(None),
        PartnerCalendar.next_at <= now,
    )
    return db.session.scalars(query.order_by(PartnerCalendar.next_at, PartnerCalendar.id)).all()


def count_late(before: datetime) -> tuple[int, int]:
    """Of all coalitions: how many were to be asked before an instant; how many failed more than twice."""
    goes_on = (PartnerCalendar.removed_at.is_(None), PartnerCalendar.paused_at.is_(None))
    late = func.count().filter(PartnerCalendar.next_at < before)
    failing = func.count().filter(PartnerCalendar.failures > 2)
    row = db.session.execute(select(late, failing).where(*goes_on)).one()
    return row[0], row[1]


def count_dates(now: datetime) -> Mapping[int, int]:
    """Calendar → how many dates are to come."""
    query = select(PartnerDate.calendar_id, func.count()).where(PartnerDate.ends_at >= now)
    rows = db.session.execute(query.group_by(PartnerDate.calendar_id))
    return {row[0]: row[1] for row in rows}


def list_partner_dates(calendar_id: int, now: datetime, limit: int = 20) -> Sequence[PartnerDate]:
    """The next dates of one calendar."""
    query = select(PartnerDate).where(PartnerDate.calendar_id == calendar_id, PartnerDate.ends_at >= now)
    return db.session.scalars(query.order_by(PartnerDate.starts_at, PartnerDate.id).limit(limit)).all()


def list_other_dates(starts_at: datetime, ends_at: datetime) -> list[OtherDate]:
    """What the public calendar shows beside the coalition's own dates, or its feed holds."""
    rows = db.session.execute(_other_dates(), {"starts_at": starts_at, "ends_at": ends_at})
    return [OtherDate(**row) for row in rows.mappings()]


def busy_times(starts_at: datetime, ends_at: datetime) -> list[BusyTime]:
    """What partners do in between, for warnings of two things at once; not what lasts all day."""
    query = _between(PartnerDate.title, PartnerDate.starts_at, PartnerDate.ends_at, PartnerCalendar.name)
    query = query.where(PartnerDate.cancelled.is_(False), PartnerDate.all_day.is_(False))
    rows = db.session.execute(query, {"starts_at": starts_at, "ends_at": ends_at})
    return [BusyTime(*row) for row in rows]


@lru_cache(maxsize=1)
def _other_dates() -> Select[*tuple[Any, ...]]:
    """Kept: to write it took longer than to ask it, and every feed asks it after each edit."""
    query = _between(
        *(getattr(PartnerDate, name) for name in ("title", "starts_at", "ends_at", "timezone", "all_day")),
        *(getattr(PartnerDate, name) for name in ("cancelled", "place", "url", "sequence", "changed_at")),
        PartnerDate.feed_uid.label("uid"),
        PartnerCalendar.name.label("source"),
        PartnerCalendar.shown_in_calendar.label("shown"),
        PartnerCalendar.in_own_feed.label("in_feed"),
    )
    return query.where(or_(PartnerCalendar.shown_in_calendar, PartnerCalendar.in_own_feed))


def _between(*columns: Any) -> Select[*tuple[Any, ...]]:
    """What lies at least partly between two instants, of calendars that are neither removed nor paused."""
    return (
        select(*columns)
        .select_from(PartnerDate)
        .join(PartnerCalendar, PartnerCalendar.id == PartnerDate.calendar_id)
        .where(PartnerCalendar.removed_at.is_(None), PartnerCalendar.paused_at.is_(None))
        .where(PartnerDate.starts_at < bindparam("ends_at"), PartnerDate.ends_at >= bindparam("starts_at"))
        .order_by(PartnerDate.starts_at, PartnerDate.id)
        .limit(MOST_DATES)
    )
