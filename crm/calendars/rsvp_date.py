"""One date for the calendar of who comes to it: with the address that the public is not told."""

from __future__ import annotations

from flask import Blueprint, Response, abort
from flask_babel import get_locale
from flask_babel import gettext as _

from crm.calendars.entries import EntryText, single_entry
from crm.calendars.ics import FeedCalendar, FeedEvent, write_calendar
from crm.calendars.queries import find_instance
from crm.calendars.words import date_address
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.permissions import Permission
from crm.core.web import allowed
from crm.events.queries import EventDate, series_of
from crm.events.series import SeriesException
from crm.rsvps.models import RsvpState
from crm.rsvps.queries import address_in, find_open_date, find_rsvp, tells_place, whole_venue

bp = Blueprint("rsvp_date", __name__, url_prefix="/<coalition>")


@bp.route("/rsvp/<token>/date.ics")
@allowed(Permission.PUBLIC)
def ics(coalition: Coalition, token: str) -> Response:
    """The date behind somebody's own link. Its UID is that of the public file of that date."""
    rsvp = find_rsvp(token) or abort(404)
    one, instance = find_open_date(rsvp.event, rsvp.on_date), find_instance(rsvp.event, rsvp.on_date)
    if one is None or instance is None or rsvp.state is RsvpState.CANCELLED:
        abort(404)
    page = date_address(one, str(get_locale()), outside=True)
    where = address_in(whole_venue(rsvp.event, rsvp.on_date)) if tells_place(rsvp) else one.area

    def tell(_exception: SeriesException | None) -> EntryText:
        return EntryText(one.title, f"{rsvp.event.description}\n\n{page}".strip(), where, page)

    entry = single_entry(series_of(rsvp.event), instance, tell)
    return _file(one, page, entry, clock.today(coalition.zone).year)


def _file(one: EventDate, page: str, entry: FeedEvent, year: int) -> Response:
    prefix = _("CANCELLED: ")
    calendar = FeedCalendar(name=one.title, url=page, timezone=one.timezone, cancelled_prefix=prefix)
    response = Response(write_calendar(calendar, [entry], year=year), mimetype="text/calendar")
    response.headers["Content-Disposition"] = f"attachment; filename={one.on_date.isoformat()}.ics"
    response.headers["Cache-Control"] = "private, no-store"
    return response
