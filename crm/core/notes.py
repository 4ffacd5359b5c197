"""Boxes in which organizers write about people: what not to write, said beside the box and held."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, ValidationError

from crm.core.errors import Refused

HINT = _l(
    "What was said and agreed, no more. Never immigration status, religion, ethnicity, health, politics "
    "or identity numbers of a person, nor who was seen where."
)
# A social security number, or an individual taxpayer's, as people write them: 3-2-4 digits.
_IDENTITY_NUMBER = re.compile(r"(?<![\w-])\d{3}([-. ])\d{2}\1\d{4}(?![\w-])")


def holds_identity_number(text: str | None) -> bool:
    """Whether a text holds what looks like a person's identity number (123-45-6789)."""
    return bool(text and _IDENTITY_NUMBER.search(text))


def no_identity_number(_form: Form, field: Field) -> None:
    """A validator for names of people and for words about them. Written another way, what is something else
    goes through.
    """
    if holds_identity_number(field.data):
        raise ValidationError(
            _(
                "This looks like a person's identity number. Take it out; if it is something else, write it "
                "with other signs in between."
            )
        )


def refuse_identity_number(text: str | None, field: str, *, meant: bool = False) -> None:
    """Raises Refused for what looks like an identity number, unless the writer says that it is none."""
    if not meant and holds_identity_number(text):
        raise Refused(
            _("This looks like a person's identity number. Take it out; or tick that it is something else."),
            field,
        )
