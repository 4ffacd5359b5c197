"""The public calendar, events and their dates. Whoever is signed in sees here what the public sees."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from babel import Locale
from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from markupsafe import Markup

from crm.calendars.filters import Wanted, wanted
from crm.calendars.linked_data import linked_data
from crm.calendars.listing import Listing, read_day
from crm.calendars.month import Month, first_weekday, read_month
from crm.calendars.others import HIDE, Others, list_others
from crm.calendars.queries import (
    AHEAD,
    PUBLIC,
    day_window,
    find_public_date,
    find_public_event,
    list_dates_of,
    list_public_dates,
    list_public_kinds,
)
from crm.calendars.subscribing import qr_code, subscribing
from crm.calendars.words import big_day, date_address, hours, moved, when, where
from crm.calendars.writing import query_of
from crm.coalitions.models import Coalition
from crm.core import clock, contributions
from crm.core.permissions import ANONYMOUS, Permission
from crm.core.web import absolute_url, allowed, public_page
from crm.demonstrations.queries import list_public_co_sponsors
from crm.events.models import Event, Visibility
from crm.events.queries import exceptions_of, find_date_now, find_later, series_of
from crm.events.queries.parts import week_of
from crm.events.recurrence import read_date
from crm.events.sentence import say_series
from crm.events.series import SeriesException, Window

bp = Blueprint("calendar", __name__, url_prefix="/<coalition>")
# The dates to take along one by one: so far ahead, so many.
SOON, MOST_SINGLE = timedelta(days=60), 8


@bp.context_processor
def words() -> dict[str, object]:
    """How a date is told."""
    told = (big_day, date_address, hours, moved, when, where)
    return {function.__name__: function for function in told}


@bp.route("/calendar")
@allowed(Permission.PUBLIC)
def index(coalition: Coalition) -> ResponseReturnValue:
    """A month, or some weeks as a list, of what the public may come to."""
    asked, today = _asked(coalition), clock.today(coalition.zone)
    span = _span(coalition, today)
    found = list_public_dates(span.window(coalition.zone), asked.kinds_or_all)
    return render_template(
        f"calendars/{'list' if isinstance(span, Listing) else 'month'}.html",
        span=span,
        dates=[one.date for one in found],
        today=today,
        asked=asked,
        locale=get_locale(),
        kinds=list_public_kinds(),
        others=_others(coalition, span, asked),
    )


@bp.route("/calendar/subscribe")
@allowed(Permission.PUBLIC)
def subscribe(coalition: Coalition) -> ResponseReturnValue:
    """How to have these dates in one's own calendar, app by app."""
    asked, now = _asked(coalition), clock.now()
    found = list_public_dates(Window(now, now + SOON), asked.kinds_or_all)
    page = render_template(
        "calendars/subscribe.html",
        asked=asked,
        kinds=list_public_kinds(),
        ways_to=subscribing(coalition, asked),
        dates=[one.date for one in found if not one.date.cancelled][:MOST_SINGLE],
    )
    return public_page(page)


@bp.route("/calendar/qr.svg")
@allowed(Permission.PUBLIC)
def qr(coalition: Coalition) -> Response:
    """The way to the page of buttons, for a phone's camera."""
    page = absolute_url("calendar.subscribe", **query_of(coalition, _asked(coalition)))
    response = Response(qr_code(page), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "public, no-cache"
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


@bp.route("/events/<slug>")
@allowed(Permission.PUBLIC)
def event(coalition: Coalition, slug: str) -> ResponseReturnValue:
    """An event or a series, with the dates to come."""
    found, now = _public(slug), clock.now()
    today = now.astimezone(coalition.zone).date()
    dates = list_dates_of(found, day_window(today, today + AHEAD, coalition.zone))
    if not dates:
        dates = list_dates_of(found, day_window(found.first_on, today, coalition.zone))[-1:]
    return render_template(
        "calendars/event.html",
        event=found,
        dates=dates,
        now=now,
        sentence=say_series(series_of(found), _told_exceptions(found), since=today),
        co_sponsors=list_public_co_sponsors(found.id),
        sections=_sections(found, None),
        later=find_later(PUBLIC, found),
        data=linked_data(coalition, dates),
    )


@bp.route("/events/<slug>/<on_date>")
@allowed(Permission.PUBLIC)
def occurrence(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """One date, at the address of its original day wherever it was moved."""
    found, asked = _public(slug), read_date(on_date) or abort(404)
    one = find_public_date(found, asked)
    if one is None:  # it went along when the series was split
        later, _one = find_date_now(PUBLIC, found, asked) or abort(404)
        return redirect(url_for(".occurrence", slug=later.slug, on_date=on_date), 301)
    return render_template(
        "calendars/occurrence.html",
        event=found,
        one=one,
        week=week_of(PUBLIC, found, asked),
        now=clock.now(),
        co_sponsors=list_public_co_sponsors(found.id, asked),
        sections=_sections(found, asked),
        data=linked_data(coalition, [one]),
    )


def _told_exceptions(event: Event) -> list[SeriesException]:
    """What differs on single dates, without its place where the place is not for everybody."""
    found = exceptions_of(event)
    return found if event.visibility is Visibility.PUBLIC else [replace(one, place=None) for one in found]


def _sections(event: Event, on_date: date | None) -> list[Markup]:
    return contributions.sections_of(contributions.public_event_sections, ANONYMOUS, event.id, on_date)


def _span(coalition: Coalition, today: date) -> Month | Listing:
    if request.args.get("view") == "list":
        return Listing(read_day(request.args.get("from", ""), today))
    locale = get_locale() or Locale("en")
    first = read_month(request.args.get("month", ""), today)
    return Month(first, first_weekday(locale, coalition.timezone))


def _others(coalition: Coalition, span: Month | Listing, asked: Wanted) -> Others:
    """What partners do meanwhile. Whoever chose kinds of events wants these: those of partners have none."""
    if asked.kinds:
        return Others()
    return list_others(span, coalition.zone, hide=request.args.get("partners") == HIDE)


def _public(slug: str) -> Event:
    return find_public_event(slug) or abort(404)


def _asked(coalition: Coalition) -> Wanted:
    """The kinds of the address, in the language that the page speaks."""
    filtered = wanted(request.args, coalition.languages)
    page = str(get_locale())
    return replace(filtered, language=page) if page in coalition.languages else filtered
