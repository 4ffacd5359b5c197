"""Pasting the names of a printed list, and deciding on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from crm.core.forms import Form, FormKey, LongText, Text, options
from crm.demands.models import DemandVersion, VersionState
from crm.demands.queries import words_of
from crm.sign_ons.decision_forms import LARGEST_ID
from crm.sign_ons.fields import Day
from crm.sign_ons.models import NameState
from crm.sign_ons.printed_names import MOST, PrintedName, twins

EARLIEST = date(1900, 1, 1)
ACTS = {
    NameState.NEW: _l("Accept as new groups"),
    NameState.JOINED: _l("Join to the likeliest group"),
    NameState.DROPPED: _l("Drop"),
}


class PasteForm(Form):
    """Which letter, under which words, and the names as they are printed."""

    form_key = FormKey()
    title = Text(
        _l("Which letter"),
        [DataRequired(_l("Say which letter it is."))],
        longest=200,
        description=_l("As in “Open letter on housing to the city council”."),
    )
    letter_on = Day(
        _l("Day of the letter"), [InputRequired(_l("Give the day of the letter, as in 2026-12-31."))]
    )
    origin = Text(
        _l("Where it is printed"),
        longest=300,
        description=_l("An address on the web, a newspaper, a folder in the office."),
    )
    versions = SelectMultipleField(
        _l("The words it was under"),
        [InputRequired(_l("Choose the words that stood in the letter."))],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("Exactly those that were printed; of each demand one version."),
    )
    names = LongText(
        _l("The names, as they are printed"),
        [DataRequired(_l("Paste the names of the groups."))],
        longest=60_000,
        description=_l("One to a line, or parted by semicolons or commas. Numbers and bullets do no harm."),
    )

    def offer(self, versions: Sequence[DemandVersion], language: str) -> None:
        """The wordings that can be chosen."""
        self.versions.choices = [SelectChoice(one.id, _label(one, language)) for one in versions]

    def check(self, chosen: Sequence[DemandVersion], today: date) -> bool:
        """Validate it; `today` is the day in the coalition's zone, `chosen` what was ticked."""
        good = bool(self.validate())
        if self.letter_on.data and not EARLIEST <= self.letter_on.data <= today:
            self.refuse("letter_on", _("This day is still to come, or long ago: check the year."))
            good = False
        if len({one.demand_id for one in chosen}) < len(chosen):
            self.refuse("versions", _("Choose one version of each demand: the one that was printed."))
            good = False
        return good

    def check_names(self, names: Sequence[PrintedName]) -> bool:
        """Whether there are names in what was pasted, and no more than can be looked over at once."""
        if not names:
            self.refuse("names", _("There is no name in this."))
        elif len(names) - len(twins(names)) > MOST:
            self.refuse("names", _("Paste at most %(most)s names at once.", most=MOST))
        return not self.names.errors


class NameForm(Form):
    """What a coordinator makes of one name."""

    act = RadioField(choices=options(ACTS), validators=[InputRequired()])
    organization_id = IntegerField(validators=[Optional(), NumberRange(1, LARGEST_ID)])


class NamesForm(Form):
    """What a coordinator makes of several names at once."""

    act = RadioField(
        _l("What to do with them"),
        choices=options(ACTS),
        validators=[InputRequired(_l("Choose what to do with them."))],
    )
    chosen = SelectMultipleField(
        _l("Names"),
        [InputRequired(_l("Choose at least one name."))],
        coerce=int,
        validate_choice=False,
    )


def chosen_of(versions: Sequence[DemandVersion], ids: Sequence[int] | None) -> list[DemandVersion]:
    """The ticked ones of the wordings on offer."""
    by_id: Mapping[int, DemandVersion] = {one.id: one for one in versions}
    return [by_id[one] for one in ids or () if one in by_id]


def _label(version: DemandVersion, language: str) -> str:
    told = {"sentence": words_of(version, language).sentence, "number": version.number}
    if version.state is VersionState.SUPERSEDED:
        return str(_("%(sentence)s (version %(number)s, superseded since)", **told))
    return str(_("%(sentence)s (version %(number)s)", **told))
