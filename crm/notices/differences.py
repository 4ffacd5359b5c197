"""What of an event's dates became different between two times of looking at them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, auto
from typing import Any

from flask_babel import gettext as _

from crm.core.formats import coming_day
from crm.events.sentence import say_time


class What(StrEnum):
    CANCELLED = auto()
    # Taken out of the series, which to people is the same.
    GONE = auto()
    RESTORED = auto()
    MOVED = auto()
    PLACE = auto()
    NEW = auto()


@dataclass(frozen=True)
class Told:
    """A date as it was, or is. Naive wall time; `area` is what the public may know of where."""

    starts: datetime
    ends: datetime
    place: str
    area: str
    cancelled: bool = False
    reason: str = ""

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Told:
        """What a snapshot keeps."""
        starts, ends = (datetime.fromisoformat(kept[name]) for name in ("starts", "ends"))
        return cls(starts, ends, kept["place"], kept["area"], kept["cancelled"], kept["reason"])

    def keep(self) -> dict[str, Any]:
        """As a snapshot keeps it."""
        starts, ends = self.starts.isoformat(), self.ends.isoformat()
        return {**vars(self), "starts": starts, "ends": ends}


@dataclass(frozen=True)
class Difference:
    """What became of a date; `was` None for a new one, `now` None for one that is no more."""

    what: What
    on_date: date
    was: Told | None
    now: Told | None

    @property
    def place_changed(self) -> bool:
        """Whether it is held elsewhere than it was to be."""
        return bool(self.was and self.now and self.was.place != self.now.place)

    @property
    def area_alone(self) -> bool:
        """Whether who may know the neighborhood alone has nothing new to know."""
        return self.what is What.PLACE and bool(self.was and self.now) and self.was.area == self.now.area  # type: ignore[union-attr]


def compare(before: Mapping[date, Told], after: Mapping[date, Told]) -> list[Difference]:
    """What differs, by original date."""
    found = [_difference(on, before.get(on), after.get(on)) for on in sorted({*before, *after})]
    return [one for one in found if one is not None]


def _difference(on: date, was: Told | None, now: Told | None) -> Difference | None:
    what = next(_what(was, now), None)
    return Difference(what, on, was, now) if what else None


def _what(was: Told | None, now: Told | None) -> Iterator[What]:
    """What happened, what matters most first."""
    if was is None or now is None:
        if now is not None and not now.cancelled:
            yield What.NEW
        if was is not None and not was.cancelled:
            yield What.GONE
        return
    if now.cancelled != was.cancelled:
        yield What.CANCELLED if now.cancelled else What.RESTORED
    if now.cancelled:
        return
    if (was.starts, was.ends) != (now.starts, now.ends):
        yield What.MOVED
    if was.place != now.place:
        yield What.PLACE


def say(one: Difference) -> str:
    """It in words, in the language chosen around it: "Saturday, November 28, 12:00 noon: cancelled. Storm."""
    usual = one.was or one.now
    if usual is None:
        return ""
    if one.what in (What.CANCELLED, What.GONE):
        reason = one.now.reason if one.now else ""
        return " ".join(filter(None, [_("%(date)s: cancelled.", date=_when(usual)), reason]))
    now = one.now or usual
    if one.what is What.RESTORED:
        return _and_place(_("%(date)s: it takes place after all.", date=_when(now)), now)
    if one.what is What.NEW:
        return _and_place(_("New: %(date)s.", date=_when(now)), now)
    if one.what is What.PLACE:
        return str(_("%(date)s: the place is now %(place)s.", date=_when(now), place=now.place or "–"))
    moved = _("%(old)s: moved to %(new)s.", old=_when(usual), new=_when(now))
    return _and_place(moved, now) if one.place_changed else str(moved)


def _when(one: Told) -> str:
    return f"{coming_day(one.starts)}, {say_time(one.starts)}"


def _and_place(text: str, one: Told) -> str:
    return " ".join(filter(None, [str(text), _("Place: %(place)s.", place=one.place) if one.place else ""]))
