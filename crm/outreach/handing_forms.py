"""What organizers choose when work goes to somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from crm.core.forms import Form, FormKey
from crm.organizations.queries import only_number

NOBODY = "nobody"


def _id_or_none(text: Any) -> int | None:
    return int(text) if text else None


class HandOverForm(Form):
    """To whom, and of somebody's work which. Ticked tasks come beside it, as `id`."""

    form_key = FormKey()
    # Whose: a user's id, "nobody", or "" where tasks were ticked.
    whose = HiddenField()
    to_id = SelectField(
        _l("Hand it to"), coerce=_id_or_none, validators=[InputRequired(_l("Choose who takes it over."))]
    )
    tasks = BooleanField(_l("All open follow-ups"))
    groups = BooleanField(_l("The groups to look after"))

    def __init__(self, *args: Any, owners: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.whose.data != NOBODY:
            self.whose.data = only_number(self.whose.data or "")
        others = [(user_id, name) for user_id, name in owners if str(user_id) != self.whose.data]
        choices = [("", _("Choose who takes it over")), *others]
        self.to_id.choices = [SelectChoice(str(value), label) for value, label in choices]

    @property
    def from_id(self) -> int | None:
        """Whose work it is; None for nobody's."""
        return int(self.whose.data) if self.whose.data and self.whose.data != NOBODY else None
