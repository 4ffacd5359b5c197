"""In the demo people say that they come, offer meetings, and ask for word of changes."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from crm.core import clock
from crm.demo.chronicle import Chronicle, World
from crm.demo.content.coming import AGENDA, ANSWERS, LEAD, OFFERS, SUBSCRIBERS
from crm.events.queries import EventDate, list_event_dates
from crm.events.series import Window
from crm.hosting.operations import Offer, offer_meeting
from crm.notices.operations import confirm, subscribe
from crm.notices.queries import confirm_token
from crm.rsvps.operations import Coming, confirm_rsvp, say_coming, set_places

LANGUAGE = "en"


def add_coming(chronicle: Chronicle) -> None:
    """Answers of the last days, offers that wait, and subscriptions."""
    world = chronicle.world
    chronicle.add(2, time(8), _limit, world)
    for title, _places, answers in ANSWERS:
        for number, answer in enumerate(answers):
            chronicle.add(1, time(9 + number, 5), _say, world, title, number, answer)
    for number, (days, at, typed) in enumerate(OFFERS):
        day = chronicle.today + timedelta(days=days)
        chronicle.add(1, time(20, number), _offer, number, day, at, typed)
    for number, (address, kinds, areas) in enumerate(SUBSCRIBERS):
        chronicle.add(4, time(12, number), _subscribe, world, f"demo {number}", address, kinds, areas)


def _next_date(world: World, title: str) -> EventDate:
    now = clock.now()
    dates = list_event_dates(world.events[title], world.lead, Window(now, now + timedelta(days=60)))
    return next(one for one in dates if not one.cancelled)


def _limit(world: World) -> None:
    for title, places, _answers in ANSWERS:
        if places is not None:
            set_places(world.lead, world.coalition, world.events[title], None, places)


def _say(world: World, title: str, number: int, answer: tuple[int, str, str, bool]) -> None:
    people, name, email, wants_next = answer
    group = LEAD if number == 3 and title == ANSWERS[0][0] else ""
    said = Coming(people, name, email, wants_next, group, LANGUAGE)
    one = _next_date(world, title)
    rsvp = say_coming(world.coalition, world.events[title], one, f"demo {title} {number}", said)
    if wants_next:
        confirm_rsvp(rsvp)


def _offer(number: int, day: date, at: time, typed: dict[str, object]) -> None:
    starts = datetime.combine(day, at)
    rest = {"minutes": 90, "agenda": AGENDA, "host_phone": "", "language": LANGUAGE}
    offer_meeting(f"demo {number}", Offer(starts_local=starts, **rest, **typed))  # type: ignore[arg-type]


def _subscribe(world: World, key: str, address: str, kinds: list[str], areas: list[str]) -> None:
    one = subscribe(world.coalition, key, address, kinds, areas, LANGUAGE)
    confirm(confirm_token(one))
