"""How the demo's Saturdays grew, and who does what there. All of it invented."""

from __future__ import annotations

from crm.roles.models import RoleKind
from crm.turnout.models import Method

ENTRY, AREA, PHOTO, ESTIMATE = Method.ENTRY, Method.AREA, Method.PHOTO, Method.ESTIMATE
# Weeks before the next date: (low, high, how, by whom). The week of the storm has none.
COUNTS = {
    12: (120, 140, ESTIMATE, "The facilitator"),
    11: (150, 170, ENTRY, "Two marshals at the fountain"),
    10: (160, 190, ENTRY, "Two marshals at the fountain"),
    9: (210, 250, PHOTO, "From the library's roof, at 12:40"),
    8: (230, 260, ENTRY, "Two marshals at the fountain"),
    7: (220, 270, PHOTO, "From the library's roof, at 12:30"),
    6: (290, 330, ENTRY, "Three marshals, both ends of the square"),
    5: (340, 380, ENTRY, "Three marshals, both ends of the square"),
    4: (350, 420, PHOTO, "From the library's roof, at 12:45"),
    2: (400, 440, ENTRY, "Three marshals, both ends of the square"),
    1: (530, 590, ENTRY, "Four marshals, all corners of the square"),
}
# Of the last one there is a second count: square meters, people on each, by whom.
SECOND = (420.0, 1.5, "The legal observers")
# Weeks from the next date: people wanted.
GOALS = {1: 500, 0: 600}
# What each Saturday needs.
NEEDS = (
    (RoleKind.FACILITATOR, 1, ""),
    (RoleKind.MARSHALS, 6, "Meet at the fountain at 11:15; vests are there"),
    (RoleKind.MEDICS, 2, ""),
    (RoleKind.LEGAL_OBSERVERS, 2, ""),
    (RoleKind.SOUND, 1, "A speaker on wheels and a spare battery"),
    (RoleKind.INTERPRETER, 2, "Spanish and ASL, beside the stage"),
)
# Who takes it on the next date: a group, or a person by name.
TAKEN_BY_GROUPS = (
    (RoleKind.MARSHALS, "United Port and Ferry Workers Local 12", 3),
    (RoleKind.MARSHALS, "Students for a Sanctuary Campus", 2),
    (RoleKind.LEGAL_OBSERVERS, "Immigration Defense Lawyers of Bellwater", 2),
    (RoleKind.SOUND, "Radio Bellwater 98.9 Volunteers", 1),
    (RoleKind.INTERPRETER, "Casa Común de la Bahía", 1),
)
TAKEN_BY_NAME = ((RoleKind.FACILITATOR, "Maren Ostrow"), (RoleKind.MEDICS, "Tomás Aguilar"))
