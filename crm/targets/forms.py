"""What is filled in about a target: a name, a kind and a place."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import InputRequired

from crm.core.forms import Form, FormKey, Text, options
from crm.targets.models import TARGET_KIND_NAMES, TargetKind


class TargetForm(Form):
    """Who can grant a demand."""

    form_key = FormKey()
    name = Text(
        _l("Name"),
        [InputRequired(_l("Give the name."))],
        description=_l("As people know it: “City of Bellwater”, “Bellwater School Board”."),
    )
    kind = SelectField(
        _l("Kind"), coerce=TargetKind, choices=options(TARGET_KIND_NAMES), default=TargetKind.CITY
    )
    place = Text(_l("Place"), longest=120, description=_l("Town, county or state."))
