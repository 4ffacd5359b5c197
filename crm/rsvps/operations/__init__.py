"""Saying that one comes and taking it back (`saying`), places and who waits (`places`), forgetting."""

from crm.rsvps.operations.mails import own_url
from crm.rsvps.operations.places import follow_split, move_up, set_places
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
    "follow_split",
    "forget_contacts",
    "move_up",
    "own_url",
    "reveal_rsvps",
    "say_coming",
    "set_places",
]
