"""The forms of promises, the same for organizers and on a group's own page."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput, NumberInput

from crm.core.forms import Day, Form, FormKey, LongText, Text, clean, options
from crm.core.notes import no_identity_number
from crm.demonstrations.amounts import MOST_MONEY, MOST_PIECES, Promise, to_minor, to_units
from crm.demonstrations.models import COMMITMENT_NAMES, Commitment, CommitmentKind

PIECES = [NumberRange(min=1, max=MOST_PIECES)]


class Amount(StringField):  # type: ignore[misc]
    """A number of pieces, or of units of money with their parts; None where nothing is typed."""

    widget = NumberInput(step="any")

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = str(clean(valuelist[0])) if valuelist else ""
        self.data = None
        if typed and not re.fullmatch(r"\d{1,9}(\.\d{1,3})?", typed, re.ASCII):
            raise ValueError(_("Write a number, such as 25 or 25.50."))
        if typed:
            self.data = Decimal(typed)

    def _value(self) -> str:
        """What was typed, or the number without superfluous zeros."""
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:f}" if self.data is not None else ""


class PromiseForm(Form):
    """One promise: what, how much, for which date, by when."""

    kind = SelectField(_l("What"), choices=options(COMMITMENT_NAMES))
    amount = Amount(_l("How many, or how much money"), [InputRequired()])
    what = Text(
        _l("What it is"),
        longest=120,
        description=_l("Needed for “Something else”: water, a truck, first aid."),
    )
    on_date = SelectField(_l("For"), validators=[Optional()])
    due_on = Day(
        _l("By when"),
        [Optional()],
        description=_l("Empty: on the day itself. Needed for what is promised once for a whole series."),
    )
    note = LongText(
        _l("Note"),
        [no_identity_number],
        longest=1000,
        description=_l("No immigration status, religion, health or politics of a person."),
    )
    edition = IntegerField("", [Optional()], widget=HiddenInput())
    form_key = FormKey()

    def validate_amount(self, field: Amount) -> None:
        """Money has parts, everything else has none."""
        if field.data is None:
            return
        if self.kind.data == CommitmentKind.MONEY:
            check_money(field.data)
        elif field.data != field.data.to_integral_value():
            raise ValidationError(_("Write a whole number, such as 25."))
        elif not 1 <= field.data <= MOST_PIECES:
            raise ValidationError(_("Write a number from 1 to %(max)s.", max=MOST_PIECES))

    def fill(self, made: Commitment) -> None:
        """Show a promise, to be changed."""
        self.kind.data, self.what.data, self.due_on.data = made.kind.value, made.what, made.due_on
        self.amount.data = amount_typed(made, made.amount)
        self.note.data, self.edition.data = made.note or "", made.edition

    def wanted(self, currency: str) -> Promise:
        """What was typed. Raises ValueError for money in smaller parts than the currency has."""
        kind, typed = CommitmentKind(self.kind.data), self.amount.data or Decimal()
        amount = to_minor(typed, currency) if kind is CommitmentKind.MONEY else int(typed)
        return Promise(kind, amount, self.what.data, self.due_on.data, self.note.data)


class BringsForm(Form):
    """What a group brings, all at once, beside its yes: whatever it leaves out, it does not promise."""

    turnout = IntegerField(_l("People who come"), [Optional(), *PIECES])
    marshals = IntegerField(_l("Marshals"), [Optional(), *PIECES])
    speakers = IntegerField(_l("Speakers"), [Optional(), *PIECES])
    flyers = IntegerField(_l("Flyers handed out"), [Optional(), *PIECES])
    outreach = IntegerField(_l("Other groups it asks"), [Optional(), *PIECES])
    sound = BooleanField(_l("A sound system"))
    money = Amount(_l("Money"), [Optional()])
    other = Text(_l("Something else"), longest=120, description=_l("Water, a truck, first aid."))
    due_on = Day(_l("Flyers, money and the like by"), [Optional()])

    def validate_money(self, field: Amount) -> None:
        """Within what can be written down."""
        if field.data is not None:
            check_money(field.data)

    def wanted(self, currency: str) -> list[Promise]:
        """The promises, each with the day by which it is due where one was typed."""
        kinds = (CommitmentKind.TURNOUT, CommitmentKind.MARSHALS, CommitmentKind.SPEAKERS)
        promises = [Promise(kind, self[kind].data) for kind in kinds if self[kind].data]
        if self.sound.data:
            promises.append(Promise(CommitmentKind.SOUND))
        due_on = self.due_on.data
        for kind in (CommitmentKind.FLYERS, CommitmentKind.OUTREACH):
            if self[kind].data:
                promises.append(Promise(kind, self[kind].data, due_on=due_on))
        if self.money.data:
            minor = to_minor(self.money.data, currency)
            promises.append(Promise(CommitmentKind.MONEY, minor, due_on=due_on))
        if self.other.data:
            promises.append(Promise(CommitmentKind.OTHER, 1, self.other.data, due_on=due_on))
        return promises


class DeliveredForm(Form):
    """How much of one promise came."""

    delivered = Amount(_l("What was delivered"), [InputRequired()])
    on_date = Text("", [Optional(), Length(max=10)], widget=HiddenInput())
    edition = IntegerField("", [InputRequired()], widget=HiddenInput())

    def show(self, made: Commitment, on_date: str) -> None:
        """What is known so far, or all that was promised; of a promise on each date, of which date."""
        self.delivered.data = amount_typed(made, made.amount if made.delivered is None else made.delivered)
        self.on_date.data, self.edition.data = on_date, made.edition

    def count_of(self, made: Commitment) -> int:
        """In the units of the promise. Raises ValueError for parts of what has none."""
        return read_amount(made, self.delivered.data or Decimal())


def read_amount(made: Commitment, typed: Decimal) -> int:
    """What was typed in the units of a promise. Raises ValueError for parts of what has none."""
    if made.kind is CommitmentKind.MONEY:
        return to_minor(typed, made.currency or "USD")
    if typed != typed.to_integral_value():
        raise ValueError("a part of a whole thing")
    return int(typed)


def amount_typed(made: Commitment, amount: int) -> Decimal:
    """An amount of a promise as it is typed: money in its own units."""
    return to_units(amount, made.currency or "USD") if made.kind is CommitmentKind.MONEY else Decimal(amount)


def check_money(amount: Decimal) -> None:
    """Raises ValidationError for what is no sum to promise."""
    if not 0 < amount <= MOST_MONEY:
        raise ValidationError(_("Write a number from %(min)s to %(max)s.", min=1, max=MOST_MONEY))
