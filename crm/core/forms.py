"""The base of every form: what is typed is cleaned the same way everywhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.form import SUBMIT_METHODS
from markupsafe import Markup
from werkzeug.datastructures import ImmutableMultiDict
from wtforms import (
    DateField,
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.fields.core import UnboundField
from wtforms.validators import InputRequired, Length, StopValidation

from crm.core.crypto import new_token
from crm.core.form_texts import HouseTexts
from crm.core.late import LateModule
from crm.core.websites import BEFORE_AT, has_userinfo

if TYPE_CHECKING:
    import email_validator
else:
    email_validator = LateModule("email_validator")

# Control characters and the marks that turn text around: they have no place in what people type.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)
HOUSE_TEXTS = HouseTexts()
# The most characters of a whole number: far beyond every range of ours.
LONGEST_NUMBER = 30


def clean(text: Any) -> Any:
    """Strip, NFC, and Unix line ends. What is not text passes through."""
    if not isinstance(text, str):
        return text
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def no_control_characters(_form: Any, field: Field) -> None:
    if isinstance(field.data, str) and FORBIDDEN.search(field.data):
        field.data = FORBIDDEN.sub("", field.data)
        raise StopValidation(
            _l("This held a character that can't be shown. It was taken out: look it over and send it again.")
        )


class Text(StringField):  # type: ignore[misc]
    """One line of text: cleaned, without control characters, empty as ''. `longest` in characters."""

    def __init__(self, label: Any = None, validators: Any = (), *, longest: int = 200, **kwargs: Any) -> None:
        super().__init__(label, [no_control_characters, one_line, *validators, Length(max=longest)], **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = clean(valuelist[0]) if valuelist else ""
        # What is required is looked for in what was sent: spaces alone are nothing.
        self.raw_data = [self.data]


class LongText(TextAreaField):  # type: ignore[misc]
    """Several lines of text, cleaned the same way."""

    def __init__(
        self, label: Any = None, validators: Any = (), *, longest: int = 10_000, **kwargs: Any
    ) -> None:
        super().__init__(label, [no_control_characters, *validators, Length(max=longest)], **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = clean(valuelist[0]) if valuelist else ""
        # What is required is looked for in what was sent: spaces alone are nothing.
        self.raw_data = [self.data]


class Mail(Text):
    """A mail address, kept as it will be written to; '' when left out."""

    def __init__(self, label: Any = None, validators: Any = (), **kwargs: Any) -> None:
        super().__init__(label, [*validators, _mail_address], longest=254, **kwargs)


class Password(PasswordField):  # type: ignore[misc]
    """A password: in one Unicode form, otherwise exactly as typed; never sent back."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, [InputRequired(), no_control_characters], **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = unicodedata.normalize("NFC", valuelist[0]) if valuelist else ""


class Day(DateField):  # type: ignore[misc]
    """A day, or None where nothing is typed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        try:
            self.data = date.fromisoformat(typed) if typed else None
        except ValueError:
            self.data = None
            raise ValueError(_("Write the day as year-month-day, such as 2026-11-28.")) from None

    def _value(self) -> str:
        """Four digits of the year also for days of long ago, which `strftime` writes as it likes."""
        if self.raw_data:
            return " ".join(self.raw_data)
        return self.data.isoformat() if self.data else ""


class WholeNumber(IntegerField):  # type: ignore[misc]
    """A whole number, or None where nothing is typed. Every form has it for an `IntegerField`.

    One of hundreds of digits is no number here: `NumberRange` makes a float of it, which it can't be.
    """

    def process_formdata(self, valuelist: list[Any]) -> None:
        # What is shown again, where it is no number.
        self.raw_data = [FORBIDDEN.sub("", typed) for typed in valuelist]
        if valuelist and len(valuelist[0].strip()) > LONGEST_NUMBER:
            self.data = None
            raise ValueError(_("Write a whole number, such as 25."))
        super().process_formdata(valuelist)


class Website(Text):
    """An http or https address; `example.org` becomes `https://example.org`."""

    def __init__(self, label: Any = None, validators: Any = (), **kwargs: Any) -> None:
        super().__init__(label, [*validators, _web_address], longest=300, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if self.data and "://" not in self.data:
            self.data = "https://" + self.data


def one_line(_form: Any, field: Field) -> None:
    if isinstance(field.data, str) and "\n" in field.data:
        raise StopValidation(_l("Write this on one line."))


def _mail_address(_form: Any, field: Field) -> None:
    if not field.data:
        return
    try:
        field.data = email_validator.validate_email(
            field.data, check_deliverability=False, test_environment=True
        ).normalized
    except email_validator.EmailNotValidError:
        raise ValidationError(_l("Check this address: it should look like name@example.org.")) from None


def _web_address(_form: Any, field: Field) -> None:
    if not field.data:
        return
    try:
        parts = urlsplit(field.data)
        good = parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and " " not in field.data
        signs_in = has_userinfo(field.data)
    except ValueError:
        good = signs_in = False
    if signs_in:
        raise ValidationError(BEFORE_AT)
    if not good:
        raise ValidationError(_l("Check this address: it should look like https://example.org."))


class Part(PlainForm):  # type: ignore[misc]
    """A form within a form: a row that is typed several times. It has no token of its own."""

    class Meta:
        """Faults that WTForms finds are told in our words."""

        def get_translations(self, _form: Any) -> HouseTexts:
            return HOUSE_TEXTS

        def bind_field(self, form: Any, unbound_field: UnboundField, options: Mapping[str, Any]) -> Field:
            """As WTForms does it, with our whole numbers."""
            if unbound_field.field_class is IntegerField:
                unbound_field = UnboundField(WholeNumber, *unbound_field.args, **unbound_field.kwargs)
            return unbound_field.bind(form=form, **options)

        def render_field(self, field: Field, attributes: dict[str, Any]) -> Markup:
            """As WTForms does it; what was typed comes back without the characters that no page may hold."""
            return Markup(FORBIDDEN.sub("", field.widget(field, **attributes)))  # noqa: S704 - escaped by it


class Form(FlaskForm):  # type: ignore[misc]
    """A form of named fields. `values` is what its operation takes."""

    class Meta(Part.Meta, FlaskForm.Meta):  # type: ignore[misc]
        """As in a part of one."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """As Flask-WTF does it. But what is sent without a field is a form of empty ones, not one that
            was not sent; and JSON is none: no page of ours sends a form as such.
            """
            given = formdata is None or hasattr(formdata, "getlist")
            if given or request.method not in SUBMIT_METHODS or request.form or request.files:
                return super().wrap_formdata(form, formdata)
            return ImmutableMultiDict()

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, cleaned, by field name, without the CSRF token."""
        return {name: value for name, value in self.data.items() if name != "csrf_token"}

    def refuse(self, field: str, message: Any) -> None:
        """Put an operation's refusal beside the field that it is about."""
        self[field].errors = [*self[field].errors, str(message)]


class FormAmongOthers(Form):
    """One of several forms on a page: its fields have ids of their own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.id = f"{type(self).__name__.removesuffix('Form').lower()}-{field.name}"


def normal_mail(address: str) -> str:
    """The form under which a mail address is looked up: whole, lower case."""
    return clean(address).lower() if address else ""


class FormKey(HiddenField):  # type: ignore[misc]
    """One press of the button, however often it arrives: a random key, unique where it is kept."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("", [Length(min=16, max=64)], default=new_token, **kwargs)


def options(names: Mapping[Any, Any]) -> list[SelectChoice]:
    """Value → its name, as the choices of a field."""
    return [SelectChoice(str(value), name) for value, name in names.items()]
