"""Phone numbers, as they are kept and as they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.core.late import LateModule

if TYPE_CHECKING:
    import phonenumbers
else:
    phonenumbers = LateModule("phonenumbers")


REGION = "US"  # where a number without a country code is dialled, unless the coalition says otherwise


def normal_phone(text: str, region: str = REGION) -> str | None:
    """A phone number as E.164 (`+14065550123`), with `;ext=7` where one is given; None when it is none."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    plain = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return f"{plain};ext={number.extension}" if number.extension else plain


def readable_phone(kept: str, region: str = REGION) -> str:
    """A kept number as people of the region read it: `(406) 555-0123 ext. 7`; others with their country."""
    plain, _, extension = kept.partition(";ext=")
    number = phonenumbers.parse(plain)
    own = number.country_code == phonenumbers.country_code_for_region(region)
    form = phonenumbers.PhoneNumberFormat
    shown = str(phonenumbers.format_number(number, form.NATIONAL if own else form.INTERNATIONAL))
    return f"{shown} ext. {extension}" if extension else shown
