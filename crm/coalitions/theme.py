"""A coalition's one stylesheet for each room, the base and its accent, named by its content."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from crm.core.assets import STATIC
from crm.core.colour import embed_css, theme_css

# The first letter of an address says the room: (letter, the stylesheets before the accent).
ROOMS = {
    "poster": ("p", ("theme.css", "poster.css")),
    "workbench": ("w", ("theme.css",)),
    "embed": ("e", ("embed.css",)),
}


# Comments, the space before a line, and the one before each declaration.
NOT_FOR_BROWSERS = re.compile(r"/\*.*?\*/|(?<=\n)\s+|(?<=[{;]) (?=[a-z-]+:)", re.DOTALL)


@lru_cache(maxsize=512)
def stylesheet(room: str, accent: str) -> tuple[str, bytes]:
    """(version, bytes) of a room's stylesheet in an accent (#rrggbb). KeyError for an unknown room."""
    letter, names = ROOMS[room]
    parts = [(STATIC / "css" / name).read_text(encoding="utf-8") for name in names]
    colours = embed_css(accent) if room == "embed" else theme_css(accent)
    content = NOT_FOR_BROWSERS.sub("", "\n".join([*parts, colours])).encode()
    return letter + hashlib.sha256(content).hexdigest()[:12], content


def room_of(version: str) -> str | None:
    """The room that a version is of, whether it is the present one or a former one."""
    return next((room for room, (letter, _) in ROOMS.items() if version.startswith(letter)), None)
