"""What organizers fill in about groups and their people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from crm.core import notes
from crm.core.forms import Form, FormKey, LongText, Mail, Text, Website, options
from crm.organizations.models import KIND_NAMES, How, Organization, OrganizationKind
from crm.organizations.operations import LARGEST

Choices = Sequence[tuple[Any, Any]]


def _id_or_none(text: Any) -> int | None:
    """A record's id, or None for nothing chosen. ValueError for what no record can have."""
    if text in (None, "", "None"):
        return None
    if not 0 < (found := int(text)) < 2**31:
        raise ValueError(text)
    return found


class OrganizationForm(Form):
    """A group's listing. `parent_name` is typed; what it is taken for is chosen in `parent_id`."""

    edition = HiddenField()
    name = Text(_l("Name"), [InputRequired(_l("Give the group's name."))], longest=300)
    acronym = Text(_l("Known for short as"), longest=60)
    kind = SelectField(
        _l("Kind"),
        [InputRequired(_l("Choose one."))],
        coerce=OrganizationKind,
        choices=options(KIND_NAMES),
        default=OrganizationKind.COMMUNITY_GROUP,
    )
    local_number = Text(_l("Number of the local, post or chapter"), longest=40)
    size = IntegerField(
        _l("People represented"),
        [Optional(), NumberRange(0, LARGEST, _l("Give a whole number of people, or leave it out."))],
        description=_l("Members, or people who belong to it. Leave it out if nobody said."),
    )
    size_public = BooleanField(_l("This number may be shown in public"))
    parent_name = Text(
        _l("Part of"),
        longest=300,
        description=_l("Its national union, synod, federation … Type a name; if several fit, you choose."),
    )
    parent_asked = HiddenField()
    parent_id = RadioField(_l("Part of which group?"), coerce=_id_or_none, validate_choice=False)
    sector = Text(_l("Sector"), longest=120, description=_l("Such as education, transport, housing."))
    place = Text(
        _l("Neighborhood or town"), longest=120, description=_l("What the list's filter by place goes by.")
    )
    address = Text(
        _l("Address"), longest=300, description=_l("Of an office or a meeting place, never of a home.")
    )
    city = Text(_l("City"), longest=120)
    state = Text(_l("State"), longest=60)
    postal_code = Text(_l("Postal code"), longest=20)
    website = Website(_l("Website"))
    description = LongText(
        _l("In its own words"),
        longest=2000,
        description=_l("Shown in public once the group stands with you."),
    )
    note = LongText(_l("Note for organizers"), longest=4000, description=notes.HINT)
    identity_number_meant = BooleanField(_l("The number in the text is no person's identity number"))
    assignee_id = SelectField(_l("Who looks after it"), coerce=_id_or_none)
    another_group = BooleanField(_l("It is another group than those"))

    # The group that is here already under the same name, place and number.
    same: Organization | None = None

    def __init__(self, *args: Any, members: Choices, obj: Organization | None = None, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, **kwargs)
        nobody: Choices = [("", _l("Nobody yet"))]
        self.assignee_id.choices = [*nobody, *members]
        self.parent_id.choices = []

    def asks_identity_number(self) -> bool:
        """Whether the text was refused for what looks like an identity number."""
        return any(notes.holds_identity_number(field.data) for field in (self.note, self.description))


# What tells which group it is, where it belongs and who looks after it. Who is limited to assigned groups
# changes none of it: whether another group has that name, or is above, would show which others there are.
SETTLED = (
    "name", "local_number", "city", "state", "parent_name", "parent_asked", "parent_id", "assignee_id",
    "another_group",
)  # fmt: skip


def leave_settled(form: OrganizationForm) -> None:
    """Take the fields out that somebody else settles; what the listing holds there stays."""
    for name in SETTLED:
        del form[name]


ENDINGS = {How.DISSOLVED: _l("It dissolved"), How.SUCCEEDED: _l("It goes on as another group")}


class EndingForm(Form):
    """That a group dissolved, or goes on as another; the other is typed and chosen as a parent is."""

    how = RadioField(
        _l("What became of it?"),
        [InputRequired(_l("Choose one."))],
        coerce=How,
        choices=options(ENDINGS),
    )
    parent_name = Text(
        _l("As which group?"), longest=300, description=_l("Type a name; if several fit, you choose.")
    )
    parent_asked = HiddenField()
    parent_id = RadioField(_l("Which group goes on?"), coerce=_id_or_none, validate_choice=False)
    ended_on = DateField(_l("On which day?"), [Optional()], description=_l("Leave it out if you don't know."))


class NewOrganizationForm(OrganizationForm):
    """A group that is added."""

    form_key = FormKey()


class ContactForm(Form):
    """A person who acts for a group: as little as possible."""

    name = Text(_l("Name"), longest=120, description=_l("As they want to be called; a first name is enough."))
    role = Text(
        _l("What they are in the group"), longest=120, description=_l("President, pastor, delegate …")
    )
    phone = Text(_l("Phone"), longest=40)
    email = Mail(_l("E-mail"))
    is_primary = BooleanField(_l("Call this person first"))
    since_on = DateField(_l("Acts for the group since"), [Optional()])
    until_on = DateField(_l("Until"), [Optional()])
    note = LongText(_l("Note"), longest=2000, description=notes.HINT)
    identity_number_meant = BooleanField(_l("The number in the text is no person's identity number"))

    def asks_identity_number(self) -> bool:
        """Whether the note was refused for what looks like an identity number."""
        return notes.holds_identity_number(self.note.data)


class NewContactForm(ContactForm):
    """Somebody who is added."""

    form_key = FormKey()


class AssignForm(Form):
    """Who gets the groups that were chosen."""

    form_key = FormKey()
    assignee_id = SelectField(_l("Give them to"), coerce=_id_or_none)

    def __init__(self, *args: Any, members: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nobody: Choices = [("", _l("Nobody"))]
        self.assignee_id.choices = [*members, *nobody]


class TagsForm(Form):
    """Tags that a group gets."""

    add_tags = Text(
        _l("Add tags"),
        [InputRequired(_l("Write a tag, or several apart by commas."))],
        longest=600,
        description=_l("A word or a few, apart by commas. Never about a person."),
    )


class ViewForm(Form):
    """What a saved view is called, and whether others have it."""

    name = Text(_l("Name of the view"), [InputRequired(_l("Give it a name."))], longest=60)
    shared = BooleanField(_l("For everybody here who sees all groups"))


class NewViewForm(ViewForm):
    """A view that is saved."""

    form_key = FormKey()
