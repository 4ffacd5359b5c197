"""The forms of the door."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from crm.accounts.reentry import ReentryForm, credential_field
from crm.core.forms import Form, Mail, Password, Text
from crm.core.permissions import Role

ROLE_NAMES = {
    Role.COORDINATOR: _l("Coordinator"),
    Role.ORGANIZER: _l("Organizer"),
    Role.LIMITED: _l("Organizer of assigned groups"),
    Role.OBSERVER: _l("Observer"),
}
ROLE_HINT = _l(
    "An observer reads. An organizer works with groups, outreach and events; one of assigned groups with "
    "these alone, and sees no others. A coordinator also decides on sign-ons, demands, settings and who "
    "belongs to the coalition."
)
PASSWORD_HINT = _l("At least 12 characters; four words that have nothing to do with each other are good.")


class ForgotForm(Form):
    email = Mail(_l("Mail address"), [InputRequired()])


class NewPasswordForm(Form):
    password = Password(_l("New password"), description=PASSWORD_HINT)


class ChangePasswordForm(Form):
    present = Password(_l("Present password"))
    password = Password(_l("New password"), description=PASSWORD_HINT)


def role_field(**kwargs: Any) -> Any:
    """A choice of the roles."""
    choices = [SelectChoice(role.value, name) for role, name in ROLE_NAMES.items()]
    return SelectField(_l("Role"), [InputRequired()], choices=choices, coerce=Role, **kwargs)


class InviteForm(Form):
    email = Mail(_l("Mail address"), [InputRequired()])
    name = Text(_l("Name"), [InputRequired()], longest=100)
    role = role_field(default=Role.ORGANIZER, description=ROLE_HINT)


class RoleForm(Form):
    role = role_field()


class AcceptForm(Form):
    """For a person without an account."""

    name = Text(_l("Your name, as the others see it"), [InputRequired()], longest=100)
    password = Password(_l("Choose a password"), description=PASSWORD_HINT)


class PasskeyForm(Form):
    """A passkey that the browser made, and what its owner calls it."""

    LONGEST = 60

    label = Text(
        _l("Name of the passkey"),
        [InputRequired()],
        longest=LONGEST,
        description=_l("So that you know it again, as in “phone” or “key on my ring”."),
    )
    credential = credential_field()


class AppForm(ReentryForm):
    """The first code of an app, with the password once more."""

    sealed = HiddenField("", [Length(max=500)])
    code = Text(_l("The code that the app shows now"), [InputRequired()], longest=20)


class SecondStepForm(Form):
    code = Text(
        _l("Code"),
        [InputRequired()],
        longest=40,
        description=_l("Six digits from your app, or one of your recovery codes."),
    )
    next = HiddenField()
    credential = credential_field()
