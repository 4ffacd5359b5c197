"""Saying how many people are wanted, and how many were counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.operations import record
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.events.models import Event
from crm.events.queries.parts import list_parts
from crm.turnout.models import MOST_PEOPLE, Method, ShownTurnout, TurnoutCount, TurnoutDate
from crm.turnout.queries import find_turnout_date


@dataclass(frozen=True)
class Counted:
    """A count as it is entered. With area (square metres) and density, low and high may be left out."""

    method: Method
    low: int | None = None
    high: int | None = None
    area_m2: float | None = None
    per_m2: float | None = None
    counted_by: str = ""
    note: str = ""


def set_goal(viewer: Viewer, event: Event, on_date: date, goal: int | None) -> None:
    """Say how many people are wanted on a date; None: nobody says any more. Raises Refused."""
    if goal is not None and not 1 <= goal <= MOST_PEOPLE:
        raise Refused(_("Write how many people are wanted, 1 or more."), "goal")
    its = find_turnout_date(event.id, on_date)
    if (its.goal if its else None) == goal:
        return
    its = its or _begin(event.id, on_date)
    its.goal = goal
    record(viewer, "turnout.goal", event, on=on_date.isoformat())


def add_count(viewer: Viewer, event: Event, on_date: date, counted: Counted) -> TurnoutCount:
    """Enter a count of a date; the latest is the official one unless another is chosen. Raises Refused."""
    low, high = _range(counted)
    by_area = counted.method is Method.AREA
    count = TurnoutCount(
        event_id=event.id,
        on_date=on_date,
        low=low,
        high=high,
        method=counted.method,
        area_m2=counted.area_m2 if by_area else None,
        per_m2=counted.per_m2 if by_area else None,
        counted_by=counted.counted_by,
        note=counted.note,
        entered_by_id=viewer.user_id,
        entered_at=clock.now(),
    )
    db.session.add(count)
    record(viewer, "turnout.count", count, event=event.id, on=on_date.isoformat())
    return count


def _range(counted: Counted) -> tuple[int, int]:
    """Low and high: as they were given, else area × density, else the one of them that was."""
    low, high = counted.low, counted.high
    if counted.method is Method.AREA:
        if not counted.area_m2 or not counted.per_m2:
            raise Refused(_("Write the area and how many people stood on each square meter."), "area_m2")
        if low is None and high is None:
            low = high = round(counted.area_m2 * counted.per_m2)
    low = high if low is None else low
    high = low if high is None else high
    if low is None or high is None:
        raise Refused(_("Write how many people were counted."), "low")
    if not 0 <= low <= MOST_PEOPLE or high > MOST_PEOPLE:
        raise Refused(_("This is more than there can be. Check the number."), "low")
    if high < low:
        raise Refused(_("The high number is at least the low one."), "high")
    return low, high


def remove_count(viewer: Viewer, count: TurnoutCount) -> None:
    """Take a count back; the latest of the others is the official one, if it was chosen."""
    if count.removed_at is None:
        count.removed_at = clock.now()
        record(viewer, "turnout.remove_count", count, event=count.event_id)


def restore_count(viewer: Viewer, count: TurnoutCount) -> None:
    """Count it after all."""
    if count.removed_at is not None:
        count.removed_at = None
        record(viewer, "turnout.restore_count", count, event=count.event_id)


def choose_count(viewer: Viewer, count: TurnoutCount, *, chosen: bool = True) -> None:
    """Go by this count of its date; or by the latest again."""
    its = find_turnout_date(count.event_id, count.on_date) or _begin(count.event_id, count.on_date)
    number = count.id if chosen else None
    if its.chosen_id != number:
        its.chosen_id = number
        record(viewer, "turnout.choose", count, event=count.event_id)


def show_growth(viewer: Viewer, event: Event, shown: bool) -> None:
    """Let the growth of an event, with all parts of its series, stand on its public page, or take it off."""
    parts = list_parts(viewer, event)
    query = select(ShownTurnout).where(ShownTurnout.event_id.in_([one.id for one in parts]))
    rows = {one.event_id: one for one in db.session.scalars(query)}
    for part in parts:
        row = rows.get(part.id)
        if (row.is_shown if row else False) is shown:
            continue
        if row is None:
            row = ShownTurnout(event_id=part.id)
            db.session.add(row)
        row.is_shown, row.changed_by_id, row.changed_at = shown, viewer.user_id, clock.now()
        record(viewer, "turnout.publish" if shown else "turnout.hide", part)


def _begin(event_id: int, on_date: date) -> TurnoutDate:
    its = TurnoutDate(event_id=event_id, on_date=on_date)
    db.session.add(its)
    return its
