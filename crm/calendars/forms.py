"""What an owner chooses for a private feed."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from crm.calendars.models import FeedVariant
from crm.calendars.operations import FeedChoices
from crm.core.forms import Form


class FeedForm(Form):
    variant = RadioField(
        _l("What each entry says"),
        [InputRequired()],
        choices=[
            SelectChoice(FeedVariant.FULL.value, _l("All: titles, follow-ups with the group, links")),
            SelectChoice(FeedVariant.TIME_ONLY.value, _l("Time and place only, without titles")),
        ],
        default=FeedVariant.FULL.value,
        coerce=FeedVariant,
    )
    with_addresses = BooleanField(
        _l("With the address of meetings that are not public"),
        description=_l("Without it: the neighborhood alone."),
    )
    with_closed = BooleanField(
        _l("With closed meetings that name you"),
        description=_l("The time alone, called “Meeting”."),
    )

    def chosen(self) -> FeedChoices:
        """As the operations take it."""
        return FeedChoices(self.variant.data, self.with_addresses.data, self.with_closed.data)


class GroupFeedForm(FeedForm):
    variant = RadioField(
        _l("What each entry says"),
        [InputRequired()],
        choices=[
            SelectChoice(FeedVariant.FULL.value, _l("All: titles, what your group does there, links")),
            SelectChoice(FeedVariant.TIME_ONLY.value, _l("Time and place only, without titles")),
        ],
        default=FeedVariant.FULL.value,
        coerce=FeedVariant,
    )
    with_closed = BooleanField(
        _l("With closed meetings that name your group"),
        description=_l("The time alone, called “Meeting”."),
    )
