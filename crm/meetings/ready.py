"""Ready agendas, and agendas as people type them: a line for each thing to talk about. Pure."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto

from flask_babel import LazyString, ngettext
from flask_babel import lazy_gettext as _l

# More is no agenda.
MOST_ITEMS = 40
LONGEST_TITLE = 200
# What is further than a whole day is no length of anything that is talked about.
LONGEST_ITEM = 600  # minutes
# "10 minutes: who we are", "10 min who we are", "Who we are (10 min)"; any language that writes "min…" or ′.
_LENGTH = r"(?P<minutes>\d{1,3})\s?(?:min(?:s|ut\w{0,3})?\.?|['′])"
_FIRST = re.compile(rf"^{_LENGTH}(?=[\s:,–—-])\s*[:,–—-]?\s*(?P<title>.+)$", re.IGNORECASE)
_LAST = re.compile(rf"^(?P<title>.*\S)\s*[(\[:,–—-]\s*{_LENGTH}\s*[)\]]?\.?$", re.IGNORECASE)
# What people put before the points of a list.
_POINT = re.compile(r"^(?:[-*•·]|\d{1,2}[.)])\s+")


@dataclass(frozen=True)
class Draft:
    """An item as it is typed: title, minutes (0 and more), who leads it, a note."""

    title: str
    minutes: int
    owner: str = ""
    note: str = ""


class Ready(StrEnum):
    NEIGHBORHOOD = auto()
    WORKPLACE = auto()
    CAMPUS = auto()
    COALITION = auto()
    TRAINING = auto()


READY_NAMES: dict[Ready, LazyString] = {
    Ready.NEIGHBORHOOD: _l("A first meeting of neighbors"),
    Ready.WORKPLACE: _l("A first meeting at work"),
    Ready.CAMPUS: _l("A first meeting on campus"),
    Ready.COALITION: _l("A meeting of the groups"),
    Ready.TRAINING: _l("A know-your-rights workshop"),
}
_WHO_WE_ARE = (_l("Who we are and what brings us here"), 10)
_WHO_DOES_WHAT = (_l("Who does what until when; the next date"), 10)
# What the coalition demands is read out, so that everybody speaks of the same words.
_DEMANDS = (_l("What the coalition demands, word for word"), 15)
_ITEMS: dict[Ready, tuple[tuple[LazyString, int], ...]] = {
    Ready.NEIGHBORHOOD: (
        _WHO_WE_ARE,
        _DEMANDS,
        (_l("What we see and need right here"), 25),
        (_l("Whom each of us brings on Saturday, and which groups we ask"), 20),
        _WHO_DOES_WHAT,
    ),
    Ready.WORKPLACE: (
        (_l("Who is here, from which shift and department"), 10),
        (_l("What happens at our work, and to whom"), 20),
        (_l("Our rights on the job, and what stays in this room"), 10),
        _DEMANDS,
        (_l("Which coworkers each of us talks to before the next date"), 15),
        _WHO_DOES_WHAT,
    ),
    Ready.CAMPUS: (
        _WHO_WE_ARE,
        _DEMANDS,
        (_l("What the campus should do, and who decides that"), 20),
        (_l("Which student groups, unions and departments we ask"), 20),
        _WHO_DOES_WHAT,
    ),
    Ready.COALITION: (
        (_l("Welcome: who is here, and for which group"), 10),
        (_l("What happened since we last met"), 10),
        (_l("What we want to decide today"), 25),
        (_l("What each group takes on until the next date"), 10),
        (_l("Next meeting, and who brings whom"), 5),
    ),
    Ready.TRAINING: (
        (_l("Welcome, and what this is not: legal advice for one case"), 10),
        (_l("What to say and what not, at the door, on the street, at work"), 30),
        (_l("Trying it out in pairs"), 25),
        (_l("Whom to call, and what to have ready at home"), 15),
        (_l("Questions, and who teaches it next"), 10),
    ),
}


def ready_items(ready: Ready) -> list[Draft]:
    """The items of a ready agenda, in the reader's language."""
    return [Draft(str(title), minutes) for title, minutes in _ITEMS[ready]]


def write_lines(drafts: Sequence[Draft]) -> str:
    """An agenda as text in the reader's language: what `read_lines` reads."""
    return "\n".join(
        f"{ngettext('%(num)s minute', '%(num)s minutes', one.minutes)}: {one.title}" for one in drafts
    )


def read_lines(text: str) -> list[Draft]:
    """An agenda of what was typed, a line for each item; a line that says no length has 0 minutes.

    Nothing is lost: what is too long for a title, and what are too many items, stands in a note.
    """
    lines = [line for raw in text.splitlines() if (line := _POINT.sub("", raw.strip()))]
    drafts = [_read(line) for line in lines[:MOST_ITEMS]]
    if len(lines) > MOST_ITEMS:
        last = drafts[-1]
        note = "\n".join(filter(None, (last.note, *lines[MOST_ITEMS:])))
        drafts[-1] = Draft(last.title, last.minutes, note=note)
    return drafts


def _read(line: str) -> Draft:
    found = _FIRST.match(line) or _LAST.match(line)
    minutes = int(found["minutes"]) if found else 0
    if found is None or minutes > LONGEST_ITEM:
        return _draft(line, 0)
    return _draft(found["title"].strip(), minutes)


def _draft(title: str, minutes: int) -> Draft:
    if len(title) <= LONGEST_TITLE:
        return Draft(title, minutes)
    first, *rest = textwrap.wrap(title, LONGEST_TITLE)
    return Draft(first, minutes, note=" ".join(rest))
