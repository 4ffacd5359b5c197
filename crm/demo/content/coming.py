"""Who comes to the demo's dates, and which meetings are offered: invented people, reserved domains."""

from __future__ import annotations

from datetime import time
from typing import Any

from crm.events.models import EventKind

# (title of the event, places, [(people, name, mail, wants to hear of the next one)])
ANSWERS = (
    (
        "Saturday demonstration for a sanctuary city",
        None,
        [
            (4, "Marisol", "marisol@mail.example", True),
            (2, "", "", False),
            (1, "Dale", "dale@mail.example", False),
            (6, "Block captain on Weaver Street", "", False),
            (3, "", "", False),
        ],
    ),
    (
        "Garfield Heights kitchen-table meeting",
        8,
        [
            (2, "Imani", "imani@mail.example", True),
            (3, "", "", False),
            (3, "Paul and the kids", "paul@mail.example", False),
            (2, "Chen", "chen@mail.example", False),
        ],
    ),
    ("Marshal training", 40, [(5, "Roofers", "roofers@mail.example", False), (1, "Noor", "", False)]),
)
# Of the demonstration: a group that may join.
LEAD = "Bellwater Beekeepers"
AGENDA = (
    "10 minutes: Who we are and what brings us here\n"
    "15 minutes: What the coalition demands, word for word\n"
    "25 minutes: What we see and need right here\n"
    "20 minutes: Whom each of us brings on Saturday\n"
    "10 minutes: Who does what until when"
)
# (days from today, wall time, what was typed)
OFFERS: tuple[tuple[int, time, dict[str, Any]], ...] = (
    (
        13,
        time(19),
        {
            "kind": EventKind.NEIGHBORHOOD,
            "title": "Ferry Landing stair-step meeting",
            "place_name": "Laundry room",
            "address": "6 Anchor Row",
            "area": "Ferry Landing",
            "is_home": True,
            "host_name": "Grace Odell",
            "host_email": "grace@mail.example",
        },
    ),
    (
        16,
        time(15, 30),
        {
            "kind": EventKind.WORKPLACE,
            "title": "Bus drivers between shifts",
            "place_name": "Back table of the diner",
            "address": "31 Depot Street",
            "area": "Depot",
            "is_home": False,
            "host_name": "Luis Arce",
            "host_email": "luis@mail.example",
        },
    ),
)
SUBSCRIBERS: tuple[tuple[str, list[str], list[str]], ...] = (
    ("hazel@mail.example", ["demonstration"], []),
    ("omar@mail.example", [], ["Old Mill"]),
)
