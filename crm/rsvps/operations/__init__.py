"""Saying that one comes and taking it back (`saying`), places and who waits (`places`), forgetting."""

from crm.rsvps.operations.places import move_up, set_places
from crm.rsvps.operations.retention import forget_contacts
from crm.rsvps.operations.saying import (
    Coming,
    cancel_rsvp,
    change_people,
    confirm_rsvp,
    reveal_rsvps,
    say_coming,
)

__all__ = [
    "Coming",
    "cancel_rsvp",
    "change_people",
    "confirm_rsvp",
    "forget_contacts",
    "move_up",
    "reveal_rsvps",
    "say_coming",
    "set_places",
]
