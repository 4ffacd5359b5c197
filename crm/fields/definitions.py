"""What fields a coalition has of its own, and what can stand in them. Pure.

The definitions lie in `Coalition.settings`, so that no page asks the database for them; values have tables.
A field is never deleted: retired, it is shown and asked nowhere, and what stood in it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum, auto
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from crm.tags.words import tag_key

# Where they lie in `Coalition.settings`.
KEY = "fields"
LONGEST_LABEL = 60
LONGEST_TEXT = 300
YES, NO = "yes", "no"
# Commas between thousands alone: "2,5" is refused and not taken for 25.
_NUMBER = re.compile(r"[-+]?(?=\.?[0-9])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{0,15})(?:\.[0-9]{0,15})?")
# Numbers are compared as texts of one length: this many digits after the point, and none so large.
_SCALE = 10_000
_LARGEST = 10**11
_SHIFT = 10**15


class Subject(StrEnum):
    """What a field is of."""

    ORGANIZATION = auto()
    EVENT = auto()


class FieldKind(StrEnum):
    """What can stand in a field."""

    TEXT = auto()
    NUMBER = auto()
    DATE = auto()
    CHOICE = auto()
    YES_NO = auto()


SUBJECT_NAMES: dict[Subject, LazyString] = {Subject.ORGANIZATION: _l("Groups"), Subject.EVENT: _l("Events")}
FIELD_KIND_NAMES: dict[FieldKind, LazyString] = {
    FieldKind.TEXT: _l("A line of text"),
    FieldKind.NUMBER: _l("A number"),
    FieldKind.DATE: _l("A date"),
    FieldKind.CHOICE: _l("One of several choices"),
    FieldKind.YES_NO: _l("Yes or no"),
}


@dataclass(frozen=True)
class FieldChoice:
    """One of several that a field offers."""

    id: int
    label: str
    retired: bool = False


@dataclass(frozen=True)
class CustomField:
    """A field of a coalition's own."""

    id: int
    subject: Subject
    label: str
    kind: FieldKind
    choices: tuple[FieldChoice, ...] = ()
    retired: bool = False
    # The press that added it.
    form_key: str = ""

    def plain(self, value: str) -> str:
        """A value as a list for other programs has it: a choice by its label, all else as it is kept."""
        if self.kind is FieldKind.CHOICE:
            return next((one.label for one in self.choices if str(one.id) == value), "")
        return value

    @property
    def open_choices(self) -> list[FieldChoice]:
        """Those that can still be chosen."""
        return [choice for choice in self.choices if not choice.retired]

    def kept(self) -> dict[str, Any]:
        """As it is kept in the settings."""
        return {
            "id": self.id,
            "subject": self.subject.value,
            "label": self.label,
            "kind": self.kind.value,
            "choices": [[one.id, one.label, one.retired] for one in self.choices],
            "retired": self.retired,
            "form_key": self.form_key,
        }


@dataclass(frozen=True)
class Fields:
    """All fields of a coalition, in their order, the retired ones too."""

    all: Sequence[CustomField]

    def of(self, subject: Subject) -> list[CustomField]:
        """Those in use on groups, or on events."""
        return [one for one in self.all if one.subject is subject and not one.retired]

    def find(self, field_id: int, subject: Subject) -> CustomField | None:
        """A field in use."""
        return next((one for one in self.of(subject) if one.id == field_id), None)

    def find_any(self, field_id: int, subject: Subject) -> CustomField | None:
        """A field, also one that is put away: what stood in it is kept."""
        return next((one for one in self.all if (one.id, one.subject) == (field_id, subject)), None)


def read_fields(settings: Mapping[str, Any]) -> Fields:
    """The fields that a coalition's settings hold."""
    kept: Iterable[Mapping[str, Any]] = settings.get(KEY, ())
    return Fields(
        [
            CustomField(
                id=one["id"],
                subject=Subject(one["subject"]),
                label=one["label"],
                kind=FieldKind(one["kind"]),
                choices=tuple(FieldChoice(*choice) for choice in one["choices"]),
                retired=one["retired"],
                form_key=one["form_key"],
            )
            for one in kept
        ]
    )


def read_typed(field: CustomField, text: str) -> str:
    """The value that a typed, or an imported, text means; "" for none. Raises ValueError.

    A number in the English notation, a day as year-month-day, a choice by its id or by what it is called.
    """
    text = " ".join(text.split())
    if not text:
        return ""
    match field.kind:
        case FieldKind.NUMBER:
            return _number(text)
        case FieldKind.DATE:
            return date.fromisoformat(text).isoformat()
        case FieldKind.CHOICE:
            return _choice(field, text)
        case FieldKind.YES_NO:
            return _yes_or_no(text)
    if len(text) > LONGEST_TEXT:
        raise ValueError(text)
    return text


def compared(field: CustomField, value: str) -> str:
    """What a value is found and ordered by, as text: numbers and days in their order, texts folded."""
    if field.kind is FieldKind.NUMBER and value:
        return f"{int(Decimal(value) * _SCALE) + _SHIFT:016d}"
    return tag_key(value)[:LONGEST_TEXT] if field.kind is FieldKind.TEXT else value


def read_values(text: str | None) -> dict[int, str]:
    """Field id → value, from the text that `queries.values_text` gives."""
    parts = (line.partition(":") for line in (text or "").split("\n") if line)
    return {int(field_id): value for field_id, _colon, value in parts}


def _number(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    number = round(Decimal(text.replace(",", "")), 4)
    if abs(number) >= _LARGEST:
        raise ValueError(text)
    plain = f"{number:.4f}".rstrip("0").rstrip(".")
    return "0" if plain in ("", "-0") else plain


def _choice(field: CustomField, text: str) -> str:
    for one in field.choices:
        if str(one.id) == text or tag_key(one.label) == tag_key(text):
            return str(one.id)
    raise ValueError(text)


def _yes_or_no(text: str) -> str:
    folded = tag_key(text)
    if folded in {"yes", "y", "true", "1", "x", "si"}:
        return YES
    if folded in {"no", "n", "false", "0"}:
        return NO
    raise ValueError(text)
