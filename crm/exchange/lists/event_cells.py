"""What a row of a list of events says."""

from __future__ import annotations

import html
import re
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crm.core.notes import holds_identity_number
from crm.events.models import EventKind
from crm.exchange import cells
from crm.exchange.kinds import plain_word
from crm.exchange.lists.events import EVENT_KIND
from crm.exchange.lists.events import EventField as _F  # noqa: N814 - named in every second line
from crm.exchange.lists.interactions import parse_day, parse_time
from crm.exchange.lists.reading import Cells
from crm.exchange.own import parse_own
from crm.exchange.plan import Plan
from crm.exchange.problems import CellError, Problem, shortened
from crm.exchange.rows import Said
from crm.exchange.tables import Row

# Of an event that says no end.
USUAL_MINUTES = 120
_LONGEST_MINUTES = 14 * 24 * 60
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|h\d)>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_APART = re.compile(r"[;\n|]+")
_LONGEST = {"place_name": 200, "area": 120, "title": 200}
_KINDS = {
    EventKind.DEMONSTRATION: "demonstration|rally|march|protest|picket|vigil|manifestacion|marcha|"
    "mitin|planton|action|strike|banner drop|visibility event",
    EventKind.NEIGHBORHOOD: "neighborhood|neighborhood meeting|house party|community|meetup|meet greet|"
    "barrio|reunion de barrio|block party|town hall|canvass|solidarity event|community canvass",
    EventKind.WORKPLACE: "workplace|workplace meeting|worker meeting|reunion de trabajo|"
    "centro de trabajo|labor canvass",
    EventKind.CAMPUS: "campus|campus meeting|student meeting|universidad|escuela",
    EventKind.COALITION: "coalition|coalition meeting|coalicion|meeting|reunion|general meeting|asamblea",
    EventKind.TRAINING: "training|workshop|taller|capacitacion|teach in|barnstorm|entrenamiento",
    EventKind.HEARING: "hearing|council meeting|public comment|audiencia|public hearing|advocacy call|"
    "legislative hearing",
}
_KIND_OF = {plain_word(word): kind for kind, words in _KINDS.items() for word in words.split("|")}


def parse_event(row: Row, plan: Plan) -> Said:
    """What a row says of an event; without a title and a beginning it says nothing."""
    reader = _EventCells(row, plan)
    if not reader.is_skipped:
        reader.read()
    return reader.said


def _description(cell: str) -> str | CellError | None:
    """A text; of one that another program keeps as HTML the words alone."""
    if "</" in cell or "<br" in cell:
        cell = html.unescape(_TAG.sub("", _BREAK.sub("\n", cell)))
    return cells.parse_text(cell, 4000, lines=True)


def _in_order(
    starts: datetime, minutes: int, dates: list[list[Any]]
) -> tuple[datetime, int, list[list[Any]]]:
    """The first date, and the others after it, whichever of them the row begins with."""
    begins = starts.isoformat(timespec="minutes")
    if not dates or begins < dates[0][0]:
        return starts, minutes, dates
    [[first, length], *others] = dates
    return datetime.fromisoformat(first), length or minutes, sorted([*others, [begins, None]])


class _EventCells(Cells):
    """Reads an event off its row."""

    def read(self) -> None:
        said = self.said
        said.name = self.text(_F.TITLE, _LONGEST["title"])
        if self.first(_F.DELETED)[1]:
            said.tell("", Problem("event_deleted"))
            return
        starts = self._starts() if said.name else None
        if not said.name:
            said.tell("", Problem("no_title"))
        elif starts is None and not said.problems:
            said.tell("", Problem("no_start"))
        if starts is not None:
            said.group = self.group()
            said.values = self._values(starts)
            for column, own in self.plan.own.items():
                if kept := self.take(column, parse_own(own, self.plan)):
                    said.own[str(own.id)] = kept

    def _values(self, starts: datetime) -> dict[str, Any]:
        description = self.take(_F.DESCRIPTION, _description)
        if holds_identity_number(description):
            self.said.tell(self.first(_F.DESCRIPTION)[0], Problem("identity_number"))
            description = None
        where = [self.text(name, 200) for name in (_F.ADDRESS, _F.CITY)]
        region = " ".join(filter(None, [self.text(_F.STATE, 60), self.text(_F.POSTAL_CODE, 20)]))
        minutes = self._minutes(starts)
        starts, minutes, dates = _in_order(starts, minutes, self._dates(starts, minutes or USUAL_MINUTES))
        values = {
            "kind": self._kind(),
            "starts_local": starts.isoformat(timespec="minutes"),
            "minutes": minutes,
            "dates": dates,
            "place_name": self.text(_F.PLACE, _LONGEST["place_name"]),
            "address": ", ".join(filter(None, [*where, region]))[:300],
            "area": self.text(_F.AREA, _LONGEST["area"]),
            "is_home": self.is_yes(_F.IS_PRIVATE),
            "online_url": self.take(_F.ONLINE, cells.parse_website),
            "description": description,
            "number": self.text(_F.EXTERNAL_ID, 120),
        }
        return {name: value for name, value in values.items() if value}

    def _kind(self) -> str:
        column, cell = self.first(_F.KIND)
        kind = _KIND_OF.get(plain_word(cell)) if cell else None
        if cell and kind is None:
            self.said.tell(column, Problem("event_kind", {"text": shortened(cell)}))
        return str(kind or self.plan.defaults.get(EVENT_KIND, EventKind.OTHER))

    def _starts(self) -> datetime | None:
        """Wall time where the coalition is; what is wrong is told."""
        column, cell = self.first(_F.STARTS)
        if not cell:
            return None
        day = self._day(column, cell)
        hour = parse_time(self.first(_F.TIME)[1]) or parse_time(cell)
        if isinstance(day, datetime):
            return day
        if day is not None and not hour:
            self.said.tell(column, Problem("no_hour", {"text": shortened(cell)}))
            return None
        return self._here(datetime.combine(day, time.fromisoformat(hour))) if day else None

    def _day(self, column: str, cell: str) -> date | datetime | None:
        """The day in a cell; or the whole instant, where the cell says in which zone it is."""
        try:
            instant = datetime.fromisoformat(cell)
            if instant.tzinfo is not None and 1900 <= instant.year <= 2100:
                return instant.astimezone(self.plan.zone).replace(tzinfo=None, second=0, microsecond=0)
        except ValueError:
            # Written as people write it, not as programs do.
            pass
        day = parse_day(cell, self.plan, "nearest")
        if isinstance(day, CellError):
            self.said.tell(column, day)
            return None
        return day

    def _here(self, wall: datetime) -> datetime:
        """A wall time of the zone that the row names, as the clocks show it where the coalition is."""
        column, cell = self.first(_F.TIMEZONE)
        if not cell:
            return wall
        try:
            zone = ZoneInfo(cell)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.said.tell(column, Problem("timezone", {"text": shortened(cell)}))
            return wall
        return wall.replace(tzinfo=zone).astimezone(self.plan.zone).replace(tzinfo=None)

    def _minutes(self, starts: datetime) -> int:
        """How long it takes, by its end or its minutes; 0 where the row does not say."""
        ends = self._ends(starts, *self.first(_F.ENDS), parse_time(self.first(_F.END_TIME)[1]))
        taken = self.text(_F.MINUTES, 10)
        minutes = int(taken) if taken.isdecimal() else 0
        if ends is not None:
            minutes = int((ends - starts).total_seconds() // 60)
        if (ends or taken) and not 0 < minutes <= _LONGEST_MINUTES:
            self.said.tell(self.first(_F.ENDS)[0] or self.first(_F.MINUTES)[0], Problem("event_end"))
            return 0
        return minutes

    def _ends(self, starts: datetime, column: str, cell: str, hour: str = "") -> datetime | None:
        """When it ends, by a cell with a day, an hour or both."""
        hour = hour or parse_time(cell)
        alone = cell and hour and len(cell) <= 10
        day = self._day(column, cell) if cell and not alone else None
        if isinstance(day, datetime):
            return day
        if not hour:
            return None
        first = starts.date() if day is None else day
        ends = self._here(datetime.combine(first, time.fromisoformat(hour)))
        # A night: it ends on the day after.
        return ends + timedelta(days=1) if day is None and ends <= starts else ends

    def _dates(self, first: datetime, usual: int) -> list[list[Any]]:
        """Its further dates: (beginning, minutes or None for as many as the first), one a day."""
        column, cell = self.first(_F.DATES)
        dates: dict[date, list[Any]] = {}
        for part in filter(None, (text.strip() for text in _APART.split(cell))):
            begins, _to, ends = part.partition(" to ")
            starts = self._date(column, begins, first)
            if starts is None:
                continue
            if starts.date() == first.date() or starts.date() in dates:
                self.said.tell(column, Problem("date_twice", {"text": shortened(part)}))
                continue
            until = self._ends(starts, column, ends) if ends else None
            minutes = int((until - starts).total_seconds() // 60) if until else 0
            taken = minutes if 0 < minutes <= _LONGEST_MINUTES and minutes != usual else None
            dates[starts.date()] = [starts.isoformat(timespec="minutes"), taken]
        return [dates[day] for day in sorted(dates)]

    def _date(self, column: str, text: str, first: datetime) -> datetime | None:
        """The beginning of a further date, at the hour of the first where it says none."""
        day, hour = self._day(column, text), parse_time(text)
        if day is None or isinstance(day, datetime):
            return day
        if not hour:
            return datetime.combine(day, first.time())
        return self._here(datetime.combine(day, time.fromisoformat(hour)))
