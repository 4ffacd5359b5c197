"""The forms of the settings."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from crm.coalitions.models import Coalition
from crm.core.forms import Form, LongText, Mail, Text
from crm.core.languages import LANGUAGES, own_name

REGIONS = ("America", "Pacific", "Europe", "Africa", "Asia", "Atlantic", "Australia", "Indian", "Antarctica")
# Those of the United States first: most coalitions are there.
HOME_ZONES = (
    "America/New_York America/Detroit America/Chicago America/Denver America/Phoenix America/Los_Angeles "
    "America/Anchorage Pacific/Honolulu America/Puerto_Rico"
).split()


def zone_choices(present: str) -> list[SelectChoice]:
    """Every IANA zone that names a place, by region, and the present one whatever it is called."""
    home = [SelectChoice(zone, _city(zone), optgroup=_l("United States")) for zone in HOME_ZONES]
    rest = _other_zones()
    others = [SelectChoice(zone, _city(zone), optgroup=zone.partition("/")[0]) for zone in rest]
    known = {*HOME_ZONES, *rest}
    extra = [SelectChoice(zone, zone, optgroup="UTC") for zone in ("UTC", present) if zone not in known]
    return home + others + list({choice.value: choice for choice in extra}.values())


# Reading them walks the whole folder of time zones.
@cache
def _other_zones() -> tuple[str, ...]:
    regions = {region: place for place, region in enumerate(REGIONS)}
    zones = (z for z in available_timezones() if z.partition("/")[0] in regions and z not in HOME_ZONES)
    return tuple(sorted(zones, key=lambda zone: (regions[zone.partition("/")[0]], _city(zone))))


def _city(zone: str) -> str:
    return zone.partition("/")[2].replace("_", " ").replace("/", ", ")


class SettingsForm(Form):
    name = Text(_l("Name of the coalition"), [InputRequired()], longest=200)
    place = Text(_l("Place"), description=_l("A city, a county, a campus, a workplace."), longest=200)
    about = LongText(
        _l("About"), longest=1000, description=_l("Two or three sentences for the public front page.")
    )
    contact_email = Mail(_l("Mail address for the public"), description=_l("Everybody can read it."))
    timezone = SelectField(
        _l("Time zone"),
        [InputRequired()],
        description=_l("Where the coalition meets. Events that are scheduled already keep theirs."),
    )
    accent = Text(
        _l("Colour"),
        [InputRequired()],
        longest=7,
        description=_l("For buttons, links and posters. The shades for light and dark follow from it."),
    )
    default_language = SelectField(
        _l("First language"),
        [InputRequired()],
        choices=[SelectChoice(code, own_name(code)) for code in LANGUAGES],
        description=_l("For visitors whose browser asks for none of yours, and for mail to groups."),
    )
    languages = SelectMultipleField(
        _l("Languages of the public pages"),
        [InputRequired()],
        choices=[SelectChoice(code, own_name(code)) for code in LANGUAGES],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    factor_days = IntegerField(
        _l("Days in which coordinators set up a passkey or codes"),
        [InputRequired(), NumberRange(1, 30)],
        description=_l(
            "Counted from when they first sign in, or begin to coordinate. Then only that page opens."
        ),
    )
    seen = HiddenField()

    def __init__(self, coalition: Coalition, **kwargs: Any) -> None:
        values = {name: getattr(coalition, name) for name in SHOWN}
        super().__init__(
            **values, default_language=coalition.default_language, seen=fingerprint(coalition), **kwargs
        )
        self.timezone.choices = zone_choices(coalition.timezone)

    @property
    def settings(self) -> dict[str, object]:
        """What `edit_settings` takes: of the languages, the first one first."""
        values = {name: self[name].data for name in SHOWN}
        first = self.default_language.data
        values["languages"] = [first, *(code for code in self.languages.data or () if code != first)]
        values["accent"] = self.accent.data.lower()
        return values


SHOWN = ("name", "place", "about", "contact_email", "timezone", "accent", "languages", "factor_days")


def fingerprint(coalition: Coalition) -> str:
    """Of the settings as they stand: a form that was opened before somebody else's change has another."""
    values = json.dumps([getattr(coalition, name) for name in SHOWN])
    return hashlib.sha256(values.encode()).hexdigest()[:16]


class SlugForm(Form):
    slug = Text(
        _l("Address"),
        [InputRequired()],
        longest=60,
        description=_l("The part after the slash, as in seattle-sanctuary."),
    )
