"""Names of who came are not kept for ever; how many came is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, delete, or_, select

from crm.attendance.models import Attendance, DoorWish
from crm.core.db import db
from crm.core.retention import Due, Rule, count_due, register

# 7-safety: attendance by name for 12 months, then counts; contacts of who came for 7 days.
NAMES_KEPT = timedelta(days=365)
WISHES_KEPT = timedelta(days=7)


def _with_names(before: datetime) -> tuple[ColumnElement[bool], ...]:
    named = or_(Attendance.delegate.is_not(None), Attendance.group_name.is_not(None))
    return Attendance.on_date < before.date(), named


def forget_names(now: datetime, kept: timedelta = NAMES_KEPT) -> int:
    """Wipe the names of who came so long ago, in all that is chosen; how many they were.

    The numbers stay as they were told: of a group the larger of its delegates and of those it counted.
    """
    return _forget(*_with_names(now - kept))


def forget_entries(ids: Sequence[int]) -> int:
    """Wipe the names of these entries, of the chosen coalition; how many had one."""
    return _forget(Attendance.id.in_(ids), Attendance.delegate.is_not(None))


def _forget(*conditions: ColumnElement[bool]) -> int:
    query = select(Attendance).where(*conditions)
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


def forget_wishes(now: datetime, kept: timedelta = WISHES_KEPT) -> None:
    """Delete what people ticked and left at the door so long ago, in all that is chosen."""
    db.session.execute(delete(DoorWish).where(DoorWish.at < now - kept))


def _names_due(now: datetime, kept: timedelta) -> Due:
    return count_due(Attendance.on_date, *_with_names(now - kept))


register(
    Rule(
        "attendance_names",
        _l("Who came, by name"),
        _l("After the date. The names go; how many came, and from which group, stays."),
        days=NAMES_KEPT.days,
        least=30,
        most=730,
        due=_names_due,
        forget=forget_names,
    )
)
register(
    Rule(
        "door_wishes",
        _l("Addresses that people left at the door"),
        _l("After the date. They go; who asked for news has a subscription of their own by then."),
        days=WISHES_KEPT.days,
        least=2,
        most=30,
        due=lambda now, kept: count_due(DoorWish.at, DoorWish.at < now - kept),
        forget=forget_wishes,
    )
)
