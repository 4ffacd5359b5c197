"""A coalition's own fields as inputs of a form: `field_12` beside the form's own.

form = with_inputs(OrganizationForm, tuple(own_fields().of(Subject.ORGANIZATION)))(…, **filled(values))
put_values(Subject.ORGANIZATION, organization.id, typed_values(form))
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from crm.core.forms import Day, Form, Text, options
from crm.fields.definitions import LONGEST_TEXT, NO, YES, CustomField, FieldKind, read_typed

PREFIX = "field_"
_NOTHING = SelectChoice("", _l("Nothing chosen"))
_YES_NO = {YES: _l("yes"), NO: _l("no")}
AnyForm = TypeVar("AnyForm", bound=Form)


@lru_cache(maxsize=128)
def with_inputs(form: type[AnyForm], fields: tuple[CustomField, ...]) -> type[AnyForm]:
    """The form with an input for each field, under all of its own."""
    inputs = {f"{PREFIX}{field.id}": _input(field) for field in fields}
    return type(form.__name__, (form,), inputs)


def inputs_of(form: Form) -> list[Field]:
    """The inputs of own fields, in their order."""
    return [one for one in form if one.name.startswith(PREFIX)]


def typed_values(form: Form) -> dict[int, str]:
    """Field id → what was typed, as it is kept."""
    return {int(one.name.removeprefix(PREFIX)): _kept(one) for one in inputs_of(form)}


def filled(fields: tuple[CustomField, ...], values: Mapping[int, str]) -> dict[str, Any]:
    """What the inputs hold at first."""
    return {f"{PREFIX}{one.id}": _shown(one, values.get(one.id, "")) for one in fields}


def _shown(field: CustomField, value: str) -> Any:
    if field.kind is FieldKind.DATE:
        return date.fromisoformat(value) if value else None
    return value


def _kept(one: Field) -> str:
    if isinstance(one.data, date):
        return one.data.isoformat()
    return read_typed(one.field, one.data or "") if isinstance(one, NumberInput) else one.data or ""


class NumberInput(Text):
    """A number, with or without digits after the point."""

    def __init__(self, label: Any, *, field: CustomField, **kwargs: Any) -> None:
        self.field = field
        super().__init__(label, [_is_number], longest=30, **kwargs)


def _is_number(_form: Any, one: NumberInput) -> None:
    try:
        read_typed(one.field, one.data or "")
    except ValueError:
        raise ValidationError(_l("Write a number, such as 25 or 2.5.")) from None


class ChoiceInput(SelectField):  # type: ignore[misc]
    """One of the choices of a field. One that was put away stays where it was chosen."""

    def __init__(self, label: Any, *, field: CustomField, **kwargs: Any) -> None:
        self.field = field
        super().__init__(label, choices=[_NOTHING], default="", **kwargs)
        # Templates draw it as what it is.
        self.type = SelectField.__name__

    def process_data(self, value: Any) -> None:
        super().process_data(value)
        offered = (one for one in self.field.choices if not one.retired or str(one.id) == self.data)
        self.choices = [_NOTHING, *(SelectChoice(str(one.id), one.label) for one in offered)]


def _input(field: CustomField) -> Any:
    match field.kind:
        case FieldKind.TEXT:
            return Text(field.label, longest=LONGEST_TEXT)
        case FieldKind.NUMBER:
            return NumberInput(field.label, field=field)
        case FieldKind.DATE:
            return Day(field.label)
        case FieldKind.CHOICE:
            return ChoiceInput(field.label, field=field)
    return SelectField(field.label, choices=[_NOTHING, *options(_YES_NO)], default="")
