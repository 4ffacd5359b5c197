"""Whom to ask to stand behind a demonstration."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField
from wtforms.validators import InputRequired, Optional

from crm.core.forms import Day, Form, FormKey, Text


class AskForm(Form):
    """A group's name or a part of it; what it is taken for is chosen on the page that follows."""

    organization = Text(
        _l("Group"),
        [InputRequired(_l("Type the group's name."))],
        description=_l("A part of the name is enough."),
    )
    on_date = SelectField(_l("For"), validators=[Optional()], default="")


class InviteForm(Form):
    """For which date groups are invited, until when they have time, and who is asked by phone."""

    on_date = SelectField(_l("For"), validators=[Optional()], default="")
    until = Day(
        _l("Last day for answers"),
        [InputRequired(_l("Choose a day."))],
        description=_l("Reminders go out before it by your rules. Silence means nothing."),
    )
    by_phone = BooleanField(_l("Ask by phone where nobody can be written to"), default=True)
    form_key = FormKey()

    def day(self) -> date:
        """The last day, of a form that is in order."""
        assert isinstance(self.until.data, date)  # noqa: S101 - it is required
        return self.until.data


class PressForm(Form):
    """A form of which the fields are read one by one: as many as the page has rows."""
