"""What is filled in about a partner's calendar, and about a calendar file."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import InputRequired

from crm.core.forms import Form, FormKey, Text, options
from crm.events.models import EventKind
from crm.events.words import KIND_NAMES


class CalendarForm(Form):
    """How a calendar is called and where its dates are shown."""

    name = Text(
        _l("Name"),
        [InputRequired(_l("Give it a name."))],
        longest=120,
        description=_l("Its dates are labeled with it: “Tenants' Union of Bellwater”."),
    )
    organization = Text(
        _l("Group"),
        description=_l("Whose calendar it is, if it is one of your groups'. A part of its name is enough."),
    )
    shown_in_calendar = BooleanField(
        _l("Show its dates in the public calendar"),
        default=True,
        description=_l(
            "Apart from your own, with its name beside them. Warnings of collisions count it either way."
        ),
    )
    in_own_feed = BooleanField(
        _l("Put its dates into the coalition's own feed"),
        description=_l("Then they are in the calendar app of everybody who subscribes to yours."),
    )


class AddForm(CalendarForm):
    """A calendar by its address."""

    form_key = FormKey()
    address = Text(
        _l("Address"),
        [InputRequired(_l("Paste the address of the calendar."))],
        longest=2000,
        description=_l(
            "It mostly ends in .ics. Apps call it “subscribe”, “webcal” or “public address in iCal format”."
        ),
    )


class UploadForm(Form):
    """A calendar file."""

    form_key = FormKey()
    file = FileField(
        _l("Calendar file"),
        [FileRequired(_l("Choose a file."))],
        description=_l("What calendar apps export: it ends in .ics. Up to 2 MB."),
    )


class ApplyForm(Form):
    """What is made of the entries of a file."""

    kind = SelectField(
        _l("Kind"),
        coerce=EventKind,
        choices=options(KIND_NAMES),
        default=EventKind.NEIGHBORHOOD,
        description=_l("Of all of them; each can be changed afterwards."),
    )
    publish = RadioField(
        _l("For whom"),
        choices=options(
            {
                "draft": _l("As drafts: you look each of them over and publish it"),
                "publish": _l("Published at once, to those who may know of that kind"),
            }
        ),
        default="draft",
    )
