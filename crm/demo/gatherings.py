"""What the demo coalition comes together for: a weekly demonstration and meetings of each kind."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from crm.core.permissions import Viewer
from crm.demo.chronicle import Chronicle, World
from crm.demo.content.meetings import (
    COALITION_MEETING,
    DEMONSTRATION,
    ELSEWHERE,
    HOLIDAY_REASON,
    MEETINGS,
    STORM_REASON,
    Meeting,
)
from crm.events.models import EventKind, Visibility
from crm.events.operations import Change, Plan, cancel_date, change_date, schedule_event
from crm.events.recurrence import Frequency, Rule, Weekday

# What a venue offers, as a meeting and its plan call it alike.
OFFERS = (
    "is_home",
    "step_free",
    "interpretation",
    "childcare",
    "food",
    "directions",
    "online_url",
)
NOON, HOURS = time(12), timedelta(hours=2)
WEEK = timedelta(weeks=1)
WEEKS_BEHIND = 12
# How many weeks from the next one a date is moved, held elsewhere or cancelled; behind is negative.
MOVED, CANCELLED, STORM = 2, 4, -3


def next_saturday(now: datetime) -> date:
    """The Saturday whose demonstration has yet to end; `now` in the coalition's zone."""
    day = now.date() + timedelta(days=(Weekday.SATURDAY - now.weekday()) % 7)
    ended = datetime.combine(day, NOON, now.tzinfo) + HOURS <= now
    return day + WEEK if ended else day


def inauguration_day(next_one: date) -> date:
    """The 20 January to which the series runs, so far off that what is moved lies before it."""
    year = next_one.year
    while date(year, 1, 20) < next_one + (CANCELLED + 1) * WEEK:
        year += 1
    return date(year, 1, 20)


def add_gatherings(chronicle: Chronicle) -> None:
    """Schedule everything in the past of the history, and change single dates of it."""
    world, local_now = chronicle.world, chronicle.now.astimezone(chronicle.world.coalition.zone)
    next_one = next_saturday(local_now)
    chronicle.add(WEEKS_BEHIND * 7 + 12, time(20), _schedule_demonstrations, world, next_one)
    _add_changes(chronicle, next_one)
    monday = chronicle.today - timedelta(days=chronicle.today.weekday())
    for number, meeting in enumerate(MEETINGS):
        viewer = world.organizing if meeting.kind is EventKind.WORKPLACE else world.lead
        chronicle.add(20, time(18, number), schedule_meeting, world, viewer, meeting, monday)
    # Before its first agenda is prepared, whichever day of the week it is today.
    chronicle.add(64, time(18), schedule_meeting, world, world.lead, COALITION_MEETING, monday - 8 * WEEK)


def schedule_meeting(world: World, viewer: Viewer, meeting: Meeting, monday: date) -> None:
    """Put a meeting into the week that begins on a Monday, or some weeks after it."""
    day = monday + timedelta(weeks=meeting.weeks, days=meeting.weekday)
    plan = _plan(meeting, datetime.combine(day, meeting.at))
    published = meeting.published
    world.events[meeting.title] = schedule_event(viewer, world.coalition, plan, publish=published)


def _plan(meeting: Meeting, starts_local: datetime) -> Plan:
    return Plan(
        kind=meeting.kind,
        title=meeting.title,
        starts_local=starts_local,
        duration=timedelta(minutes=meeting.minutes),
        visibility=meeting.visibility,
        rule=meeting.rule,
        description=meeting.description,
        place_name=meeting.place,
        address=meeting.address,
        area=meeting.area,
        picked=frozenset(starts_local.date() + timedelta(weeks=weeks) for weeks in meeting.again),
        **{name: getattr(meeting, name) for name in OFFERS},
    )


def _schedule_demonstrations(world: World, next_one: date) -> None:
    title, description, place, address = DEMONSTRATION
    saturdays = frozenset({Weekday.SATURDAY})
    plan = Plan(
        kind=EventKind.DEMONSTRATION,
        title=title,
        starts_local=datetime.combine(next_one - WEEKS_BEHIND * WEEK, NOON),
        duration=HOURS,
        visibility=Visibility.PUBLIC,
        rule=Rule(Frequency.WEEKLY, weekdays=saturdays, until=inauguration_day(next_one)),
        description=description,
        place_name=place,
        address=address,
        area="Downtown",
    )
    world.events[title] = schedule_event(world.lead, world.coalition, plan)


def _add_changes(chronicle: Chronicle, next_one: date) -> None:
    world = chronicle.world
    storm, moved, off = (next_one + weeks * WEEK for weeks in (STORM, MOVED, CANCELLED))
    chronicle.add((chronicle.today - storm).days + 1, time(17), _cancel, world, storm, STORM_REASON)
    place, address = ELSEWHERE
    change = Change(datetime.combine(moved, time(13)), place_name=place, address=address)
    chronicle.add(3, time(19), _change, world, moved, change)
    chronicle.add(2, time(19), _cancel, world, off, HOLIDAY_REASON)


def _cancel(world: World, on_date: date, reason: str) -> None:
    cancel_date(world.lead, world.events[DEMONSTRATION[0]], on_date, reason)


def _change(world: World, on_date: date, change: Change) -> None:
    change_date(world.lead, world.events[DEMONSTRATION[0]], on_date, change)
