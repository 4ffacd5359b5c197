"""What is filled in about a target's step, and about what opens a demand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from crm.core.forms import Form, FormKey, Text, Website, options
from crm.policies.models import INSTRUMENT_NAMES, POLICY_STATUS_NAMES, Instrument, PolicyStatus
from crm.policies.operations import NewStep
from crm.targets.models import Target

BINDING, NOT_BINDING = "yes", "no"


class StepForm(Form):
    """What a target did with a demand."""

    form_key = FormKey()
    target_id = SelectField(_l("Target"), [InputRequired(_l("Choose one."))], coerce=int)
    what = RadioField(
        _l("What happened"), [InputRequired(_l("Choose one."))], choices=options(POLICY_STATUS_NAMES)
    )
    happened_on = DateField(_l("When"), [InputRequired(_l("Give the day."))])
    title = Text(_l("Its name or number"), description=_l("Such as “Ordinance 126” or “Council Bill 119”."))
    instrument = SelectField(
        _l("What was passed"), choices=[SelectChoice("", _l("Choose one")), *options(INSTRUMENT_NAMES)]
    )
    binding = RadioField(
        _l("Does it bind?"),
        choices=[
            SelectChoice("", _l("It was not passed")),
            SelectChoice(BINDING, _l("Binding: they must do it")),
            SelectChoice(NOT_BINDING, _l("Not binding: they say they will")),
        ],
        default="",
    )
    link = Website(_l("Link to the source"), description=_l("The record, the minutes, or a report. Public."))

    def __init__(self, *args: Any, targets: Sequence[Target], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target_id.choices = [
            SelectChoice(one.id, f"{one.name} ({one.place})" if one.place else one.name) for one in targets
        ]

    @property
    def step(self) -> NewStep:
        """What was typed, as its operation takes it."""
        return NewStep(
            status=PolicyStatus(self.what.data),
            happened_on=self.happened_on.data,
            instrument=Instrument(self.instrument.data) if self.instrument.data else None,
            binding={BINDING: True, NOT_BINDING: False}.get(self.binding.data),
            title=self.title.data,
            link=self.link.data,
        )


class RungForm(Form):
    """Which demand opens this one."""

    after_id = SelectField(_l("Opens when this one is won"), coerce=int)
