"""What the demo coalition invites to: invented places in an invented city."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from crm.events.models import EventKind, Said, Visibility
from crm.events.recurrence import Frequency, Rule, Weekday

# (title, description, place, address)
DEMONSTRATION = (
    "Saturday demonstration for a sanctuary city",
    "Every Saturday until inauguration day, rain or shine. Bring your group’s banner, water and a friend who "
    "has never come. Marshals meet at half past eleven by the fountain; children’s corner and wheelchair "
    "places in front; speeches interpreted into Spanish and American Sign Language.",
    "Fountain Square",
    "Harbor Street at First Avenue",
)
# (place, address): where one of the dates is held instead.
ELSEWHERE = ("City Hall, south steps", "200 Harbor Street")
STORM_REASON = "Storm warning for the whole harbor."
HOLIDAY_REASON = "Holiday week: rest, and bring two friends to the next one."


@dataclass(frozen=True)
class Meeting:
    """A meeting `weeks` after the present week, on a weekday (0: Monday), at a local time."""

    kind: EventKind
    visibility: Visibility
    title: str
    weeks: int
    weekday: int
    at: time
    place: str = ""
    address: str = ""
    area: str = ""
    minutes: int = 90
    description: str = ""
    rule: Rule | None = None
    is_home: bool = False
    step_free: Said = Said.UNSAID
    interpretation: str = ""
    childcare: str = ""
    food: str = ""
    directions: str = ""
    online_url: str = ""
    # The weeks after the first in which it takes place once more, on the same day.
    again: tuple[int, ...] = ()
    published: bool = True


COALITION_MEETING = Meeting(
    EventKind.COALITION, Visibility.GROUPS, "Meeting of the groups’ delegates", 0, 3, time(18, 30),
    "Longshore Hall", "45 Pier Road", "Ferry Landing", 120,
    "Reports from the sectors, the next four Saturdays, who calls whom.",
    Rule(Frequency.WEEKLY, every=2, weekdays=frozenset({Weekday.THURSDAY})),
)  # fmt: skip

MEETINGS = (
    Meeting(
        EventKind.NEIGHBORHOOD, Visibility.PUBLIC, "Old Mill neighborhood meeting", 1, 1, time(19),
        "Old Mill Library, reading room", "310 Weaver Street", "Old Mill",
        description="Who lives on your block, who needs a ride, who comes on Saturday.",
        step_free=Said.YES, childcare="From three years, in the children’s room", food="Soup, also vegan",
        directions="Bus 7 to Weaver Street; ring at the side door.", interpretation="Spanish",
        rule=Rule(Frequency.WEEKLY, every=3, weekdays=frozenset({Weekday.TUESDAY})),
    ),
    Meeting(
        EventKind.NEIGHBORHOOD, Visibility.PUBLIC, "Asamblea de vecinas y vecinos de la Loma Este", 1, 2,
        time(18, 30), "Casa parroquial", "88 Calle del Puerto", "East Slope", 120,
        "En español. Hay comida y cuidado de niños.", interpretation="inglés", childcare="todas las edades",
    ),
    Meeting(
        EventKind.NEIGHBORHOOD, Visibility.AREA, "Garfield Heights kitchen-table meeting", 2, 0, time(19, 30),
        "At Maren and Tomás’s", "17 Lookout Lane", "Garfield Heights", is_home=True,
        description="A small one, at home. The address comes with your answer.",
    ),
    Meeting(
        EventKind.CAMPUS, Visibility.PUBLIC, "Sanctuary campus: what we ask of the trustees", 1, 0, time(17),
        "Bellwater State, Union Building, room 204", "1 College Way", "University District",
    ),
    Meeting(
        EventKind.WORKPLACE, Visibility.CLOSED, "Night shift at the cannery", 1, 3, time(6, 30),
        "Back room of the bakery", "9 Flour Alley", "Cannery", 60,
        "Bring one person you trust from each line.",
    ),
    Meeting(
        EventKind.TRAINING, Visibility.PUBLIC, "Marshal training", 1, 6, time(14), "Longshore Hall",
        "45 Pier Road", "Ferry Landing", 180, "Calm, kind and visible: how we keep each other safe.",
        again=(2, 5), step_free=Said.YES, online_url="https://meet.example/marshals",
    ),
    Meeting(
        EventKind.HEARING, Visibility.PUBLIC, "Council hears the sanctuary ordinance", 3, 1, time(17, 30),
        "City Hall, council chamber", "200 Harbor Street", "Downtown", 180,
        "Sign up to speak at the door from five o’clock; two minutes each.",
    ),
    Meeting(
        EventKind.OTHER, Visibility.PUBLIC, "Banner painting", 0, 4, time(16), "Tidewater Bicycle Works",
        "52 Net Street", "Cannery", 150,
    ),
    Meeting(
        EventKind.TRAINING, Visibility.GROUPS, "Know your rights at work", 4, 3, time(18), "Longshore Hall",
        "45 Pier Road", "Ferry Landing", 120, "A draft: the lawyers have yet to confirm.", published=False,
    ),
)  # fmt: skip
