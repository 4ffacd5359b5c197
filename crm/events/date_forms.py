"""What is typed about a venue, and the small forms of single dates."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, RadioField, TimeField, ValidationError
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, Optional

from crm.core.forms import Form, LongText, Text, Website, options
from crm.events.models import Said
from crm.events.operations import Change
from crm.events.queries import EventDate
from crm.events.recurrence import RecurrenceError, check_day
from crm.events.venues import FIELDS
from crm.events.words import SAID_NAMES


class EventDay(DateField):  # type: ignore[misc]
    """A day that an event can have: one at the end of all time has no day after it to end on."""

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse, beside the field, a day that no series can reach."""
        if self.data is not None:
            try:
                check_day(self.data, self.name)
            except RecurrenceError as error:
                raise ValidationError(error.message) from None


class VenueForm(Form):
    """Where people come, how they get in, and what is there for them."""

    place_name = Text(_l("Place"), description=_l("As people know it: “City Hall, south steps”."))
    address = Text(_l("Address"), longest=300)
    area = Text(_l("Neighborhood"), longest=120)
    is_home = BooleanField(_l("This is somebody's home"))
    directions = LongText(_l("How to find it"), longest=1000)
    step_free = RadioField(
        _l("Can one get in without steps"), choices=options(SAID_NAMES), coerce=Said, default=Said.UNSAID
    )
    hearing_loop = RadioField(
        _l("Is there a hearing loop"), choices=options(SAID_NAMES), coerce=Said, default=Said.UNSAID
    )
    interpretation = Text(_l("Interpretation into"), description=_l("“Spanish, American Sign Language”"))
    childcare = Text(_l("Childcare"), description=_l("“For children from three years”"))
    food = Text(_l("Food"), description=_l("“Soup, also vegan”"))
    online_url = Website(_l("To take part online"), description=_l("It is in no feed of the public's."))

    def venue(self) -> dict[str, Any]:
        """What was typed of the venue."""
        return {name: self[name].data for name in FIELDS}


class CancelForm(Form):
    """Why a date, or all of it, does not take place; the public reads it."""

    reason = Text(
        _l("Why"), longest=300, description=_l("People will read this on the page and in calendars.")
    )


class DateForm(VenueForm):
    """One date elsewhere or at another time."""

    # How the date was when the form was opened.
    seen = HiddenField()
    starts_on = EventDay(_l("Day"), [InputRequired(_l("Choose a day."))])
    starts_at = TimeField(_l("Begins at"), [InputRequired(_l("Choose a time."))])
    ends_at = TimeField(_l("Ends at"), [InputRequired(_l("Choose a time."))])

    def change(self) -> Change:
        """What was typed; an end at or before the beginning is on the next day."""
        starts = datetime.combine(self.starts_on.data, self.starts_at.data)
        ends = datetime.combine(self.starts_on.data, self.ends_at.data)
        length = (ends if ends > starts else ends + timedelta(days=1)) - starts
        return Change(starts, length, **self.venue())


def typed_date(one: EventDate) -> dict[str, Any]:
    """The fields as a date fills them."""
    return {
        "starts_on": one.starts_local.date(),
        "starts_at": one.starts_local.time(),
        "ends_at": one.ends_local.time(),
    } | {name: getattr(one.venue, name) for name in FIELDS}


class ExtraDateForm(Form):
    """A date that the series does not make."""

    starts_on = EventDay(_l("Day"), [InputRequired(_l("Choose a day."))])
    starts_at = TimeField(_l("Begins at"), [InputRequired(_l("Choose a time."))])


class ExtendForm(Form):
    """How long a series goes on."""

    until = EventDay(_l("Until"), [Optional()], description=_l("Empty: it stays open."))
