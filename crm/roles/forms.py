"""Describing a role, and saying who takes it."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, SelectField, TimeField, ValidationError
from wtforms.validators import InputRequired, NumberRange, Optional

from crm.core.forms import Form, FormKey, Text, options
from crm.core.notes import no_identity_number
from crm.roles.models import MOST_NEEDED, ROLE_NAMES, EventRole, RoleKind
from crm.roles.operations import RoleNeed


class RoleForm(Form):
    """A role as an organizer describes it."""

    kind = SelectField(_l("Role"), [InputRequired()], choices=options(ROLE_NAMES))
    label = Text(
        _l("Called"),
        longest=80,
        description=_l(
            "Where the role alone does not say it, such as “Banner carriers” or “Interpreter, Spanish”."
        ),
    )
    needed = IntegerField(
        _l("People needed"),
        [InputRequired(_l("Write how many people are needed.")), NumberRange(1, MOST_NEEDED)],
        default=1,
    )
    from_time = TimeField(_l("From"), validators=[Optional()], description=_l("Empty: the whole of it."))
    to_time = TimeField(_l("Until"), validators=[Optional()])
    note = Text(
        _l("What they should know"),
        longest=300,
        description=_l("It stands in public. Write nothing about people."),
    )
    where = RadioField(_l("Needed on"), validators=[Optional()])
    form_key = FormKey()

    def need(self, on_date: object = None) -> RoleNeed:
        """What was typed. `on_date`: a date, where the role is of that date alone."""
        return RoleNeed(
            kind=RoleKind(self.kind.data),
            needed=self.needed.data,
            label=self.label.data,
            from_time=self.from_time.data,
            to_time=self.to_time.data,
            note=self.note.data,
            on_date=on_date,  # type: ignore[arg-type]
        )


def typed_from(role: EventRole) -> dict[str, object]:
    """A role as its form shows it."""
    return {
        "kind": role.kind.value,
        "label": role.label,
        "needed": role.needed,
        "from_time": role.from_time,
        "to_time": role.to_time,
        "note": role.note,
    }


class FillForm(Form):
    """Who takes it: a group, one of the organizers, or somebody by name."""

    organization = Text(_l("Group"), description=_l("A part of the name is enough."))
    # Chosen where a part of a name fits several.
    organization_id = HiddenField()
    user_id = SelectField(_l("Or one of the organizers"), validators=[Optional()])
    person = Text(
        _l("Or somebody by name"),
        [no_identity_number],
        longest=120,
        description=_l(
            "Organizers see it, and it stands on the printed agenda and run sheet; it is erased 30 days "
            "after the date. Write no phone number here."
        ),
    )
    count = IntegerField(
        _l("How many people"),
        [InputRequired(_l("Write how many people come.")), NumberRange(1, MOST_NEEDED)],
        default=1,
    )

    def validate_organization(self, _field: object) -> None:
        given = [self.organization.data or self.organization_id.data, self.user_id.data, self.person.data]
        if sum(bool(one) for one in given) != 1:
            raise ValidationError(_("Name one of the three: a group, an organizer, or somebody else."))
