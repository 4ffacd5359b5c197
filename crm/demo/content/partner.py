"""What a partner of the demo announces in its own calendar: a union of tenants, invented like the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

# (name, address, the group whose it is)
CALENDAR = ("Rivertown Tenants Union", "https://tenants.example/events.ics", "Rivertown Tenants Union")


@dataclass(frozen=True)
class Announced:
    """Something `weeks` after the present week and so many times a week apart, on a weekday (0: Monday).

    `at` None: all day. `cancelled`: which of them is called off, from 0.
    """

    title: str
    weeks: int
    weekday: int
    at: time | None
    minutes: int = 90
    place: str = ""
    times: int = 1
    every: int = 1
    cancelled: int | None = None


ANNOUNCED: tuple[Announced, ...] = (
    Announced("Know your lease: a clinic", 0, 1, time(18), 120, "Rivertown Library, room 2", 10, 1, 2),
    Announced("Delegates of the buildings", 1, 2, time(19), 90, "Mill Street Community Kitchen", 4, 2),
    Announced("Courtyard supper of Mill Street", 1, 6, time(17), 180, "Mill Street 14–22"),
    Announced("Week of action for the rent cap", 2, 0, None),
)
# (title, when, why it was passed over)
PASSED_OVER = ("Board of the union", "", "private")
