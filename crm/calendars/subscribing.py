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
class Subscribing:
    """A feed's addresses: its own, and those that open it in an app."""

    feed: str
    webcal: str
    google: str
    google_by_address: str
    outlook: str
    outlook_work: str
    json: str
    rss: str


def subscribing(coalition: Coalition, asked: Wanted) -> Subscribing:
    """The addresses of the calendar's feed with a filter and a language."""
    query = query_of(coalition, asked)
    feed = absolute_url("feeds.calendar_ics", **query)
    webcal = f"webcal://{feed.partition('://')[2]}"
    from_web = urlencode({"url": feed, "name": feed_name(coalition, asked)})
    return Subscribing(
        feed=feed,
        webcal=webcal,
        # Google wants webcal here and refuses https.
        google=f"{GOOGLE}?{urlencode({'cid': webcal})}",
        google_by_address=GOOGLE_BY_ADDRESS,
        outlook=f"{OUTLOOK}?{from_web}",
        outlook_work=f"{OUTLOOK_WORK}?{from_web}",
        json=absolute_url("feeds.calendar_json", **query),
        rss=absolute_url("feeds.calendar_rss", **query),
    )


def qr_code(text: str) -> bytes:
    """A text as an SVG picture, black on white with the quiet border that cameras need."""
    out = BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(out, kind="svg", border=4, light="#fff", svgclass=None, lineclass=None, omitsize=True)
    return out.getvalue()
