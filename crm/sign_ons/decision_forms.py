"""What coordinators decide with, and buttons that stand alone."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, SelectMultipleField
from wtforms.validators import DataRequired, InputRequired, NumberRange

from crm.core.forms import Form, LongText, options

LARGEST_ID = 2**31 - 1


class PressForm(Form):
    """A button alone."""


class MergeForm(Form):
    """Join a sign-on to the group that it is."""

    organization_id = IntegerField(_l("Group"), [InputRequired(), NumberRange(1, LARGEST_ID)])
    edition = IntegerField(validators=[InputRequired(), NumberRange(1, LARGEST_ID)])
    take = SelectMultipleField(_l("Take over"), validate_choice=False)


class AskForm(Form):
    """Ask the speaker of a sign-on back."""

    question = LongText(_l("Question"), [DataRequired(_l("Write the question."))], longest=1000)


class SeveralForm(Form):
    """Decide on several sign-ons at once."""

    act = RadioField(
        choices=options({"accept": _l("Accept as new groups"), "decline": _l("Decline")}),
        validators=[InputRequired(_l("Choose what to do with them."))],
    )
    chosen = SelectMultipleField(
        validators=[InputRequired(_l("Choose at least one sign-on."))], coerce=int, validate_choice=False
    )
    reason = LongText(_l("Reason"), longest=1000)
    tell = BooleanField(_l("Mail them the reason"))


class DeclineForm(Form):
    """Decline a sign-on."""

    reason = LongText(_l("Reason"), [DataRequired(_l("Write the reason."))], longest=1000)
    tell = BooleanField(_l("Mail them the reason"))
