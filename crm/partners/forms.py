"""What is filled in about a partner's calendar, and about a calendar file."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import InputRequired

from crm.core.forms import Form, FormKey, Text


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
