"""What groups promise, in words: so many people, so much money. Money is of the coalition's own country."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.core import get_global
from babel.numbers import (
    format_currency,
    get_currency_precision,
    get_currency_symbol,
    get_territory_currencies,
)
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from crm.core.formats import number
from crm.demonstrations.models import CommitmentKind

# In whole units of money, and in pieces of everything else.
MOST_MONEY = 10_000_000
MOST_PIECES = 1_000_000


@dataclass(frozen=True)
class Promise:
    """What is promised. `amount` in pieces, of money in minor units of the coalition's currency."""

    kind: CommitmentKind
    amount: int = 1
    what: str = ""
    # None: on the day of the demonstration; of a series, on each of its days.
    due_on: date | None = None
    note: str = ""


def currency_of(timezone: str, today: date) -> str:
    """The ISO 4217 code of the money that is paid with where an IANA zone lies; where nobody says, "USD"."""
    territory = get_global("zone_territories").get(timezone)
    found = get_territory_currencies(territory, today, today) if territory else []
    return str(found[0]) if found else "USD"


def to_minor(amount: Decimal, currency: str) -> int:
    """Units of money in minor units: 12.5 dollars are 1250 cents. Raises ValueError for a part of one."""
    minor = amount.scaleb(get_currency_precision(currency))
    if minor != minor.to_integral_value():
        raise ValueError("smaller than the smallest coin")
    return int(minor)


def to_units(minor: int, currency: str) -> Decimal:
    """Minor units as units of money."""
    return Decimal(minor).scaleb(-get_currency_precision(currency))


def symbol_of(currency: str) -> str:
    """How the reader writes the currency."""
    return str(get_currency_symbol(currency, locale=get_locale() or "en"))


def say_amount(kind: CommitmentKind, amount: int, *, what: str = "", currency: str | None = None) -> str:
    """A promise or what came of it, in the reader's language: 40 people, $500.00, water (12)."""
    if kind is CommitmentKind.MONEY:
        code = currency or "USD"
        return str(format_currency(to_units(amount, code), code, locale=get_locale() or "en"))
    if kind is CommitmentKind.OTHER:
        return what if amount == 1 else str(_("%(what)s (%(number)s)", what=what, number=number(amount)))
    return _pieces(kind, amount)


def _pieces(kind: CommitmentKind, amount: int) -> str:
    some = number(amount)
    if kind is CommitmentKind.TURNOUT:
        return str(ngettext("%(number)s person", "%(number)s people", amount, number=some))
    if kind is CommitmentKind.MARSHALS:
        return str(ngettext("%(number)s marshal", "%(number)s marshals", amount, number=some))
    if kind is CommitmentKind.FLYERS:
        return str(ngettext("%(number)s flyer", "%(number)s flyers", amount, number=some))
    if kind is CommitmentKind.SOUND:
        return str(ngettext("%(number)s sound system", "%(number)s sound systems", amount, number=some))
    if kind is CommitmentKind.SPEAKERS:
        return str(ngettext("%(number)s speaker", "%(number)s speakers", amount, number=some))
    return str(ngettext("%(number)s group reached", "%(number)s groups reached", amount, number=some))
