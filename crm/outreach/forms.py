"""What organizers fill in: a touch, a follow-up, a stage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from crm.core import clock
from crm.core.forms import Day, Form, FormKey, LongText, Text
from crm.core.notes import no_identity_number
from crm.organizations.models import Contact
from crm.organizations.stages import Stages
from crm.outreach.models import CHANNEL_NAMES, NEXT_STEPS, OUTCOME_NAMES, Channel, Outcome
from crm.outreach.operations import NextStep, Touch

LONGEST_NOTE = 4_000
LONGEST_TITLE = 200
# What is further away than this is a mistyped year.
FURTHEST = timedelta(days=3 * 366)
LONGEST_AGO = timedelta(days=10 * 366)
Owners = Sequence[tuple[int | str, str]]
NOT_TO_WRITE = _l(
    "What was said and promised. Never anybody's immigration status, religion, ethnicity, health, "
    "sexual orientation or politics."
)


def _id_or_none(text: Any) -> int | None:
    return int(text) if text else None


def people_of(contacts: Sequence[Contact]) -> Owners:
    """Whom a touch may have been with."""
    people = [(c.id, f"{c.name}, {c.role}" if c.role else c.name) for c in contacts]
    return [*people, ("", _("Nobody in particular"))]


def _choices(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    return [SelectChoice(str(value), label) for value, label in pairs]


class DayForm(Form):
    """A form that knows which day it is where the coalition is."""

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        self.zone = zone
        self.today = clock.today(zone)
        super().__init__(*args, **kwargs)

    def check_to_come(self, day: date) -> None:
        """Raises ValidationError for a day that is past, or absurdly far."""
        if day < self.today:
            raise ValidationError(_("This day is past. Choose today or a later day."))
        if day > self.today + FURTHEST:
            raise ValidationError(_("This is more than three years away: check the year."))


class LogForm(DayForm):
    """One touch, in under ten seconds."""

    form_key = FormKey()
    next = HiddenField()
    follow_up = HiddenField()
    contact_id = SelectField(_l("Who with"), coerce=_id_or_none, validators=[Optional()])
    channel = SelectField(
        _l("How"), coerce=Channel, default=Channel.CALL, validators=[InputRequired(_l("Choose one."))]
    )
    outcome = RadioField(
        _l("What came of it"), coerce=Outcome, validators=[InputRequired(_l("Choose what came of it."))]
    )
    note = LongText(_l("Note"), [no_identity_number], longest=LONGEST_NOTE, description=NOT_TO_WRITE)
    on = Day(_l("When"))
    deals_with = BooleanField(default=True)
    due_on = Day(_l("Next step on"))
    title = Text(_l("What to do then"), [no_identity_number], longest=LONGEST_TITLE)
    owner_id = SelectField(_l("Who does it"), coerce=_id_or_none, validators=[Optional()])

    def __init__(self, *args: Any, contacts: Sequence[Contact], owners: Owners, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel.choices = _choices(CHANNEL_NAMES.items())
        self.outcome.choices = _choices(OUTCOME_NAMES.items())
        self.contact_id.choices = _choices(people_of(contacts))
        self.owner_id.choices = _choices(owners)
        # Among other forms on one page.
        for field in self:
            field.id = f"log-{field.name}"
        # They begin with what holds mostly, so nobody need be told that they may be left alone.
        for field in (self.on, self.owner_id):
            field.flags.required = True

    def validate_on(self, field: Day) -> None:
        if field.data is None:
            return
        if field.data > self.today:
            raise ValidationError(_("This day is still to come."))
        if field.data < self.today - LONGEST_AGO:
            raise ValidationError(_("This is more than ten years ago: check the year."))

    def validate_due_on(self, field: Day) -> None:
        if field.data is not None:
            self.check_to_come(field.data)
        elif self.title.data and not field.errors:
            raise ValidationError(_("Choose the day for “%(title)s”.", title=self.title.data))

    @property
    def touch(self) -> Touch:
        """What is told, for `log_touch`. Logged late, it counts as of noon of its day."""
        at = clock.now()
        if self.on.data is not None and self.on.data != self.today:
            at = datetime.combine(self.on.data, time(12), self.zone)
        contact_id = self.contact_id.data
        return Touch(self.channel.data, self.outcome.data, at, contact_id, self.note.data)

    @property
    def next_step(self) -> NextStep | None:
        """What is to be done next, where a day is given."""
        if self.due_on.data is None:
            return None
        title = self.title.data or str(NEXT_STEPS.get(self.outcome.data, _("Get in touch again")))
        return NextStep(title, self.due_on.data, self.owner_id.data)


class InteractionForm(Form):
    """A touch put right."""

    outcome = RadioField(
        _l("What came of it"),
        coerce=Outcome,
        choices=_choices(OUTCOME_NAMES.items()),
        validators=[InputRequired(_l("Choose what came of it."))],
    )
    note = LongText(_l("Note"), [no_identity_number], longest=LONGEST_NOTE, description=NOT_TO_WRITE)


class StageForm(Form):
    """The stage, by hand: one of the coalition's."""

    stage = SelectField(_l("Stage"))
    next = HiddenField()

    def __init__(self, *args: Any, stages: Stages, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stage.choices = _choices(stages.choices())


class FollowUpForm(DayForm):
    """A dated task."""

    form_key = FormKey()
    next = HiddenField()
    title = Text(
        _l("What is to be done"),
        [InputRequired(_l("Say what is to be done.")), no_identity_number],
        longest=LONGEST_TITLE,
    )
    due_on = Day(_l("Day"), validators=[InputRequired(_l("Choose a day."))])
    owner_id = SelectField(_l("Who does it"), coerce=_id_or_none, validators=[Optional()])

    def __init__(self, *args: Any, owners: Owners, **kwargs: Any) -> None:
        self.before: date | None = kwargs["obj"].due_on if kwargs.get("obj") else None
        super().__init__(*args, **kwargs)
        self.owner_id.choices = _choices(owners)

    def validate_due_on(self, field: Day) -> None:
        # An overdue task may keep its day while something else about it is changed.
        if field.data is not None and field.data != self.before:
            self.check_to_come(field.data)


class SnoozeForm(DayForm):
    """To when a task is put off: "tomorrow", "three-days", "next-week" (Monday), or a day."""

    until = Text(longest=20)
    next = HiddenField()

    @property
    def day(self) -> date | None:
        """The day, or None when it is none to put anything off to."""
        known = {
            "tomorrow": self.today + timedelta(days=1),
            "three-days": self.today + timedelta(days=3),
            "next-week": self.today + timedelta(days=7 - self.today.weekday()),
        }
        try:
            day = known.get(self.until.data) or date.fromisoformat(self.until.data)
        except ValueError:
            return None
        return day if self.today <= day <= self.today + FURTHEST else None


class PutBackForm(Form):
    """The day that a task had, and the one that it was put off to."""

    back_to = Day()
    put_to = Day()
    next = HiddenField()


class BackForm(Form):
    """Where to go on after a button."""

    next = HiddenField()
    reopen = HiddenField()
