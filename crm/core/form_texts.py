"""What WTForms says of its own accord, in our words and in the language of the page.

Each text of WTForms that one of our fields or validators can give stands here;
`tests/core/test_form_texts.py` reads them off WTForms itself.
"""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

_REQUIRED = _l("Fill this in.")
_CHOICE = _l("Choose one of those offered here.")
_CHOICES = _l("Choose only from those offered here.")

TEXTS = {
    "This field is required.": _REQUIRED,
    "Not a valid choice.": _CHOICE,
    "Invalid Choice: could not coerce.": _CHOICE,
    "Invalid choice(s): one or more data inputs could not be coerced.": _CHOICES,
    "Not a valid integer value.": _l("Write a whole number, such as 25."),
    "Not a valid float value.": _l("Write a number, as in 1200 or 2.5."),
    "Not a valid date value.": _l("Write the day as year-month-day, such as 2026-11-28."),
    "Not a valid datetime value.": _l("Write day and time such as 2026-11-28 18:30."),
    "Not a valid time value.": _l("Write the time as hours and minutes, such as 18:30."),
    "Number must be at least %(min)s.": _l("Write a number of %(min)s or more."),
    "Number must be at most %(max)s.": _l("Write a number up to %(max)s."),
    "Number must be between %(min)s and %(max)s.": _l("Write a number from %(min)s to %(max)s."),
    "Field must be between %(min)d and %(max)d characters long.": _l(
        "Write between %(min)s and %(max)s characters."
    ),
}
COUNTED: dict[str, Callable[[int], str]] = {
    "'%(value)s' is not a valid choice for this field.": lambda _number: str(_CHOICES),
    "Field cannot be longer than %(max)d character.": lambda number: ngettext(
        "This is too long: at most %(num)s character fits.",
        "This is too long: at most %(num)s characters fit.",
        number,
    ),
    "Field must be at least %(min)d character long.": lambda number: ngettext(
        "This is too short: write at least %(num)s character.",
        "This is too short: write at least %(num)s characters.",
        number,
    ),
    "Field must be exactly %(max)d character long.": lambda number: ngettext(
        "Write exactly %(num)s character.", "Write exactly %(num)s characters.", number
    ),
}


class HouseTexts:
    """Stands in for WTForms' catalogue. A text that is not its own comes back as it is, a label say."""

    def gettext(self, text: str) -> str:
        """Our words for a text of WTForms, its blanks still to be filled."""
        return str(TEXTS.get(text, text))

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """The same for a text that counts; the number is filled in, as Babel does it."""
        if singular in COUNTED:
            return COUNTED[singular](number).replace("%", "%%")
        return self.gettext(singular if number == 1 else plural)
