"""The forms of signing in and of one's own account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from crm.accounts.reentry import credential_field
from crm.core.forms import Form, Password, Text
from crm.core.languages import LANGUAGES, own_name


class SignInForm(Form):
    """The address is compared, not judged: what is no address is answered as what is unknown."""

    email = Text(_l("Mail address"), [InputRequired()], longest=254)
    password = Password(_l("Password"))
    own_device = BooleanField(
        _l("This is my own device"),
        description=_l("You stay signed in for up to 12 hours, instead of 30 minutes without use."),
    )
    next = HiddenField()
    credential = credential_field()


class DeviceForm(Form):
    LONGEST = 60

    label = Text(_l("Name of this device"), longest=LONGEST)


class ProfileForm(Form):
    name = Text(_l("Your name, as the others see it"), [InputRequired()], longest=100)
    language = SelectField(
        _l("Language"),
        choices=[
            SelectChoice("", _l("As my browser asks for")),
            *(SelectChoice(code, own_name(code)) for code in LANGUAGES),
        ],
    )
