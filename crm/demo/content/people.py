"""The people of the demo: invented names, put together by number."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

COORDINATOR = ("coordinator@demo.example", "Imani Castellanos")
ORGANIZER = ("organizer@demo.example", "Theo Nakagawa")

FIRST = (
    "Rosalind Amadou Xochitl Bertrand Nadia Caspian Lucía Desmond Farida Ignacio Maren Tomás Odette Quang "
    "Sabine Rafael Wilhelmina Yusuf Zora Anselm Catalina Emeka Giulia Hiroko Jonah Leocadia"
).split()
LAST = (
    "Quillfeather Ouédraogo Tlalpan Marsh Haddadi Lindqvist Peñalosa Okonjo Rahimi Urrutia Solheim Iturbe "
    "Delacroix Tranquillo Weissberg Monzón Abernethy Demir Whitlock Brandt Zamorano Chukwu Ferrante Shimizu "
    "Applewhite Cienfuegos Novak"
).split()
ROLES = ("President", "Delegate", "Organizer", "Secretary", "Chair of the board", "Steward", "Volunteer")


def slug(text: str) -> str:
    """Small ASCII letters and hyphens, for an address under a reserved domain."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")


def person(number: int, group: str) -> dict[str, Any]:
    """The details of an invented person who acts for a group; numbers are of the range kept for fiction."""
    first, last = FIRST[number % len(FIRST)], LAST[number * 7 % len(LAST)]
    return {
        "name": f"{first} {last}",
        "role": ROLES[number % len(ROLES)],
        "email": f"{slug(first)}.{slug(last)}@{slug(group)}.example",
        "phone": f"(206) 555-{100 + number % 100:04d}",
        "is_primary": number % 3 != 1,
    }
