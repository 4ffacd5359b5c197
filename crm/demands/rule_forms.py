"""What is typed about a coalition's rules."""

from __future__ import annotations

import hashlib
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, IntegerField, RadioField, ValidationError
from wtforms.validators import InputRequired, NumberRange, Optional

from crm.core.forms import Form, Text, options
from crm.demands.rules import FEWEST_DAYS, MOST_DAYS, MOST_NEEDED, MOST_REMINDERS, Rules

ALL, SOME = "all", "some"
DAYS = NumberRange(FEWEST_DAYS, MOST_DAYS, _l("Between 1 and 365 days."))


def _days_of(text: str) -> list[int]:
    """The days in "14, 7, 1". Raises ValueError."""
    return [int(part) for part in text.replace(",", " ").split()]


def _are_reminders(_form: Any, field: Field) -> None:
    try:
        days = _days_of(field.data or "")
    except ValueError:
        raise ValidationError(_("Write days as numbers with commas between, such as 14, 7, 1.")) from None
    if len(set(days)) > MOST_REMINDERS:
        raise ValidationError(_("No more than five reminders."))
    if not all(FEWEST_DAYS <= day <= MOST_DAYS for day in days):
        raise ValidationError(_("Between 1 and 365 days."))


class RulesForm(Form):
    """The rules; what they would do is shown before they are let hold."""

    gate = RadioField(
        _l("A member endorses"),
        [InputRequired()],
        choices=options({ALL: _l("every minimum demand"), SOME: _l("some of them, this many:")}),
    )
    gate_needed = IntegerField(
        _l("How many minimum demands"),
        [Optional(), NumberRange(1, MOST_NEEDED, _l("Between 1 and 100."))],
        description=_l("Only for “some of them”. If there are fewer, all of them are needed."),
    )
    gate_reservations = BooleanField(
        _l("An endorsement with a reservation counts"),
        description=_l("If not, a group that reserves something on a minimum demand is an ally."),
    )
    objection_days = IntegerField(
        _l("Days to object to an editorial change"),
        [InputRequired(), DAYS],
        description=_l(
            "Until then a group stays under the words that it accepted; who is silent is carried over."
        ),
    )
    answer_days = IntegerField(
        _l("Days to reconfirm after a change of substance"),
        [InputRequired(), DAYS],
        description=_l("Whose answer has not come by then lapses. It can be set anew with each change."),
    )
    reminder_days = Text(
        _l("Reminders, in days before the last one"),
        [_are_reminders],
        longest=60,
        description=_l("Such as 14, 7, 1. Leave it empty for none."),
    )
    # What the effect was shown of; anything else that is typed is shown first.
    seen = HiddenField()

    @classmethod
    def of(cls, rules: Rules) -> RulesForm:
        """Filled in with the rules that hold."""
        return cls(
            gate=ALL if rules.gate_needed is None else SOME,
            gate_needed=rules.gate_needed,
            gate_reservations=rules.gate_reservations,
            objection_days=rules.objection_days,
            answer_days=rules.answer_days,
            reminder_days=", ".join(map(str, rules.reminder_days)),
        )

    def validate_gate(self, field: Field) -> None:
        """ "Some" needs a number."""
        if field.data == SOME and self.gate_needed.data is None and not self.gate_needed.errors:
            raise ValidationError(_("Write how many."))

    @property
    def rules(self) -> Rules:
        """What was typed."""
        return Rules(
            objection_days=self.objection_days.data,
            answer_days=self.answer_days.data,
            reminder_days=tuple(sorted(set(_days_of(self.reminder_days.data)), reverse=True)),
            gate_needed=self.gate_needed.data if self.gate.data == SOME else None,
            gate_reservations=self.gate_reservations.data,
        )


def mark_of(rules: Rules, changes: object) -> str:
    """What was shown to a coordinator, in short: rules and what they would do."""
    return hashlib.sha256(repr((rules, changes)).encode()).hexdigest()[:32]
