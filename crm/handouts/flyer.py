"""The flyer of an event: what, when, where, and the way to its page; nothing that is not public."""

from __future__ import annotations

from typing import Any
from unicodedata import bidirectional

from babel import Locale
from babel.dates import format_date, format_skeleton
from flask_babel import get_locale
from flask_babel import gettext as _

from crm.calendars.words import hours, where
from crm.coalitions.models import Coalition
from crm.core.formats import day
from crm.core.papers import qr_picture, sheet_of
from crm.core.web import absolute_url
from crm.events.models import Event
from crm.events.queries import EventDate
from crm.events.words import venue_lines

# How many of a flyer stand on a page.
UPS = (1, 4)
MOST_FACTS = 3
# Characters of the description: more of them would be set too small to be read.
MOST_TEXT = {1: 320, 4: 130}


def flyer_of(
    coalition: Coalition, event: Event, one: EventDate, sentence: str, *, paper: str, up: int, language: str
) -> dict[str, Any]:
    """The flyer, for templates/print/flyer.typ: of a date, or with the `sentence` of a series of the series.

    `one` is the date as the public may know it: of an area event the neighborhood alone.
    """
    url = address_of(coalition, one, sentence, language)
    return {
        **sheet_of(coalition, event.title, paper),
        "up": up,
        "day": [sentence] if sentence else _weekday_and_day(one),
        "hours": hours(one),
        "next": _("Next: %(day)s", day=day(one.starts_local)) if sentence else "",
        "place": where(one),
        "no_address": _("The address: on the page, once you say that you come.") if _is_area(event) else "",
        "title_direction": direction_of(event.title),
        "text": shortened(event.description, MOST_TEXT[up]),
        "text_direction": direction_of(event.description),
        "facts": venue_lines(one.venue)[:MOST_FACTS],
        "url": url,
        "shown_url": url.partition("://")[2].partition("?")[0],
        "qr": qr_picture(url),
        "qr_alt": _("QR code of the address beside it"),
        "come": _("Come"),
    }


def address_of(coalition: Coalition, one: EventDate, sentence: str, language: str) -> str:
    """The page that the flyer leads to, in its language: the date's, or the series' own."""
    values = {"coalition": coalition.slug, "slug": one.slug, "lang": language}
    if sentence or not (one.is_series or one.is_extra):
        return absolute_url("calendar.event", **values)
    return absolute_url("calendar.occurrence", on_date=one.on_date.isoformat(), **values)


def shortened(text: str, most: int) -> str:
    """As much of a text as there is room for, up to a whole word."""
    if len(text) <= most:
        return text
    return text[:most].rsplit(maxsplit=1)[0].rstrip(" ,;:.") + " …"


def direction_of(text: str) -> str:
    """Which way a text runs, by its first letter that says so, as a browser decides."""
    strong = (bidirectional(letter) for letter in text)
    return "rtl" if next((one for one in strong if one in ("L", "R", "AL")), "L") != "L" else "ltr"


def _weekday_and_day(one: EventDate) -> list[str]:
    """Saturday / November 28, a line each."""
    locale = get_locale() or Locale("en")
    weekday = str(format_date(one.starts_local, "EEEE", locale=locale))
    return [weekday[0].upper() + weekday[1:], str(format_skeleton("MMMMd", one.starts_local, locale=locale))]


def _is_area(event: Event) -> bool:
    return event.visibility == "area"
