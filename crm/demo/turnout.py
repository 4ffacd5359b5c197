"""Twelve weeks of the demo's Saturdays: counts, goals, and roles for the next one."""

from __future__ import annotations

from datetime import date, time

from crm.demo.chronicle import Chronicle, World
from crm.demo.content.meetings import DEMONSTRATION
from crm.demo.content.turnout import COUNTS, GOALS, NEEDS, SECOND, TAKEN_BY_GROUPS, TAKEN_BY_NAME
from crm.demo.gatherings import WEEK, next_saturday
from crm.events.queries import find_date
from crm.roles.operations import RoleNeed, Taker, add_role, take_role
from crm.roles.queries import list_series_roles
from crm.turnout.models import Method
from crm.turnout.operations import Counted, add_count, choose_count, set_goal, show_growth
from crm.turnout.queries import list_turnout


def add_turnout(chronicle: Chronicle) -> None:
    """Count each Saturday in its afternoon, set goals, and let groups take roles for the next."""
    world = chronicle.world
    next_one = next_saturday(chronicle.now.astimezone(world.coalition.zone))
    for weeks, (low, high, method, by) in COUNTS.items():
        day = next_one - weeks * WEEK
        counted = Counted(method, low, high, counted_by=by)
        chronicle.add((chronicle.today - day).days, time(16), _count, world, day, counted)
    last = next_one - WEEK
    chronicle.add((chronicle.today - last).days, time(17), _count_again, world, last)
    for weeks, goal in GOALS.items():
        chronicle.add(9, time(18, weeks), _want, world, next_one - weeks * WEEK, goal)
    chronicle.add(60, time(19), _name_roles, world)
    chronicle.add(4, time(19), _take_roles, world, next_one)
    chronicle.add(30, time(19), _show, world)


def _count(world: World, day: date, counted: Counted) -> None:
    add_count(world.organizing, world.events[DEMONSTRATION[0]], day, counted)


def _count_again(world: World, day: date) -> None:
    """A second count, by area; the marshals' stays the official one."""
    event, (area, density, by) = world.events[DEMONSTRATION[0]], SECOND
    one = find_date(event, world.lead, day)
    first = list_turnout([one])[0].official if one else None
    add_count(world.lead, event, day, Counted(Method.AREA, area_m2=area, per_m2=density, counted_by=by))
    if first is not None:
        choose_count(world.lead, first)


def _want(world: World, day: date, goal: int) -> None:
    set_goal(world.lead, world.events[DEMONSTRATION[0]], day, goal)


def _name_roles(world: World) -> None:
    for kind, needed, note in NEEDS:
        add_role(world.lead, world.events[DEMONSTRATION[0]], RoleNeed(kind, needed, note=note))


def _take_roles(world: World, day: date) -> None:
    event = world.events[DEMONSTRATION[0]]
    by_kind = {role.kind: role for role in list_series_roles(event.id)}
    for kind, name, count in TAKEN_BY_GROUPS:
        take_role(world.organizing, by_kind[kind], day, Taker(world.organizations[name]), count)
    for kind, name in TAKEN_BY_NAME:
        take_role(world.organizing, by_kind[kind], day, Taker(name=name))


def _show(world: World) -> None:
    show_growth(world.lead, world.events[DEMONSTRATION[0]], True)
