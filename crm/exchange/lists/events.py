"""Lists of events: their fields, and by what an event is known again."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from crm.exchange.lists.vocabulary import (
    GROUP_CHECKS,
    GROUP_LABELS,
    GROUP_WORDS,
    GroupField,
    Vocabulary,
    has_letters,
)
from crm.exchange.rows import Said, hash_of
from crm.organizations.derived import plain_words

# Among an import's defaults: the kind of events whose row says none; whether published ones change, too.
EVENT_KIND = "event_kind"
PUBLISHED = "published"


class EventField(StrEnum):
    """Where a column of a list of events goes, beside the fields of its host in `GroupField`."""

    TITLE = "title"
    KIND = "kind"
    STARTS = "starts"
    TIME = "time"
    ENDS = "ends"
    END_TIME = "end_time"
    MINUTES = "minutes"
    DATES = "dates"
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
    _F.DATES: _l("Further dates (several apart by semicolons)"),
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
        (_l("When"), (_F.STARTS, _F.TIME, _F.ENDS, _F.END_TIME, _F.MINUTES, _F.DATES, _F.TIMEZONE)),
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
        _F.DATES: ("further dates|more dates|other dates|dates|otras fechas|mas fechas|fechas",),
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


def event_keys(said: Said, source: str) -> tuple[str, str]:
    """By which the same event is known again, and what of that is of its id or title, whenever it begins."""
    number = said.values.get("number")
    what = hash_of(source, number) if number else hash_of(plain_words(said.name))
    begins = f"import-{what[:24]}-"
    return begins + hash_of(said.values["starts_local"])[:16], begins
