"""What callers and coordinators fill in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    TimeField,
    ValidationError,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from crm.core import clock, notes
from crm.core.forms import Day, Form, FormKey, LongText, Text, options
from crm.organizations.models import Contact
from crm.outreach.models import NEXT_STEPS, OUTCOME_NAMES, FollowUp, Outcome
from crm.outreach.operations import NextStep
from crm.queues.models import COOLING_CHOICES
from crm.queues.operations import MOST_GROUPS, Call, NoCalls

LONGEST_NOTE = 4_000
LONGEST_FOR_NEXT = 1_000
NO_CALLS_NAMES = {
    NoCalls.NOBODY: _l("No"),
    NoCalls.PERSON: _l("This person"),
    NoCalls.GROUP: _l("The whole group"),
}
People = Sequence[tuple[int | str, str]]


def _id_or_none(text: Any) -> int | None:
    return int(text) if text not in (None, "", "None") else None


class QueueForm(Form):
    """What is asked of the groups of a queue, and how."""

    name = Text(_l("Name"), [InputRequired(_l("Give the queue a name."))], longest=120)
    demand_id = SelectField(
        _l("Ask them to endorse"),
        coerce=_id_or_none,
        description=_l("Groups that answer this demand meanwhile are not handed out any more."),
    )
    script = LongText(
        _l("What to say"),
        longest=4000,
        description=_l("In a few sentences, as you would say it. Each caller sees it while they call."),
    )
    cooling_days = SelectField(
        _l("Leave a group alone after a touch for"),
        coerce=int,
        default=3,
        description=_l("Who was called, met or written to more lately than that is not handed out yet."),
    )

    def __init__(self, *args: Any, demands: People, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.demand_id.choices = [("", _("Nothing in particular")), *demands]
        days = [(days, ngettext("%(num)s day", "%(num)s days", days)) for days in COOLING_CHOICES]
        self.cooling_days.choices = days
        self.cooling_days.flags.required = True


class NewQueueForm(QueueForm):
    """A queue that is made."""

    form_key = FormKey()


class CallForm(Form):
    """What came of a call, in under ten seconds."""

    form_key = FormKey()
    follow_up = HiddenField()
    outcome = RadioField(
        _l("What came of it"),
        coerce=Outcome,
        choices=options(OUTCOME_NAMES),
        validators=[InputRequired(_l("Choose what came of it."))],
    )
    contact_id = SelectField(_l("Who with"), coerce=_id_or_none)
    note = LongText(_l("Note"), [notes.no_identity_number], longest=LONGEST_NOTE, description=notes.HINT)
    due_on = Day(_l("Next step on"))
    back_at = TimeField(_l("At what hour"), [Optional()])
    for_next = LongText(
        _l("Note for the next caller"),
        [notes.no_identity_number],
        longest=LONGEST_FOR_NEXT,
        description=_l("Such as: ask for Ana, mornings are best. Whoever gets this group next sees it."),
    )
    flagged = BooleanField(_l("A coordinator should see this"))
    no_calls = SelectField(
        _l("Do they ask not to be called again?"),
        coerce=NoCalls,
        choices=options(NO_CALLS_NAMES),
        default=NoCalls.NOBODY,
    )
    deals_with = BooleanField(default=True)

    def __init__(self, *args: Any, contacts: Sequence[Contact], zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.today = zone, clock.today(zone)
        people = [(c.id, f"{c.name}, {c.role}" if c.name and c.role else c.name or c.role) for c in contacts]
        self.contact_id.choices = [*people, ("", _("Nobody in particular"))]

    def validate_due_on(self, field: Day) -> None:
        day: date | None = field.data
        if day is None:
            return
        if day < self.today:
            raise ValidationError(_("This day is past. Choose today or a later day."))
        if (day - self.today).days > 3 * 366:
            raise ValidationError(_("This is more than three years away: check the year."))

    def call(self, viewer_id: int | None, follow_up: FollowUp | None) -> Call:
        """What is told, for `settle`."""
        return Call(
            outcome=self.outcome.data,
            contact_id=self.contact_id.data,
            note=self.note.data,
            back_at=self._back_at,
            next_step=self._next_step(viewer_id),
            deals_with=follow_up if self.deals_with.data else None,
            for_next=self.for_next.data,
            flagged=self.flagged.data,
            no_calls=self.no_calls.data,
        )

    @property
    def _back_at(self) -> datetime | None:
        """The instant at which they want to be called; a day alone means nine in the morning, or now."""
        if self.outcome.data is not Outcome.CALL_BACK or self.due_on.data is None:
            return None
        hour: time = self.back_at.data or time(9)
        asked = datetime.combine(self.due_on.data, hour, self.zone)
        soon = datetime.combine(self.due_on.data, time(23, 59), self.zone)
        return soon if self.back_at.data is None and asked <= clock.now() else asked

    def _next_step(self, viewer_id: int | None) -> NextStep | None:
        if self.due_on.data is None:
            return None
        title = str(NEXT_STEPS.get(self.outcome.data, _("Get in touch again")))
        return NextStep(title, self.due_on.data, viewer_id)


class SkipForm(Form):
    """Why a group is taken off a queue."""

    note = LongText(_l("Why"), [notes.no_identity_number], longest=LONGEST_FOR_NEXT)


class HandOverForm(Form):
    """Groups that go from one caller to another."""

    from_id = SelectField(_l("From"), coerce=_id_or_none)
    to_id = SelectField(_l("To"), coerce=_id_or_none)
    most = IntegerField(
        _l("How many at most"),
        [InputRequired(_l("Say how many.")), NumberRange(1, MOST_GROUPS, _l("Say how many: 1 or more."))],
        default=20,
    )

    def __init__(self, *args: Any, people: People, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.from_id.choices = [("", _("Everybody’s")), *people]
        self.to_id.choices = [("", _("Everybody")), *people]
