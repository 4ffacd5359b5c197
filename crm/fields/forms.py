"""What coordinators fill in about the coalition's own fields."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired

from crm.core.forms import Form, FormKey, LongText, Text, options
from crm.fields.definitions import (
    FIELD_KIND_NAMES,
    LONGEST_LABEL,
    SUBJECT_NAMES,
    CustomField,
    FieldChoice,
    FieldKind,
    Subject,
)

_PREFIX = "choice_"


def _lines(text: str | None) -> list[str]:
    lines = (" ".join(line.split()) for line in (text or "").split("\n"))
    return [line for line in lines if line]


class FieldForm(Form):
    """What a field is called."""

    label = Text(_l("Name"), [InputRequired(_l("Give the field a name."))], longest=LONGEST_LABEL)


class NewFieldForm(FieldForm):
    """A field that is added."""

    form_key = FormKey()
    subject = RadioField(
        _l("On what"), coerce=Subject, choices=options(SUBJECT_NAMES), default=Subject.ORGANIZATION
    )
    kind = RadioField(
        _l("What stands in it"), coerce=FieldKind, choices=options(FIELD_KIND_NAMES), default=FieldKind.TEXT
    )
    choices = LongText(
        _l("Choices"), longest=4000, description=_l("One on a line. Only for one of several choices.")
    )

    @property
    def lines(self) -> list[str]:
        """The choices that were typed."""
        return _lines(self.choices.data)


class EditFieldForm(FieldForm):
    """A field that is renamed; `choice_3` beside it for each of its choices, and more of them."""

    choices = LongText(_l("More choices"), longest=4000, description=_l("One on a line."))

    @classmethod
    def of(cls, field: CustomField) -> EditFieldForm:
        """The form of a field, filled in with what it is."""
        names: dict[str, Any] = {f"{_PREFIX}{one.id}": one.label for one in field.choices if not one.retired}
        return _with_choices(field.choices)(label=field.label, **names)

    @property
    def inputs(self) -> list[Any]:
        """The inputs of the choices that there are, also of those that were put away."""
        return [one for one in self if one.name.startswith(_PREFIX)]

    @property
    def renamed(self) -> dict[int, str]:
        """Choice → what it is called now; "" puts it away."""
        return {
            int(one.name.removeprefix(_PREFIX)): " ".join((one.data or "").split()) for one in self.inputs
        }

    @property
    def lines(self) -> list[str]:
        """The choices that were added."""
        return _lines(self.choices.data)


@lru_cache(maxsize=128)
def _with_choices(choices: tuple[FieldChoice, ...]) -> type[EditFieldForm]:
    inputs = {
        f"{_PREFIX}{one.id}": Text(
            _l("Choice %(number)s", number=number),
            longest=LONGEST_LABEL,
            description=_l("Put away: it was “%(label)s”. Give it a name to offer it again.", label=one.label)
            if one.retired
            else _l("Empty it to put it away. Where it was chosen, it stays."),
        )
        for number, one in enumerate(choices, 1)
    }
    return type("EditFieldForm", (EditFieldForm,), inputs)
