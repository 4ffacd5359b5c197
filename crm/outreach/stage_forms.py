"""What coordinators fill in about the coalition's stages."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from crm.core.forms import Form, FormKey, Text
from crm.organizations.models import STAGE_NAMES, Stage
from crm.organizations.stages import LONGEST_LABEL, Step


class AddStageForm(Form):
    """A stage more: what it is called, and which of the five it means."""

    form_key = FormKey()
    label = Text(_l("Name"), [InputRequired(_l("Give the stage a name."))], longest=LONGEST_LABEL)
    meaning = SelectField(
        _l("Counts as"),
        coerce=Stage,
        choices=[SelectChoice(stage.value, name) for stage, name in STAGE_NAMES.items()],
        default=Stage.IN_CONVERSATION,
        description=_l("What touches make of it, and how far it is: this is not changed later."),
    )


class RenameForm(Form):
    """Another name for a stage; of the five an empty one is what everybody calls it."""

    label = Text(_l("Name"), longest=LONGEST_LABEL)

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Among others on one page.
        self.label.id = f"label-{step.code}"


class PlaceForm(Form):
    """Before which other stage it stands; "" for last."""

    before = HiddenField()
