"""The demo's delegates meet: agendas, minutes, what comes of them, and which groups came."""

from __future__ import annotations

from datetime import date, time, timedelta

from crm.attendance.models import Presence
from crm.attendance.operations import set_group, set_rules
from crm.attendance.rules import AttendanceRules
from crm.core import clock
from crm.demo.chronicle import Chronicle, World
from crm.demo.content.assembly import AGENDA, CAME_OF_IT, DELEGATIONS, MINUTES, QUORUM
from crm.demo.content.meetings import COALITION_MEETING
from crm.meetings.operations import add_action_item, add_decision, save_agenda, save_minutes
from crm.meetings.ready import Draft
from crm.outreach.operations import finish_follow_up

FORTNIGHT = timedelta(weeks=2)


def add_assemblies(chronicle: Chronicle) -> None:
    """The meetings of the last eight weeks, and the agenda of the next one."""
    world, today = chronicle.world, chronicle.today
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=8) + timedelta(days=COALITION_MEETING.weekday)
    for number in range(len(CAME_OF_IT)):
        day = first + number * FORTNIGHT
        ago = (today - day).days
        chronicle.add(ago + 1, time(17), _prepare, world, day)
        chronicle.add(ago, time(21), _note, world, day, number)
    next_one = first + len(CAME_OF_IT) * FORTNIGHT
    chronicle.add(1, time(17), _prepare, world, next_one if next_one >= today else next_one + FORTNIGHT)


def _prepare(world: World, day: date) -> None:
    event = world.events[COALITION_MEETING.title]
    save_agenda(world.lead, event, day, [Draft(*item) for item in AGENDA])
    set_rules(world.lead, AttendanceRules(quorum_percent=QUORUM))


def _note(world: World, day: date, number: int) -> None:
    event, who = world.events[COALITION_MEETING.title], world.organizing
    decision, title, days, done = CAME_OF_IT[number]
    save_minutes(who, event, day, MINUTES)
    add_decision(who, event, day, decision)
    due_on = clock.today(world.coalition.zone) + timedelta(days=days)
    item = add_action_item(who, event, day, title=title, due_on=due_on, owner_id=world.organizer.id)
    if done:
        finish_follow_up(who, item.follow_up)
    for place, group in enumerate(list(world.organizations.values())[:DELEGATIONS]):
        # Every sixth comes to the first one alone; of the others one or two miss each.
        came = number == 0 if place % 6 == 5 else (place + number) % 9 > 0
        state = Presence.PRESENT if came else Presence.EXCUSED if place % 2 else Presence.ABSENT
        set_group(who, event, day, group, state, 1 + place % 3)
