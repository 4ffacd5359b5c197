"""What coordinators decide with, and buttons that stand alone."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectMultipleField
from wtforms.validators import DataRequired, InputRequired, NumberRange

from crm.core.forms import Form, LongText

LARGEST_ID = 2**31 - 1


class PressForm(Form):
    """A button alone."""


class MergeForm(Form):
    """Join a sign-on to the group that it is."""

    organization_id = IntegerField(_l("Group"), [InputRequired(), NumberRange(1, LARGEST_ID)])
    edition = IntegerField(validators=[InputRequired(), NumberRange(1, LARGEST_ID)])
    take = SelectMultipleField(_l("Take over"), validate_choice=False)


class DeclineForm(Form):
    """Decline a sign-on."""

    reason = LongText(_l("Reason"), [DataRequired(_l("Write the reason."))], longest=1000)
    tell = BooleanField(_l("Mail them the reason"))
