"""Addresses by which calendar apps subscribe to a feed."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urlencode

import segno

from crm.calendars.filters import Wanted
from crm.calendars.words import feed_name
from crm.calendars.writing import query_of
from crm.coalitions.models import Coalition
from crm.core.web import absolute_url

GOOGLE = "https://calendar.google.com/calendar/r"
GOOGLE_BY_ADDRESS = f"{GOOGLE}/settings/addbyurl"
OUTLOOK = "https://outlook.live.com/calendar/0/addfromweb"
OUTLOOK_WORK = "https://outlook.office.com/calendar/0/addfromweb"


@dataclass(frozen=True, slots=True)
class Ways:
    """A feed's addresses: its own, and those that open it in an app."""

    feed: str
    webcal: str
    google: str
    google_by_address: str
    outlook: str
    outlook_work: str


def ways_to(feed: str, name: str) -> Ways:
    """The addresses of a feed, by its own; `name` is what Outlook shall call it."""
    webcal = f"webcal://{feed.partition('://')[2]}"
    from_web = urlencode({"url": feed, "name": name})
    return Ways(
        feed=feed,
        webcal=webcal,
        # Google wants webcal here and refuses https.
        google=f"{GOOGLE}?{urlencode({'cid': webcal})}",
        google_by_address=GOOGLE_BY_ADDRESS,
        outlook=f"{OUTLOOK}?{from_web}",
        outlook_work=f"{OUTLOOK_WORK}?{from_web}",
    )


def subscribing(coalition: Coalition, asked: Wanted) -> Ways:
    """The addresses of the calendar's feed with a filter and a language."""
    feed = absolute_url("feeds.calendar_ics", **query_of(coalition, asked))
    return ways_to(feed, feed_name(coalition, asked))


def qr_code(text: str) -> bytes:
    """A text as an SVG picture, black on white with the quiet border that cameras need."""
    out = BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(out, kind="svg", border=4, light="#fff", svgclass=None, lineclass=None, omitsize=True)
    return out.getvalue()


def qr_data(text: str) -> str:
    """The same within an address, for what has none of its own to be asked for."""
    return str(segno.make(text, error="m", micro=False).svg_data_uri(border=4, light="#fff", scale=4))
