"""Lists of events: their fields, and what a row says."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask_babel import lazy_gettext as _l

from crm.core.notes import holds_identity_number
from crm.events.models import EventKind
from crm.exchange import cells
from crm.exchange.kinds import plain_word
from crm.exchange.lists.interactions import parse_day, parse_time
from crm.exchange.lists.reading import Cells
from crm.exchange.lists.vocabulary import (
    GROUP_CHECKS,
    GROUP_LABELS,
    GROUP_WORDS,
    GroupField,
    Vocabulary,
    has_letters,
)
from crm.exchange.plan import Plan
from crm.exchange.problems import CellError, Problem, shortened
from crm.exchange.rows import Said, hash_of
from crm.exchange.tables import Row
from crm.organizations.derived import plain_words

# Among an import's defaults: the kind of events whose row says none.
EVENT_KIND = "event_kind"
USUAL_MINUTES = 120
_LONGEST_MINUTES = 14 * 24 * 60
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|h\d)>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_LONGEST = {"place_name": 200, "area": 120, "title": 200}


class EventField(StrEnum):
    """Where a column of a list of events goes, beside the fields of its host in `GroupField`."""

    TITLE = "title"
    KIND = "kind"
    STARTS = "starts"
    TIME = "time"
    ENDS = "ends"
    END_TIME = "end_time"
    MINUTES = "minutes"
    TIMEZONE = "timezone"
    PLACE = "place"
    ADDRESS = "address"
    CITY = "city"
    STATE = "state"
    POSTAL_CODE = "postal_code"
    AREA = "area"
    IS_PRIVATE = "is_private"
    ONLINE = "online"
    DESCRIPTION = "description"
    EXTERNAL_ID = "external_id"
    DELETED = "deleted"


_F = EventField
LABELS: Mapping[str, Any] = {
    _F.TITLE: _l("Title"),
    _F.KIND: _l("Kind of event"),
    _F.STARTS: _l("Begins (day, or day and hour)"),
    _F.TIME: _l("Hour at which it begins"),
    _F.ENDS: _l("Ends (day, hour or both)"),
    _F.END_TIME: _l("Hour at which it ends"),
    _F.MINUTES: _l("Minutes that it takes"),
    _F.TIMEZONE: _l("Time zone of these hours"),
    _F.PLACE: _l("Name of the place"),
    _F.ADDRESS: _l("Street address"),
    _F.CITY: _l("City"),
    _F.STATE: _l("State"),
    _F.POSTAL_CODE: _l("Postal code"),
    _F.AREA: _l("Neighborhood"),
    _F.IS_PRIVATE: _l("Address not for everybody (yes or no)"),
    _F.ONLINE: _l("Address to take part from afar"),
    _F.DESCRIPTION: _l("Description"),
    _F.EXTERNAL_ID: _l("Id in another list"),
    _F.DELETED: _l("Deleted there (any value)"),
}
VOCABULARY = Vocabulary(
    titles=(
        (_l("The event"), (_F.TITLE, _F.KIND, _F.DESCRIPTION)),
        (_l("When"), (_F.STARTS, _F.TIME, _F.ENDS, _F.END_TIME, _F.MINUTES, _F.TIMEZONE)),
        (
            _l("Where"),
            (
                _F.PLACE,
                _F.ADDRESS,
                _F.CITY,
                _F.STATE,
                _F.POSTAL_CODE,
                _F.AREA,
                _F.IS_PRIVATE,
                _F.ONLINE,
            ),
        ),
        (_l("The group that hosts it"), (GroupField.GROUP, GroupField.GROUP_ID)),
        (_l("Other lists"), (_F.EXTERNAL_ID, _F.DELETED)),
    ),
    labels={**GROUP_LABELS, **LABELS},
    words={
        GroupField.GROUP: GROUP_WORDS[GroupField.GROUP],
        GroupField.GROUP_ID: ("host id|organization external id|group id",),
        _F.TITLE: (
            "title|event|event name|event title|evento|titulo|nombre del evento|meeting|summary",
            "name|nombre|what|subject",
        ),
        _F.KIND: ("event type|type|kind|type of event|tipo|tipo de evento|category",),
        _F.STARTS: (
            "start|starts|start date|starts at|start time|begins|date|day|event date|inicio|fecha|"
            "fecha de inicio|comienza|when|start datetime|timeslot start|cuando",
            "dia",
        ),
        _F.TIME: ("time|hour|start hour|hora|hora de inicio|event time",),
        _F.ENDS: ("end|ends|end date|ends at|fin|fecha de fin|termina|end datetime|timeslot end",),
        _F.END_TIME: ("end time|end hour|hora de fin|hasta",),
        _F.MINUTES: ("duration|minutes|duration minutes|duracion|minutos",),
        _F.TIMEZONE: ("timezone|time zone|tz|zona horaria",),
        _F.PLACE: ("venue|place|location|where|location venue|lugar|sede|location name|donde",),
        _F.ADDRESS: (
            "address|street address|street|address line 1|location address line 1|direccion|venue address",
        ),
        _F.CITY: ("city|town|location locality|ciudad",),
        _F.STATE: ("state|location region|estado|region",),
        _F.POSTAL_CODE: ("zip|zip code|postal code|location postal code|codigo postal",),
        _F.AREA: ("neighborhood|neighbourhood|area|barrio|vecindario",),
        _F.IS_PRIVATE: ("location is private|private address|is private",),
        _F.ONLINE: ("virtual action url|online link|zoom link|meeting link|enlace",),
        _F.DESCRIPTION: ("description|details|about|descripcion|detalles",),
        _F.EXTERNAL_ID: ("event id|id|uid|uuid",),
        _F.DELETED: ("deleted date|deleted|deleted at",),
    },
    checks={**GROUP_CHECKS, _F.TITLE: has_letters},
    needs=((frozenset({_F.TITLE}), "map_no_title"), (frozenset({_F.STARTS}), "map_no_start")),
)
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


def event_keys(said: Said, source: str) -> tuple[str, str]:
    """By which the same event is known again, and what of that is of its id or title, whenever it begins."""
    number = said.values.get("number")
    what = hash_of(source, number) if number else hash_of(plain_words(said.name))
    begins = f"import-{what[:24]}-"
    return begins + hash_of(said.values["starts_local"])[:16], begins


def _description(cell: str) -> str | CellError | None:
    """A text; of one that another program keeps as HTML the words alone."""
    if "</" in cell or "<br" in cell:
        cell = html.unescape(_TAG.sub("", _BREAK.sub("\n", cell)))
    return cells.parse_text(cell, 4000, lines=True)


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

    def _values(self, starts: datetime) -> dict[str, Any]:
        description = self.take(_F.DESCRIPTION, _description)
        if holds_identity_number(description):
            self.said.tell(self.first(_F.DESCRIPTION)[0], Problem("identity_number"))
            description = None
        where = [self.text(name, 200) for name in (_F.ADDRESS, _F.CITY)]
        region = " ".join(filter(None, [self.text(_F.STATE, 60), self.text(_F.POSTAL_CODE, 20)]))
        values = {
            "kind": self._kind(),
            "starts_local": starts.isoformat(timespec="minutes"),
            "minutes": self._minutes(starts),
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
        """How long it takes: by its end, by its minutes, else two hours."""
        ends = self._ends(starts)
        taken = self.text(_F.MINUTES, 10)
        minutes = int(taken) if taken.isdecimal() else 0
        if ends is not None:
            minutes = int((ends - starts).total_seconds() // 60)
        if (ends or taken) and not 0 < minutes <= _LONGEST_MINUTES:
            self.said.tell(self.first(_F.ENDS)[0] or self.first(_F.MINUTES)[0], Problem("event_end"))
            return USUAL_MINUTES
        return minutes or USUAL_MINUTES

    def _ends(self, starts: datetime) -> datetime | None:
        column, cell = self.first(_F.ENDS)
        hour = parse_time(self.first(_F.END_TIME)[1]) or parse_time(cell)
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
