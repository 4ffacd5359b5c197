"""The next dates, and a month, within the pages of other sites: no script, no cookie, the same for all."""

from __future__ import annotations

from typing import Any

from babel import Locale
from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from crm.calendars.filters import wanted
from crm.calendars.month import Month, first_weekday, read_month
from crm.calendars.queries import AHEAD, PublicDate, list_public_dates
from crm.calendars.words import date_address, hours, where
from crm.calendars.writing import query_of
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.permissions import Permission
from crm.core.web import absolute_url, allowed
from crm.events.series import Window

bp = Blueprint("calendar_embeds", __name__, url_prefix="/<coalition>")
MODES = {"light", "dark"}
USUAL, MOST = 8, 30


@bp.route("/embed/events")
@allowed(Permission.PUBLIC)
def events(coalition: Coalition) -> ResponseReturnValue:
    """The next dates as a list; `count` says how many."""
    asked, now = wanted(request.args, coalition.languages), clock.now()
    found = list_public_dates(Window(now, now + AHEAD), asked.kinds_or_all)[: _count()]
    return _frame(coalition, "calendars/embed_events.html", dates=[one.date for one in found])


@bp.route("/embed/month")
@allowed(Permission.PUBLIC)
def month(coalition: Coalition) -> ResponseReturnValue:
    """A month, with the way to the ones around it."""
    asked, today = wanted(request.args, coalition.languages), clock.today(coalition.zone)
    locale = get_locale() or Locale("en")
    first = read_month(request.args.get("month", ""), today)
    span = Month(first, first_weekday(locale, coalition.timezone))
    found: list[PublicDate] = list_public_dates(span.window(coalition.zone), asked.kinds_or_all)
    dates = [one.date for one in found]
    kept = {"kind": [kind.value for kind in asked.kinds], "theme": _mode(), "lang": request.args.get("lang")}
    return _frame(
        coalition, "calendars/embed_month.html", span=span, dates=dates, today=today, locale=locale, kept=kept
    )


def _count() -> int:
    asked = request.args.get("count", "")
    return min(int(asked), MOST) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 4 else USUAL


def _mode() -> str | None:
    asked = request.args.get("theme")
    return asked if asked in MODES else None


def _frame(coalition: Coalition, template: str, **values: Any) -> Response:
    """Kept by browsers and asked about each time, signed in or not."""
    query = query_of(coalition, wanted(request.args, coalition.languages)) | {"lang": str(get_locale())}
    told = {"hours": hours, "where": where, "date_address": date_address}
    addresses = {
        "calendar_url": absolute_url("calendar.index", **query),
        "subscribe_url": absolute_url("calendar.subscribe", **query),
    }
    response = make_response(render_template(template, mode=_mode(), **told, **addresses, **values))
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.add("Accept-Language")
    response.add_etag()
    response.make_conditional(request)
    return response
