"""How an entry of a calendar file becomes an event of the coalition's own.

A rule that the editor knows becomes a series with its exceptions, if it gives the dates that the file has;
anything else becomes the days of the next 400 that it takes place on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum, auto
from typing import Any
from zoneinfo import ZoneInfo

from crm.events.recurrence import RecurrenceError, Rule, from_rrule, local_dates, to_local, to_stored
from crm.events.series import MAX_DURATION
from crm.partners.ics_reader.found import Date, Entry

MOST_DAYS = 60
# Within what is read of a file (`process.AHEAD`): until then the dates are compared.
HORIZON = timedelta(days=368)
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_KNOWN = frozenset({"FREQ", "INTERVAL", "BYDAY", "COUNT", "UNTIL", "WKST", "BYSETPOS"})
# What lets people into a meeting is never public.
_MEETING_LINK = re.compile(
    r"https?://(?:[\w-]+\.)*(?:zoom\.us|meet\.google\.com|teams\.microsoft\.com|webex\.com|meet\.jit\.si|gotomeet\.me)\S*",
    re.IGNORECASE,
)


class Note(StrEnum):
    """What is said of an entry that is not taken quite as it stands."""

    PICKED = auto()
    FIRST_DAYS = auto()
    ONE_A_DAY = auto()
    NO_END = auto()
    ALL_DAY = auto()
    OWN_TITLES = auto()
    MEETING_LINK = auto()


class Unfit(StrEnum):
    """Why an entry becomes no event."""

    OVER = auto()
    CANCELLED = auto()
    TOO_LONG = auto()


@dataclass(frozen=True)
class Day:
    """What differs on one day of a series: naive wall times in the coalition's zone; None: as usual."""

    on: str
    starts_local: str | None = None
    minutes: int | None = None
    place: str | None = None


@dataclass(frozen=True)
class Candidate:
    """An entry as the event that it would be. Days are ISO 8601; `rule` as the database keeps rules."""

    uid: str
    digest: str
    title: str
    description: str
    place: str
    online_url: str
    starts_local: str
    minutes: int
    rule: str | None = None
    skipped: list[str] = field(default_factory=list)
    picked: list[str] = field(default_factory=list)
    changes: list[Day] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)


def candidate_from(told: dict[str, Any]) -> Candidate:
    """What `as_json` gave."""
    return Candidate(**{**told, "changes": [Day(**one) for one in told["changes"]]})


class NoEvent(ValueError):
    """An entry that becomes no event; `reason` says why."""

    def __init__(self, reason: Unfit) -> None:
        super().__init__(reason)
        self.reason = reason


def plan_entry(entry: Entry, zone: ZoneInfo, now: datetime) -> Candidate:
    """The event that an entry would be, told in the coalition's zone. Raises NoEvent."""
    coming = [one for one in entry.dates if max(one.ends_at, one.starts_at) > now]
    if not coming:
        raise NoEvent(Unfit.OVER)
    if all(one.cancelled for one in coming):
        raise NoEvent(Unfit.CANCELLED)
    if any(one.ends_at - one.starts_at > MAX_DURATION for one in coming):
        raise NoEvent(Unfit.TOO_LONG)
    planner = _Planner(entry, zone, to_local(now, zone) + HORIZON)
    rule = planner.series() if entry.rule else None
    return planner.of_series(*rule) if rule else planner.of_days(coming)


class _Planner:
    def __init__(self, entry: Entry, zone: ZoneInfo, horizon: datetime) -> None:
        self.entry, self.zone, self.horizon = entry, zone, horizon
        self.notes: list[Note] = [Note.ALL_DAY] if entry.all_day else []

    def series(self) -> tuple[Rule, datetime] | None:
        """The rule and the first start, where they give just the dates of the file; else None."""
        starts = sorted(to_local(one.rule_start, self.zone) for one in self.entry.dates)
        first = starts[0]
        if any(start.time() != first.time() for start in starts):
            return None
        try:
            rule = _rule_of(self.entry.rule, first, to_local_start(self.entry, self.zone), self.zone)
            made = {start.date() for start in local_dates(rule, first, before=self._end(starts))}
        except (RecurrenceError, ValueError, KeyError, StopIteration):
            return None
        told = {start.date() for start in starts}
        # More days left out than kept: that is no series as people say it.
        return None if told - made or len(made) > 2 * len(told) else (rule, first)

    def _end(self, starts: list[datetime]) -> datetime:
        return max(self.horizon, starts[-1] + timedelta(days=1))

    def of_series(self, rule: Rule, first: datetime) -> Candidate:
        dates = {to_local(one.rule_start, self.zone).date(): one for one in self.entry.dates}
        made = local_dates(rule, first, before=self._end([first]))
        skipped = [start.date().isoformat() for start in made if start.date() not in dates]
        return self._candidate(first, dates, rule=to_stored(rule), skipped=skipped)

    def of_days(self, coming: list[Date]) -> Candidate:
        dates: dict[date, Date] = {}
        for one in coming:
            dates.setdefault(to_local(one.starts_at, self.zone).date(), one)
        if len(dates) < len(coming):
            self.notes.append(Note.ONE_A_DAY)
        if len(dates) > MOST_DAYS:
            self.notes.append(Note.FIRST_DAYS)
            dates = dict(sorted(dates.items())[:MOST_DAYS])
        if self.entry.rule:
            self.notes.append(Note.PICKED)
        first = min(dates)
        usual = Counter(to_local(one.starts_at, self.zone).time() for one in dates.values()).most_common(1)[
            0
        ][0]
        picked = sorted(day.isoformat() for day in dates if day != first)
        return self._candidate(datetime.combine(first, usual), dates, picked=picked)

    def _candidate(self, first: datetime, dates: dict[date, Date], **more: Any) -> Candidate:
        # Of a date that is cancelled nothing else matters.
        live = {day: one for day, one in sorted(dates.items()) if not one.cancelled}
        minutes = Counter(self._minutes(one) for one in live.values()).most_common(1)[0][0]
        place = Counter(one.place for one in live.values()).most_common(1)[0][0]
        changes = [self._day(day, one, first, minutes, place) for day, one in live.items()]
        if any(one.title != self.entry.title for one in live.values()):
            self.notes.append(Note.OWN_TITLES)
        online = place if place.startswith(("http://", "https://")) else ""
        return Candidate(
            uid=self.entry.uid,
            digest=self.entry.digest,
            title=self.entry.title,
            description=self._description(),
            place="" if online else place[:200],
            online_url=online[:300],
            starts_local=first.isoformat(),
            minutes=minutes,
            changes=[day for day in changes if day is not None],
            cancelled=[day.isoformat() for day, one in sorted(dates.items()) if one.cancelled],
            notes=[note.value for note in dict.fromkeys(self.notes)],
            **more,
        )

    def _minutes(self, one: Date) -> int:
        minutes = int((one.ends_at - one.starts_at).total_seconds() // 60)
        if minutes < 1:
            self.notes.append(Note.NO_END)
        # A day of 23 or 25 hours is a day all the same.
        return (minutes or 60) if not self.entry.all_day else max(1, round(minutes / 1440)) * 1440

    def _day(self, day: date, one: Date, first: datetime, minutes: int, place: str) -> Day | None:
        starts, own = to_local(one.starts_at, self.zone), self._minutes(one)
        usual = datetime.combine(day, first.time())
        told = Day(
            on=day.isoformat(),
            starts_local=starts.isoformat() if starts != usual or own != minutes else None,
            minutes=own if own != minutes else None,
            place=one.place[:200] if one.place != place else None,
        )
        return None if (told.starts_local, told.place) == (None, None) else told

    def _description(self) -> str:
        text, count = _MEETING_LINK.subn("", self.entry.description)
        if count:
            self.notes.append(Note.MEETING_LINK)
        url = "" if _MEETING_LINK.match(self.entry.url) else self.entry.url
        return "\n\n".join(part for part in (text.strip()[:3400], url) if part)


def to_local_start(entry: Entry, zone: ZoneInfo) -> datetime:
    """The first start of the whole entry, naive, in the coalition's zone."""
    return to_local(entry.first_local.replace(tzinfo=ZoneInfo(entry.timezone)).astimezone(UTC), zone)


def _rule_of(text: str, first: datetime, whole: datetime, zone: ZoneInfo) -> Rule:
    """An RRULE as the editor's rule that begins with `first`. Raises for what the editor does not know."""
    pairs = (part.partition("=") for part in text.upper().split(";") if part)
    parts = {name: value for name, _equals, value in pairs}
    if parts.keys() - _KNOWN:
        raise ValueError(text)
    days = _days(parts, first)
    written = [f"FREQ={parts['FREQ']}", f"INTERVAL={parts.get('INTERVAL', '1')}", *days]
    if "UNTIL" in parts:
        written.append(f"UNTIL={_until(parts['UNTIL'], first, zone):%Y%m%d}")
    if "COUNT" not in parts:
        return from_rrule(";".join(written), zone)
    # Told by its last day, as its first ones may be gone by.
    counted = from_rrule(";".join([*written, f"COUNT={parts['COUNT']}"]), zone)
    *_rest, last = local_dates(counted, whole)
    return from_rrule(";".join([*written, f"UNTIL={last:%Y%m%d}"]), zone)


def _days(parts: dict[str, str], first: datetime) -> Iterable[str]:
    named, place = parts.get("BYDAY", ""), parts.get("BYSETPOS", "")
    if parts["FREQ"] == "WEEKLY":
        return [f"BYDAY={named or _CODES[first.weekday()]}"]
    if parts["FREQ"] == "MONTHLY" and place and re.fullmatch("[A-Z]{2}", named):
        return [f"BYDAY={place}{named}"]
    return [f"BYDAY={named.removeprefix('+')}"] if named else []


def _until(value: str, first: datetime, zone: ZoneInfo) -> date:
    """The last local day on which a date may begin. Raises ValueError."""
    if "T" not in value:
        return datetime.strptime(value, "%Y%m%d").replace(tzinfo=UTC).date()
    moment = datetime.strptime(value.removesuffix("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    last = to_local(moment, zone) if value.endswith("Z") else moment.replace(tzinfo=None)
    return last.date() if last.time() >= first.time() else last.date() - timedelta(days=1)
