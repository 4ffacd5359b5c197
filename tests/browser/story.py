"""What the people of the story know from one chapter to the next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

PASSWORD = "four words nobody guesses"
TODAY = datetime.now(UTC).date()
SATURDAY = TODAY + timedelta(days=(5 - TODAY.weekday()) % 7 + 7)
MINIMUM = (
    "No city help for raids and deportations",
    "No part in registries or surveillance by religion",
    "A safe city for everyone under threat",
    "No criminalizing of protest and organizing",
)
GROUPS = (
    ("Harbor Tenants Union", "community group", "Ballard"),
    ("Longshore Workers Local 19", "union", "Harbor"),
    ("First Unitarian Society of Harbor City", "congregation", "Old Town"),
    ("Estudiantes Unidos", "student group", "University District"),
)
