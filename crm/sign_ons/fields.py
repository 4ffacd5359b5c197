"""Fields of the public form that are like no others."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, IntegerField, ValidationError
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput


class People(IntegerField):  # type: ignore[misc]
    """A number of people, with or without separators of thousands."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.raw_data = [as_shown(value) for value in valuelist]
        typed = self.raw_data[0].strip() if valuelist else ""
        if re.fullmatch(r"\d{1,3}(?:[., \u00a0\u202f'’]\d{3})+", typed):
            typed = re.sub(r"\D", "", typed)
        if typed and not re.fullmatch(r"\d{1,12}", typed, re.ASCII):
            raise ValueError(_("Give a whole number, as in 1200."))
        self.data = int(typed) if typed else None


class Day(DateField):  # type: ignore[misc]
    """A day, kept as typed where it is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.raw_data = [as_shown(value) for value in valuelist]
        try:
            super().process_formdata(self.raw_data)
        except ValueError:
            raise ValueError(_("Give a day, as in 2026-12-31.")) from None


def as_shown(text: str) -> str:
    """What was typed, as a page can show it again, with a sign in place of each control character."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def holds_a_word(_form: Any, field: Field) -> None:
    """A name that no list can be searched for is none."""
    if field.data and not any(char.isalnum() for char in field.data):
        raise StopValidation(_l("Write the name in letters."))


def stays_empty(_form: Any, field: Field) -> None:
    """People do not see the field; a program fills in whatever it finds."""
    if field.data:
        raise ValidationError(_l("Leave this field empty and press the button once more."))
