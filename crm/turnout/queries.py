"""Reading turnout: what was wanted, promised and counted, by date and by week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from crm.core.db import db
from crm.core.permissions import Viewer
from crm.demonstrations.models import CoSponsorship, CoSponsorState
from crm.demonstrations.queries.turnout import map_promised_turnout
from crm.events.models import Event, EventKind
from crm.events.queries import EventDate, list_dates, list_event_dates
from crm.events.queries.parts import list_parts
from crm.events.series import Window
from crm.turnout.growth import WEEK, DatedTurnout, Growth, grow, monday_of
from crm.turnout.models import ShownTurnout, TurnoutCount, TurnoutDate

# A year is looked at for the best; so many weeks are shown.
LOOKED_AT = timedelta(days=371)
WEEKS_SHOWN = 12
COMING = timedelta(days=10)
Dated = tuple[int, date]


@dataclass(frozen=True)
class DateTurnout:
    """One date with all of its figures. `official` is the count that the organizers go by."""

    date: EventDate
    promised: int
    goal: int | None = None
    counts: Sequence[TurnoutCount] = field(default_factory=list)
    official: TurnoutCount | None = None
    # Whether somebody chose it; else it is the latest.
    is_chosen: bool = False


def list_turnout(dates: Sequence[EventDate]) -> list[DateTurnout]:
    """The figures of these dates, in three statements whatever their number."""
    keys = [(one.event_id, one.on_date) for one in dates]
    counts, wanted = _map_counts(keys), _map_dates(keys)
    promised = map_promised_turnout(keys)
    return [_figures(one, counts, wanted, promised) for one in dates]


def _figures(
    one: EventDate,
    counts: Mapping[Dated, Sequence[TurnoutCount]],
    wanted: Mapping[Dated, TurnoutDate],
    promised: Mapping[Dated, int],
) -> DateTurnout:
    key = (one.event_id, one.on_date)
    mine, its = counts.get(key, []), wanted.get(key)
    chosen = next((count for count in mine if its and count.id == its.chosen_id), None)
    latest = mine[-1] if mine else None
    goal = its.goal if its else None
    return DateTurnout(one, promised.get(key, 0), goal, mine, chosen or latest, chosen is not None)


def _map_counts(keys: Iterable[Dated]) -> dict[Dated, list[TurnoutCount]]:
    ids, days = _parts(keys)
    query = (
        select(TurnoutCount)
        .where(TurnoutCount.event_id.in_(ids), TurnoutCount.on_date.in_(days))
        .where(TurnoutCount.removed_at.is_(None))
        .options(joinedload(TurnoutCount.entered_by))
        .order_by(TurnoutCount.id)
    )
    found: dict[Dated, list[TurnoutCount]] = {}
    for one in db.session.scalars(query):
        found.setdefault((one.event_id, one.on_date), []).append(one)
    return found


def _map_dates(keys: Iterable[Dated]) -> dict[Dated, TurnoutDate]:
    ids, days = _parts(keys)
    query = select(TurnoutDate).where(TurnoutDate.event_id.in_(ids), TurnoutDate.on_date.in_(days))
    return {(one.event_id, one.on_date): one for one in db.session.scalars(query)}


def _parts(keys: Iterable[Dated]) -> tuple[set[int], set[date]]:
    wanted = list(keys)
    return {event_id for event_id, _day in wanted}, {day for _event_id, day in wanted}


def find_turnout_date(event_id: int, on_date: date) -> TurnoutDate | None:
    """What the organizers want of a date, if they said."""
    query = select(TurnoutDate).where(TurnoutDate.event_id == event_id, TurnoutDate.on_date == on_date)
    return db.session.scalars(query).one_or_none()


def find_count(event_id: int, count_id: int) -> TurnoutCount | None:
    """One count of an event, taken back or not."""
    query = select(TurnoutCount).where(TurnoutCount.id == count_id, TurnoutCount.event_id == event_id)
    return db.session.scalars(query).one_or_none()


def is_shown(event_id: int) -> bool:
    """Whether the growth of an event is public."""
    query = select(ShownTurnout.is_shown).where(ShownTurnout.event_id == event_id)
    return bool(db.session.scalar(query))


def list_shown_parts(viewer: Viewer, event: Event) -> list[Event]:
    """The parts of a series of which the growth is public."""
    parts = list_parts(viewer, event)
    query = select(ShownTurnout.event_id).where(
        ShownTurnout.event_id.in_([one.id for one in parts]), ShownTurnout.is_shown
    )
    shown = set(db.session.scalars(query))
    return [one for one in parts if one.id in shown]


@dataclass(frozen=True)
class TurnoutPage:
    """The dates gone by and the next ones, newest first, with the growth that they make."""

    growth: Growth
    dates: Sequence[DateTurnout]


def show_turnout(
    viewer: Viewer,
    now: datetime,
    zone: ZoneInfo,
    parts: Sequence[Event] | None = None,
    weeks: int = WEEKS_SHOWN,
) -> TurnoutPage:
    """The growth of one series (`parts`: the events that it is, see `list_parts`), or of all the
    demonstrations that the viewer may know of, together.
    """
    window = Window(now - LOOKED_AT, now + COMING)
    if parts is None:
        dates = list_dates(viewer, window, [EventKind.DEMONSTRATION])
    else:
        dates = [one for event in parts for one in list_event_dates(event, viewer, window)]
    figures = list_turnout([one for one in dates if not one.cancelled])
    today = now.astimezone(zone).date()
    last = max((one.date.starts_local.date() for one in figures), default=today)
    # The weeks gone by, and after them this one and those that are announced.
    ahead = 1 + max((monday_of(last) - monday_of(today)) // WEEK, 0)
    growth = grow(
        [_dated(one) for one in figures],
        list_first_co_sponsored({one.id for one in parts or ()} or {one.event_id for one in dates}, zone),
        min((one.date.starts_local.date() for one in figures), default=today),
        last,
        weeks + ahead,
    )
    return TurnoutPage(growth, sorted(figures, key=lambda one: one.date.starts_at, reverse=True))


def _dated(one: DateTurnout) -> DatedTurnout:
    low = one.official.low if one.official else None
    high = one.official.high if one.official else None
    return DatedTurnout(one.date.starts_local.date(), one.promised, low, high, one.goal)


def list_first_co_sponsored(event_ids: Iterable[int], zone: ZoneInfo) -> list[date]:
    """The local days on which groups that co-sponsor said yes for the first time to any of these events."""
    first = func.min(CoSponsorship.answered_at)
    query = (
        select(first)
        .where(CoSponsorship.state == CoSponsorState.ACCEPTED, CoSponsorship.answered_at.is_not(None))
        .where(CoSponsorship.event_id.in_(event_ids))
        .group_by(CoSponsorship.organization_id)
    )
    return [at.astimezone(zone).date() for at in db.session.scalars(query) if at is not None]
