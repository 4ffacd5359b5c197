"""What is typed about what is kept of people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField
from wtforms.validators import InputRequired, NumberRange

from crm.core.forms import Form, Mail, Text
from crm.core.retention import days_of, rules


class DaysForm(Form):
    """For how many days each kind is kept; a field for each rule that leaves a choice."""

    @property
    def days(self) -> dict[str, int]:
        """Kind → days, of those that leave a choice."""
        return {field.name: field.data for field in self if field.name in rules}


def days_form(settings: Mapping[str, Any], **given: Any) -> DaysForm:
    """The form with what holds now. The rules are known once the program stands, so it is made here."""
    fields = {
        kind: IntegerField(
            rule.label,
            [
                InputRequired(_("For how many days?")),
                NumberRange(
                    rule.least,
                    rule.most,
                    _("Choose %(least)s to %(most)s days.", least=rule.least, most=rule.most),
                ),
            ],
            default=days_of(rule, settings),
        )
        for kind, rule in rules.items()
        if not rule.is_fixed
    }
    made: DaysForm = type("DaysForm", (DaysForm,), fields)(**given)
    return made


class PersonForm(Form):
    """Whom to look for: by what they say of themselves, or by one of the groups' people."""

    mail = Mail(_l("Mail address"))
    phone = Text(_l("Phone number"), longest=40)
    name = Text(
        _l("Whole name"),
        description=_l("Finds everybody of that name. Leave it out where two people may share it."),
    )
    contact = HiddenField(default="")
    by_mail = BooleanField(_l("Their mail address"), default=True)
    by_phone = BooleanField(_l("Their phone number, if nobody shares it"), default=True)
    by_name = BooleanField(_l("Their name, if nobody else has it"))

    @property
    def contact_id(self) -> int | None:
        """The number of the contact that was picked."""
        text = str(self.contact.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
