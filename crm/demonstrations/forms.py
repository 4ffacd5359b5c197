"""Whom to ask to stand behind a demonstration."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import InputRequired, Optional

from crm.core.forms import Form, Text


class AskForm(Form):
    """A group's name or a part of it; what it is taken for is chosen on the page that follows."""

    organization = Text(
        _l("Group"),
        [InputRequired(_l("Type the group's name."))],
        description=_l("A part of the name is enough."),
    )
    on_date = SelectField(_l("For"), validators=[Optional()])
