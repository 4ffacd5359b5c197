"""Who stands behind the demo's Saturdays: all of them, or one."""

from __future__ import annotations

from datetime import date, time

from crm.demo.chronicle import Chronicle, World
from crm.demo.content.meetings import DEMONSTRATION
from crm.demo.gatherings import next_saturday
from crm.demonstrations.models import CoSponsorState
from crm.demonstrations.operations import answer_co_sponsorship, ask_to_co_sponsor

ACCEPTED, DECLINED, ASKED = CoSponsorState.ACCEPTED, CoSponsorState.DECLINED, CoSponsorState.ASKED
# (group, what it answered, is it for the next date alone, asked so many days ago)
ASKS = (
    ("United Port and Ferry Workers Local 12", ACCEPTED, False, 54),
    ("Hotel, Kitchen and Laundry Workers Local 9", ACCEPTED, False, 54),
    ("Rivertown Tenants Union", ACCEPTED, False, 53),
    ("First Unitarian Society of Bellwater", ACCEPTED, False, 50),
    ("Students for a Sanctuary Campus", ACCEPTED, False, 48),
    ("East Slope Islamic Center", ACCEPTED, False, 40),
    ("Casa Común de la Bahía", ACCEPTED, False, 33),
    ("Immigration Defense Lawyers of Bellwater", ACCEPTED, False, 30),
    ("Bellwater School Employees’ Federation", ACCEPTED, True, 12),
    ("Gurdwara of the River Bend", ACCEPTED, True, 9),
    ("Old Mill Books", DECLINED, False, 26),
    ("Building Cleaners and Guards United", ASKED, False, 6),
    ("Temple Mayim of Bellwater", ASKED, False, 5),
    ("Radio Bellwater 98.9 Volunteers", ASKED, True, 3),
)


def add_co_sponsors(chronicle: Chronicle) -> None:
    """Ask groups to stand behind the demonstrations; most have answered."""
    world = chronicle.world
    next_one = next_saturday(chronicle.now.astimezone(world.coalition.zone))
    for number, (name, state, one_date, days_ago) in enumerate(ASKS):
        on_date = next_one if one_date else None
        chronicle.add(days_ago, time(12, number), _ask, world, number, name, on_date)
        if state is not ASKED:
            chronicle.add(days_ago - 2, time(16, number), _note, world, number, name, on_date, state)


def _ask(world: World, number: int, name: str, on_date: date | None) -> None:
    organization = world.organizations[name]
    ask_to_co_sponsor(world.caller(number), world.events[DEMONSTRATION[0]], organization, on_date)


def _note(world: World, number: int, name: str, on_date: date | None, state: CoSponsorState) -> None:
    """What they answered; the one asking is found again by what was asked."""
    event, viewer = world.events[DEMONSTRATION[0]], world.caller(number)
    asked = ask_to_co_sponsor(viewer, event, world.organizations[name], on_date)
    answer_co_sponsorship(viewer, asked, state, "By phone")
