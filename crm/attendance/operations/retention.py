"""Names of who came are not kept for ever; how many came is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import delete, or_, select

from crm.attendance.models import Attendance, DoorWish
from crm.core import clock, jobs
from crm.core.db import db

# 7-safety: attendance by name for 12 months, then counts; contacts of who came for 7 days.
NAMES_KEPT = timedelta(days=365)
WISHES_KEPT = timedelta(days=7)


def forget_names(now: datetime) -> int:
    """Wipe the names of who came more than twelve months ago, in all that is chosen; how many they were.

    The numbers stay as they were told: of a group the larger of its delegates and of those it counted.
    """
    named = or_(Attendance.delegate.is_not(None), Attendance.group_name.is_not(None))
    before = (now - NAMES_KEPT).date()
    query = select(Attendance).where(Attendance.on_date < before, named)
    found = db.session.scalars(query.order_by(Attendance.event_id, Attendance.on_date, Attendance.id)).all()
    for (event_id, on_date), entries in groupby(found, lambda one: (one.event_id, one.on_date)):
        others = select(Attendance).where(Attendance.event_id == event_id, Attendance.on_date == on_date)
        _fold(list(entries), db.session.scalars(others.where(Attendance.delegate.is_(None))).all())
    return len(found)


def _fold(named: list[Attendance], others: Iterable[Attendance]) -> None:
    counted: dict[int | None, int] = {}
    for one in others:
        counted[one.organization_id] = counted.get(one.organization_id, 0) + one.count
    for one in named:
        if one.delegate is not None and one.count:
            # Who is counted already among the group's people is not counted again without a name.
            within = min(counted.get(one.organization_id, 0), one.count)
            counted[one.organization_id] = counted.get(one.organization_id, 0) - within
            one.count -= within
        one.delegate = one.group_name = None


def forget_wishes(now: datetime) -> None:
    """Delete what people ticked and left at the door a week ago, in all that is chosen."""
    db.session.execute(delete(DoorWish).where(DoorWish.at < now - WISHES_KEPT))


@jobs.every("attendance.forget", timedelta(days=1))
def forget_nightly() -> None:
    """The nightly job, for all coalitions. Twice is once."""
    now = clock.now()
    forget_names(now)
    forget_wishes(now)
    db.session.commit()
