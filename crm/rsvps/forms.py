"""Saying that one comes: as little as possible is asked, and nothing has to be told but a number."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired, NumberRange, Optional

from crm.core.forms import Form, Mail, Text
from crm.core.notes import no_identity_number
from crm.core.tickets import new_ticket, read_ticket
from crm.rsvps.models import MOST_PEOPLE
from crm.rsvps.operations import Coming
from crm.sign_ons.fields import People, stays_empty

_HOW_MANY = _l("Give a number from 1 to %(most)s.", most=MOST_PEOPLE)


class RsvpForm(Form):
    """I am coming."""

    ticket = HiddenField()
    people = People(
        _l("How many people"),
        [InputRequired(_HOW_MANY), NumberRange(1, MOST_PEOPLE, _HOW_MANY)],
        default=1,
        description=_l("You and whom you bring."),
    )
    name = Text(
        _l("Name"),
        [no_identity_number],
        longest=120,
        description=_l("A first name will do. The hosts alone see it, until a week after."),
    )
    email = Mail(
        _l("Mail address"),
        description=_l(
            "For word if the date moves or falls out. The hosts alone see it, until a week after."
        ),
    )
    subject = Text(_l("Leave this field empty"), [stays_empty])
    wants_next = BooleanField(_l("Tell me about the next one"))
    may_join = BooleanField(_l("My group may join the coalition"))
    group = Text(_l("Name of the group"), longest=200)

    def renew(self) -> None:
        """Give the form a ticket where it has none of ours."""
        if read_ticket(self.ticket.data or "") is None:
            self.ticket.data = new_ticket()

    def check(self) -> bool:
        """Validate the whole form."""
        good = bool(self.validate())
        if self.wants_next.data and not self.email.data and not self.email.errors:
            self.refuse("email", _("Give the mail address to which we write about the next one."))
            good = False
        if self.may_join.data and not self.group.data and not self.group.errors:
            self.refuse("group", _("Give the name of the group that may join."))
            good = False
        if self.group.data and not self.may_join.data:
            self.refuse("may_join", _("Tick this if the group may join, or leave its name out."))
            good = False
        return good

    def coming(self, language: str) -> Coming:
        """What is said, once the form is checked."""
        return Coming(
            people=self.people.data or 1,
            name=self.name.data,
            email=self.email.data,
            wants_next=self.wants_next.data,
            group=self.group.data,
            language=language,
        )


class PeopleForm(Form):
    """More come, or fewer."""

    people = People(_l("How many people"), [InputRequired(_HOW_MANY), NumberRange(1, MOST_PEOPLE, _HOW_MANY)])


class PlacesForm(Form):
    """How many can come."""

    places = People(
        _l("Places"),
        [Optional(), NumberRange(1, 100_000, _l("Give a whole number, or leave it open."))],
        description=_l("Open: without a limit. Beyond it people wait, and move up when a place gets free."),
    )
    every_date = BooleanField(_l("For every date of the series that has no number of its own"))
