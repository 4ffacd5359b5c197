"""What organizers write of a meeting: its agenda, its minutes, decisions and action items."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, HiddenField, IntegerField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from crm.core.forms import Day, Form, FormAmongOthers, FormKey, LongText, Part, Text
from crm.core.notes import no_identity_number
from crm.meetings.models import AgendaItem, Minutes
from crm.meetings.ready import LONGEST_ITEM, LONGEST_TITLE, MOST_ITEMS, Draft

# Empty rows below what is there; saving makes new ones.
BLANK_ROWS = 3
# What is further away than this is a mistyped year.
FURTHEST = timedelta(days=3 * 366)
NOT_TO_WRITE = _l(
    "What was said and decided, not who is what: never anybody's immigration status, religion, ethnicity, "
    "health, sexual orientation or politics."
)


class ItemForm(Part):
    """One row of the agenda; without a title it is left out."""

    place = IntegerField(_l("Order"), [Optional(), NumberRange(1, 99)])
    title = Text(_l("What"), longest=LONGEST_TITLE)
    minutes = IntegerField(_l("Length, minutes"), [Optional(), NumberRange(0, LONGEST_ITEM)])
    owner = Text(_l("Who leads it"), [no_identity_number], longest=120)
    note = LongText(_l("Note"), [no_identity_number], longest=1000)

    @property
    def draft(self) -> Draft:
        return Draft(self.title.data, self.minutes.data or 0, self.owner.data, self.note.data)


class AgendaForm(Form):
    """A whole agenda, row by row."""

    items = FieldList(FormField(ItemForm), max_entries=MOST_ITEMS + BLANK_ROWS)
    seen = HiddenField()

    def __init__(self, kept: Sequence[AgendaItem], **kwargs: Any) -> None:
        rows: list[dict[str, Any]] = [
            {
                "place": number,
                "title": one.title,
                "minutes": one.minutes,
                "owner": one.owner,
                "note": one.note,
            }
            for number, one in enumerate(kept, 1)
        ]
        rows += [{"place": len(kept) + number, "minutes": 10} for number in range(1, BLANK_ROWS + 1)]
        super().__init__(data={"items": rows, "seen": fingerprint_of_agenda(kept)}, **kwargs)

    @property
    def drafts(self) -> list[Draft]:
        """The items that were given a title, by their place; of two in one place the upper one first."""
        rows = [row.form for row in self.items if row.form.title.data]
        return [row.draft for row in sorted(rows, key=lambda row: row.place.data or MOST_ITEMS * 99)]


def fingerprint_of_agenda(kept: Sequence[AgendaItem]) -> str:
    """Of an agenda as it stands: a form that was opened before somebody else's change has another."""
    rows = json.dumps([[one.title, one.minutes, one.owner, one.note] for one in kept])
    return hashlib.sha256(rows.encode()).hexdigest()[:16]


def fingerprint_of_minutes(minutes: Minutes | None) -> str:
    """Of minutes as they stand."""
    return hashlib.sha256((minutes.text if minutes else "").encode()).hexdigest()[:16]


class MinutesForm(FormAmongOthers):
    """What was said."""

    text = LongText(_l("Minutes"), [no_identity_number], longest=40_000, description=NOT_TO_WRITE)
    seen = HiddenField()


class DecisionForm(FormAmongOthers):
    """What was decided."""

    form_key = FormKey()
    decision = LongText(
        _l("What was decided"),
        [InputRequired(_l("Say what was decided.")), no_identity_number],
        longest=1000,
    )


class ActionForm(FormAmongOthers):
    """Who does what by when."""

    form_key = FormKey()
    title = Text(
        _l("What is to be done"),
        [InputRequired(_l("Say what is to be done.")), no_identity_number],
        description=_l(
            "It stands among everybody's follow-ups: nothing here that only this meeting may know."
        ),
    )
    owner_id = SelectField(_l("Who does it"), coerce=int)
    organization = Text(_l("About which group"), description=_l("A part of its name is enough."))
    due_on = Day(_l("By when"), [InputRequired(_l("Choose a day."))])

    def __init__(self, owners: Sequence[tuple[int, str]], today: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.today = today
        self.owner_id.choices = [SelectChoice(str(number), name) for number, name in owners]
        # It begins with whoever writes, so nobody need be told that it may be left alone.
        self.owner_id.flags.required = True

    def validate_due_on(self, field: Day) -> None:
        if field.data is not None and not self.today <= field.data <= self.today + FURTHEST:
            raise ValidationError(_("Choose a day from today on, within three years."))
