"""Exports of other programs, known by the names of their columns. What is not named here is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm.exchange.fields import plain_header
from crm.exchange.lists.contacts import PersonField as Person
from crm.exchange.lists.events import EventField as Event
from crm.exchange.lists.vocabulary import GroupField as Group
from crm.exchange.models import ListKind


@dataclass(frozen=True)
class Preset:
    """`signs`: the columns of one of these sets tell the program; `fields`: column → field, as `plain_header`
    has the column's name. Of several columns for one field that takes one, the first named here is read.
    """

    name: str
    about: ListKind
    signs: Sequence[frozenset[str]]
    fields: Mapping[str, str]
    # The list that its ids are of.
    source: str = ""


def _signs(*sets: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(one.split("|")) for one in sets)


_NAMES = {"first name": Person.FIRST_NAME, "middle name": Person.MIDDLE_NAME, "last name": Person.LAST_NAME}
PRESETS: Sequence[Preset] = (
    Preset(
        "Action Network",
        ListKind.CONTACTS,
        _signs("can2 user tags", "can2 subscription status", "can2 user city|can2 user state"),
        {
            **_NAMES,
            "email": Person.EMAIL,
            "phone number": Person.PHONE,
            "can2 phone": Person.PHONE,
            "organization": Group.GROUP,
            "employer": Group.GROUP,
        },
    ),
    Preset(
        "NationBuilder",
        ListKind.CONTACTS,
        _signs("nationbuilder id|email", "nationbuilder id|mobile number"),
        {
            **_NAMES,
            "full name": Person.NAME,
            "email": Person.EMAIL,
            "email1": Person.EMAIL,
            "email2": Person.EMAIL,
            "mobile number": Person.PHONE,
            "phone number": Person.PHONE,
            "work phone number": Person.PHONE,
            "employer": Group.GROUP,
            "occupation": Person.ROLE,
            "do not call": Person.NO_CALLS,
            "note": Person.NOTE,
        },
    ),
    Preset(
        "EveryAction",
        ListKind.CONTACTS,
        _signs("activist code", "vanid|first name", "sms opt in status|employer name"),
        {
            **_NAMES,
            "employer name": Group.GROUP,
            "employer": Group.GROUP,
            "occupation name": Person.ROLE,
            "occupation": Person.ROLE,
            "email address": Person.EMAIL,
            "preferred email": Person.EMAIL,
            "phone": Person.PHONE,
            "preferred phone": Person.PHONE,
            "notes": Person.NOTE,
        },
    ),
    Preset(
        "Google Contacts",
        ListKind.CONTACTS,
        _signs("e mail 1 value"),
        {
            "name": Person.NAME,
            "given name": Person.FIRST_NAME,
            "additional name": Person.MIDDLE_NAME,
            "family name": Person.LAST_NAME,
            **_NAMES,
            **{f"e mail {number} value": Person.EMAIL for number in range(1, 6)},
            **{f"phone {number} value": Person.PHONE for number in range(1, 7)},
            "organization 1 name": Group.GROUP,
            "organization name": Group.GROUP,
            "organization 1 title": Person.ROLE,
            "organization title": Person.ROLE,
            "website 1 value": Group.GROUP_WEBSITE,
            "notes": Person.NOTE,
        },
    ),
    Preset(
        "CiviCRM",
        ListKind.CONTACTS,
        _signs("signature text|im", "contact id|contact type|display name", "internal contact id|first name"),
        {
            **_NAMES,
            "display name": Person.NAME,
            "current employer": Group.GROUP,
            "team": Group.GROUP,
            "team website": Group.GROUP_WEBSITE,
            "job title": Person.ROLE,
            "email": Person.EMAIL,
            "phone": Person.PHONE,
            "do not phone": Person.NO_CALLS,
        },
        source="civicrm",
    ),
    Preset(
        "Mobilize",
        ListKind.EVENTS,
        _signs("event type|organization slug", "event type|browser url"),
        {
            "title": Event.TITLE,
            "description": Event.DESCRIPTION,
            "event type": Event.KIND,
            "start date": Event.STARTS,
            "end date": Event.ENDS,
            "timezone": Event.TIMEZONE,
            "location venue": Event.PLACE,
            "location address line 1": Event.ADDRESS,
            "location locality": Event.CITY,
            "location region": Event.STATE,
            "location postal code": Event.POSTAL_CODE,
            "location is private": Event.IS_PRIVATE,
            "virtual action url": Event.ONLINE,
            "organization name": Group.GROUP,
            "event key": Event.EXTERNAL_ID,
            "timeslot id": Event.EXTERNAL_ID,
            "further dates": Event.DATES,
            "id": Event.EXTERNAL_ID,
            "deleted date": Event.DELETED,
        },
        source="mobilize",
    ),
)


def find_preset(columns: Sequence[str], about: ListKind | None = None) -> Preset | None:
    """The program whose export has these columns; `about`: only one of such lists."""
    plain = {plain_header(column) for column in columns}
    fitting = (preset for preset in PRESETS if about in (None, preset.about))
    return next((preset for preset in fitting if any(signs <= plain for signs in preset.signs)), None)


def map_preset(preset: Preset, columns: Sequence[str], shared: frozenset[str]) -> dict[str, str]:
    """Column → field for the columns of a program's export."""
    places = {plain: place for place, plain in enumerate(preset.fields)}
    known = [column for column in columns if plain_header(column) in places]
    mapping: dict[str, str] = {}
    for column in sorted(known, key=lambda column: places[plain_header(column)]):
        field = str(preset.fields[plain_header(column)])
        if field not in mapping.values() or field in shared:
            mapping[column] = field
    return {column: mapping[column] for column in columns if column in mapping}
