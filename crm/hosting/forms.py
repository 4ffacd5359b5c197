"""Offering to host a meeting, and deciding on it."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, TimeField
from wtforms.validators import DataRequired, InputRequired

from crm.core.errors import Refused
from crm.core.forms import Day, Form, LongText, Mail, Text, options
from crm.core.notes import refuse_identity_number
from crm.core.tickets import new_ticket, read_ticket
from crm.events.models import EventKind, Visibility
from crm.events.words import KIND_NAMES, VISIBILITY_TEXTS
from crm.hosting.operations import KINDS, Offer
from crm.meetings.ready import Ready, ready_items, write_lines
from crm.organizations.phones import normal_phone
from crm.sign_ons.fields import holds_a_word, stays_empty

LONGEST_AHEAD = timedelta(days=366)
_LENGTHS = {
    60: _l("1 hour"),
    90: _l("1½ hours"),
    120: _l("2 hours"),
    180: _l("3 hours"),
}


class OfferForm(Form):
    """Host a meeting."""

    ticket = HiddenField()
    kind = RadioField(
        _l("Who meets?"),
        [InputRequired(_l("Choose who meets."))],
        choices=options({kind: KIND_NAMES[kind] for kind in KINDS}),
    )
    title = Text(
        _l("What shall it be called?"),
        [DataRequired(_l("Give it a name.")), holds_a_word],
        description=_l("As in “Old Mill neighborhood meeting”."),
    )
    starts_on = Day(_l("Day"), [InputRequired(_l("Give the day."))])
    starts_at = TimeField(_l("Begins at"), [InputRequired(_l("Give the time, as in 19:00."))])
    minutes = SelectField(_l("How long it lasts"), choices=options(_LENGTHS), default="90")
    is_home = BooleanField(
        _l("It is somebody's home"),
        description=_l("Then the neighborhood alone is public; who says that they come is told the address."),
    )
    place_name = Text(_l("Place"), description=_l("The library's reading room, the union hall …"))
    address = Text(
        _l("Address"), longest=300, description=_l("Until it is decided, the coordinators alone see it.")
    )
    area = Text(
        _l("Neighborhood"), [DataRequired(_l("Give the neighborhood, campus or part of town."))], longest=120
    )
    agenda = LongText(
        _l("Agenda"),
        longest=3000,
        description=_l(
            "Ready to use; change it as you like: a line for each thing, as in “10 minutes: who we are”. "
            "Name nobody in it."
        ),
    )
    host_name = Text(_l("Your name"), [DataRequired(_l("Give your name.")), holds_a_word], longest=120)
    host_email = Mail(_l("Mail address"), description=_l("There we answer."))
    host_phone = Text(_l("Phone number"), longest=40)
    subject = Text(_l("Leave this field empty"), [stays_empty])

    def renew(self) -> None:
        """Give the form a ticket where it has none of ours."""
        if read_ticket(self.ticket.data or "") is None:
            self.ticket.data = new_ticket()

    def fill_in_agenda(self, kind: str) -> bool:
        """Write the ready agenda of what can be hosted into its field; whether there is one of that name."""
        if kind in {one.value for one in KINDS}:
            self.agenda.data = write_lines(ready_items(Ready(kind)))
        return kind in {one.value for one in KINDS}

    def check(self, now_local: datetime) -> bool:
        """Validate the whole form; `now_local` is the wall time in the coalition's zone."""
        good = bool(self.validate())
        return all([self._check_time(now_local), self._check_host(), self._check_agenda(), good])

    def _check_time(self, now_local: datetime) -> bool:
        if not self.starts_on.data or not self.starts_at.data:
            return False
        starts = datetime.combine(self.starts_on.data, self.starts_at.data)
        if starts <= now_local:
            self.refuse("starts_on", _("This time is over. Choose one to come."))
        elif starts > now_local + LONGEST_AHEAD:
            self.refuse("starts_on", _("This day is too far ahead."))
        return not self.starts_on.errors

    def _check_host(self) -> bool:
        if self.host_phone.data and (number := normal_phone(self.host_phone.data)) is None:
            self.refuse("host_phone", _("Check this number: it should look like (406) 555-0123."))
        elif self.host_phone.data:
            self.host_phone.data = number
        if not self.host_email.data and not self.host_phone.data:
            self.refuse("host_email", _("Give a mail address or a phone number, so that we can answer."))
        return not (self.host_phone.errors or self.host_email.errors)

    def _check_agenda(self) -> bool:
        try:
            refuse_identity_number(self.agenda.data, "agenda")
        except Refused as refused:
            self.refuse("agenda", refused.message)
        return not self.agenda.errors

    def offer(self, language: str) -> Offer:
        """What is offered, once the form is checked."""
        starts_on, starts_at = self.starts_on.data, self.starts_at.data
        assert starts_on and starts_at  # noqa: S101 - the form was checked
        told = ("title", "place_name", "address", "area", "is_home", "agenda")
        host = ("host_name", "host_email", "host_phone")
        return Offer(
            kind=EventKind(self.kind.data),
            starts_local=datetime.combine(starts_on, starts_at),
            minutes=int(self.minutes.data),
            language=language,
            **{name: self[name].data for name in (*told, *host)},
        )


class AcceptForm(Form):
    """Take an offer up."""

    title = Text(_l("What it is called"), [DataRequired(_l("Give it a name.")), holds_a_word])
    visibility = RadioField(_l("Who may know of it"), choices=options(VISIBILITY_TEXTS))

    def validate_visibility(self, field: Field) -> None:
        """Turned into what it stands for; one that there is not was refused already."""
        if not field.errors:
            field.data = Visibility(field.data)


class DeclineForm(Form):
    """Say no."""

    reason = LongText(
        _l("Why"),
        [DataRequired(_l("Say why: it is mailed to who offered it."))],
        longest=600,
        description=_l("In your own words; it is mailed to who offered it."),
    )
