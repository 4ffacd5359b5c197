"""What is typed about who came."""

from __future__ import annotations

from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired, NumberRange, Optional

from crm.attendance.models import Presence
from crm.attendance.operations import Arrival
from crm.attendance.rules import MOST_GROUPS, AttendanceRules
from crm.core.forms import Form, FormAmongOthers, FormKey, Mail, Text, options
from crm.core.notes import no_identity_number

# More come from no single group; who types a year by mistake is asked again.
MOST_AT_ONCE = 500
NONE, GROUPS, PERCENT = "none", "groups", "percent"
STATE_NAMES = {
    Presence.PRESENT: _l("Present"),
    Presence.ABSENT: _l("Absent"),
    Presence.EXCUSED: _l("Excused"),
}


class DoorForm(Form):
    """Somebody at the door: of which group, how many; and what they want, both unticked."""

    form_key = FormKey()
    group = Text(
        _l("Your group"),
        [no_identity_number],
        longest=200,
        description=_l("Choose it or type it. Leave it empty if you come for no group."),
    )
    count = IntegerField(
        _l("How many of you are here"),
        [InputRequired(_l("How many?")), NumberRange(1, MOST_AT_ONCE)],
        default=1,
    )
    wants_news = BooleanField(_l("Tell me about the next one"))
    may_join = BooleanField(_l("My group may join the coalition"))
    email = Mail(
        _l("Mail address"),
        description=_l("Only for what you ticked. Before any news you confirm it by a mail."),
    )

    def validate_email(self, field: Mail) -> None:
        if field.data and not (self.wants_news.data or self.may_join.data):
            raise ValidationError(_("Tick what we may write to you about, or leave the address out."))
        if self.wants_news.data and not field.data:
            raise ValidationError(_("Where shall we write to?"))

    def validate_group(self, field: Text) -> None:
        if self.may_join.data and not field.data:
            raise ValidationError(_("Say which group it is."))

    @property
    def arrival(self) -> Arrival:
        return Arrival(
            key=self.form_key.data,
            count=self.count.data or 0,
            group=self.group.data,
            wants_news=self.wants_news.data,
            may_join=self.may_join.data,
            email=self.email.data,
            language=str(get_locale()),
        )


class HeadsForm(FormAmongOthers):
    """How many were in the room."""

    heads = IntegerField(_l("People in the room"), [InputRequired(_l("How many?")), NumberRange(0)])


class DelegateForm(FormAmongOthers):
    """A delegate by name, where the coalition keeps names."""

    form_key = FormKey()
    organization_id = SelectField(_l("Group"), [InputRequired()], coerce=int)
    delegate = Text(_l("Name"), [InputRequired(_l("Type the name.")), no_identity_number], longest=120)
    delegate_state = SelectField(
        _l("State"), coerce=Presence, choices=options(STATE_NAMES), default=Presence.PRESENT
    )


class GroupForm(Form):
    """Which group a typed name means."""

    organization = Text(_l("Group"), [InputRequired(_l("Type the group's name."))])


class RulesForm(Form):
    """What the coalition has agreed on about attendance."""

    names = BooleanField(
        _l("Note the names of delegates"),
        description=_l(
            "Off, attendance is the number of people by group. On, organizers can write delegates' names "
            "beside it; they are encrypted, and deleted after twelve months."
        ),
    )
    quorum = RadioField(
        _l("Quorum of coalition meetings"),
        [InputRequired()],
        choices=options(
            {
                NONE: _l("none"),
                GROUPS: _l("so many member groups:"),
                PERCENT: _l("this share of them, in percent:"),
            }
        ),
    )
    number = IntegerField(_l("Number"), [Optional()])

    @classmethod
    def of(cls, rules: AttendanceRules) -> RulesForm:
        """The form as the rules stand."""
        kind = GROUPS if rules.quorum_groups else PERCENT if rules.quorum_percent else NONE
        number = rules.quorum_groups or rules.quorum_percent
        return cls(names=rules.names, quorum=kind, number=number)

    def validate_number(self, field: Any) -> None:
        most = {GROUPS: MOST_GROUPS, PERCENT: 100}.get(self.quorum.data)
        if most is not None and not 1 <= (field.data or 0) <= most:
            raise ValidationError(_("Give a number from %(least)s to %(most)s.", least=1, most=most))

    @property
    def rules(self) -> AttendanceRules:
        number = self.number.data
        return AttendanceRules(
            names=self.names.data,
            quorum_groups=number if self.quorum.data == GROUPS else None,
            quorum_percent=number if self.quorum.data == PERCENT else None,
        )
