"""What of the calendar is wanted, read from an address.

What is not understood is left out, never refused: a calendar app keeps asking for the address that it was
given, and an error there would empty somebody's calendar without a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from crm.events.models import EventKind

ALL_KINDS = tuple(EventKind)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Kinds in their usual order, each once (none: all of them), and a language of the coalition."""

    kinds: tuple[EventKind, ...]
    language: str

    @property
    def kinds_or_all(self) -> tuple[EventKind, ...]:
        return self.kinds or ALL_KINDS


def wanted(args: MultiDict[str, str], languages: Sequence[str]) -> Wanted:
    """The filter of an address, brought into its one form. Without a language: the coalition's default."""
    asked = set(args.getlist("kind"))
    kinds = tuple(kind for kind in EventKind if kind in asked)
    language = args.get("lang", "")
    return Wanted(() if kinds == ALL_KINDS else kinds, language if language in languages else languages[0])
