"""What the front page shows: the next demonstration, the demands, who stands behind them, meetings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from crm.core.permissions import ANONYMOUS
from crm.demands.queries import DemandInForce, Endorsers, list_demands_in_force, list_public_endorsers
from crm.events.models import Event, EventKind
from crm.events.queries import EventDate, exceptions_of, list_events, series_of, tell
from crm.events.queries.parts import week_of
from crm.events.series import Window, expand

# Almost always something lies within the first of these spans; the whole of the second is looked through only
# where no demonstration does.
SOON, AHEAD = timedelta(days=62), timedelta(days=400)
MEETINGS = 5
# What is cancelled or moved so soon is told on top, as no calendar app is quick enough.
AT_ONCE = timedelta(days=7)
# Dates of one event that are looked at: the next ones alone.
EACH = 6


@dataclass(frozen=True)
class Demonstration:
    """A date of a demonstration; `week` counts the dates of its series, None for one that stands alone."""

    date: EventDate
    week: int | None
    # Where it is held otherwise, if this date is held elsewhere; empty if not.
    usual_place: str

    @property
    def is_moved(self) -> bool:
        return self.date.moved_from is not None or bool(self.usual_place)


@dataclass(frozen=True)
class Front:
    """All that the front page shows. `cancelled`: the dates that fall out before the next demonstration.

    `changed`: what else within a week is cancelled or moved.
    """

    next: Demonstration | None
    cancelled: Sequence[EventDate]
    changed: Sequence[Demonstration]
    demands: Sequence[DemandInForce]
    endorsers: Endorsers
    meetings: Sequence[EventDate]

    @property
    def is_new(self) -> bool:
        """Whether there is nothing to show yet but the coalition's name."""
        return not (self.next or self.cancelled or self.demands or self.endorsers.count or self.meetings)


def show_front(now: datetime, language: str | None) -> Front:
    """The front page as everybody sees it, whoever looks: it may be kept by caches."""
    events = list_events(ANONYMOUS, Window(now, now + SOON))
    dates = _soonest(events, now)
    demonstrations = [pair for pair in dates if pair[0].kind is EventKind.DEMONSTRATION][:EACH]
    if not any(not one.cancelled for one, _event in demonstrations):
        kinds = (EventKind.DEMONSTRATION,)
        demonstrations = _soonest(list_events(ANONYMOUS, Window(now, now + AHEAD), kinds), now)[:EACH]
    following = next((pair for pair in demonstrations if not pair[0].cancelled), None)
    cancelled = [one for one, _event in takewhile(lambda pair: pair[0].cancelled, demonstrations)]
    said = [*cancelled, *([following[0]] if following else [])]
    return Front(
        next=_demonstration(*following) if following else None,
        cancelled=cancelled,
        changed=_changed_soon([pair for pair in dates if pair[0] not in said], now),
        demands=list_demands_in_force(language),
        endorsers=list_public_endorsers(),
        meetings=[one for one, _event in dates if one.kind is not EventKind.DEMONSTRATION][:MEETINGS],
    )


def _soonest(events: Iterable[Event], now: datetime) -> list[tuple[EventDate, Event]]:
    """The next dates, each with its event; the soonest first."""
    dates = [pair for event in events for pair in _next_dates(event, now)]
    return sorted(dates, key=lambda pair: (pair[0].starts_at, pair[0].event_id))


def _changed_soon(dates: Iterable[tuple[EventDate, Event]], now: datetime) -> list[Demonstration]:
    """What is cancelled or moved of the next days, as it was to be or as it is now."""
    soon = [Demonstration(one, None, _usual_place(one, event)) for one, event in dates if _is_soon(one, now)]
    return [one for one in soon if one.date.cancelled or one.is_moved]


def _is_soon(one: EventDate, now: datetime) -> bool:
    was = one.moved_from.replace(tzinfo=ZoneInfo(one.timezone)) if one.moved_from else one.starts_at
    return min(one.starts_at, max(was, now)) <= now + AT_ONCE


def _next_dates(event: Event, now: datetime) -> Iterator[tuple[EventDate, Event]]:
    window = Window(now, now + AHEAD)
    for instance in expand(series_of(event), exceptions_of(event), window, limit=EACH):
        yield tell(event, instance, ANONYMOUS), event


def _demonstration(one: EventDate, event: Event) -> Demonstration:
    return Demonstration(one, week_of(ANONYMOUS, event, one.on_date), _usual_place(one, event))


def _usual_place(one: EventDate, event: Event) -> str:
    """Where it is held otherwise, if this date is held elsewhere."""
    elsewhere = one.place_name and event.place_name and one.place_name != event.place_name
    return event.place_name if elsewhere else ""
