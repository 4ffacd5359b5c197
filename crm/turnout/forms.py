"""Saying how many people are wanted, and entering a count."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FloatField, RadioField
from wtforms.validators import InputRequired, NumberRange, Optional

from crm.core.forms import Form, FormKey, Text, options
from crm.sign_ons.fields import People
from crm.turnout.models import METHOD_NAMES, MOST_PEOPLE, Method
from crm.turnout.operations import Counted


class Measure(FloatField):  # type: ignore[misc]
    """A number above nothing, with a point or a comma before its decimals; None where nothing is typed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        if typed and not re.fullmatch(r"\d{1,8}([.,]\d{1,3})?", typed, re.ASCII):
            raise ValueError(_("Write a number, as in 1200 or 2.5."))
        self.data = float(typed.replace(",", ".")) if typed else None


class GoalForm(Form):
    """How many people are wanted."""

    goal = People(
        _l("Goal"),
        [Optional(), NumberRange(1, MOST_PEOPLE)],
        description=_l("People wanted on this date. Empty: no goal."),
    )


class CountForm(Form):
    """A count of one date."""

    method = RadioField(_l("How it was counted"), choices=options(METHOD_NAMES), default=Method.ENTRY.value)
    low = People(
        _l("At least"), [Optional(), NumberRange(0, MOST_PEOPLE)], description=_l("The low end of the count.")
    )
    high = People(
        _l("At most"),
        [Optional(), NumberRange(0, MOST_PEOPLE)],
        description=_l("The high end. Empty: the same number."),
    )
    area_m2 = Measure(
        _l("Area, in square meters"),
        [Optional(), NumberRange(min=1)],
        description=_l("For area × density. 1,000 square feet are 93 square meters."),
    )
    per_m2 = Measure(
        _l("People on a square meter"),
        [Optional(), NumberRange(0.01, 10)],
        description=_l("For area × density. A loose crowd: 1; a dense one: 2.5; packed: 4."),
    )
    counted_by = Text(
        _l("Counted by"),
        [InputRequired(_l("Say who counted."))],
        longest=120,
        description=_l("“Two marshals at the gate” is enough; names are not needed."),
    )
    note = Text(_l("Note"), longest=300, description=_l("How it was done. Write nothing about people."))
    form_key = FormKey()

    def counted(self) -> Counted:
        """What was typed."""
        return Counted(
            Method(self.method.data),
            self.low.data,
            self.high.data,
            self.area_m2.data,
            self.per_m2.data,
            self.counted_by.data,
            self.note.data,
        )
