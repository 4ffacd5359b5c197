"""The feeds, as calendar apps fetch them: 5-calendars.md's list of what is right on the wire.

They are answered before anybody looks who is signed in, and without the cookie: everyone gets the same.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import UTC, date, datetime, time

from flask import Blueprint, Flask, Request, Response, current_app, request
from flask.sessions import SecureCookieSession
from flask_babel import force_locale
from flask_babel import gettext as _

from crm.calendars import syndication, writing
from crm.calendars.filters import Wanted, wanted
from crm.calendars.front import ENDINGS, REPEATABLE, Front
from crm.calendars.kept import KeptEntries
from crm.calendars.private_feeds import bp as private_feeds
from crm.calendars.queries import find_instance_now, find_public_event
from crm.calendars.shelf import Shelf
from crm.calendars.wire import ICS, JSON, RSS, answer
from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.cookies import PageCookie
from crm.core.permissions import Permission
from crm.core.web import allowed
from crm.events.recurrence import read_date

bp = Blueprint("feeds", __name__, url_prefix="/<coalition>")
SHELF = "muster-feeds"
KEPT = "muster-feeds-kept"
FRONT = "muster-feeds-front"
Make = Callable[[Wanted, date], bytes | None]


class NoSuchFeed(LookupError):
    """There is no such event or date for the public."""


@bp.get("/calendar.ics")
@allowed(Permission.PUBLIC)
def calendar_ics(coalition: Coalition) -> Response:
    """Every event for the public, as a calendar to subscribe to."""
    kept: KeptEntries = current_app.extensions[KEPT]
    return serve(coalition, "calendar", ICS, lambda w, day: writing.calendar_ics(coalition, w, day, kept))


@bp.get("/calendar.json")
@allowed(Permission.PUBLIC)
def calendar_json(coalition: Coalition) -> Response:
    """The same dates as a JSON Feed."""
    return serve(coalition, "json", JSON, lambda w, day: syndication.calendar_json(coalition, w, day))


@bp.get("/calendar.rss")
@allowed(Permission.PUBLIC)
def calendar_rss(coalition: Coalition) -> Response:
    """The same dates as RSS."""
    return serve(coalition, "rss", RSS, lambda w, day: syndication.calendar_rss(coalition, w, day))


@bp.get("/events/<slug>.ics")
@allowed(Permission.PUBLIC)
def event_ics(coalition: Coalition, slug: str) -> Response:
    """One event or series."""

    def make(w: Wanted, day: date) -> bytes | None:
        event = find_public_event(slug)
        return writing.event_ics(coalition, w, day, event) if event else None

    return serve(coalition, ("event", slug), ICS, make)


@bp.get("/events/<slug>/<on_date>.ics")
@allowed(Permission.PUBLIC)
def date_ics(coalition: Coalition, slug: str, on_date: str) -> Response:
    """One date, by the event that has it now or by one that had it."""

    def make(w: Wanted, day: date) -> bytes | None:
        event, asked = find_public_event(slug), read_date(on_date)
        held = find_instance_now(event, asked) if event and asked else None
        return writing.date_ics(coalition, w, day, *held) if held else None

    return serve(coalition, ("date", slug, on_date), ICS, make)


def serve(coalition: Coalition, what: Hashable, content_type: str, make: Make) -> Response:
    """A feed from the shelf. It is of one version of the coalition's events and of one local day."""
    shelf: Shelf = current_app.extensions[SHELF]
    today = clock.today(coalition.zone)
    asked = wanted(request.args, coalition.languages)

    def written() -> bytes:
        with force_locale(asked.language):
            content = make(asked, today)
        if content is None:
            raise NoSuchFeed
        return content

    try:
        kept = shelf.get((coalition.id, what, asked), (coalition.feed_version, today), written)
    except NoSuchFeed:
        return Response(_("There is no such calendar.") + "\n", 404, content_type="text/plain; charset=utf-8")
    request.environ[REPEATABLE] = True
    midnight = datetime.combine(today, time(), coalition.zone)
    changed_at = max(datetime.fromtimestamp(coalition.feed_version, UTC), midnight)
    return answer(kept, content_type, changed_at)


class NoCookieForFeeds(PageCookie):
    """The cookie of the pages, which feeds neither read nor renew."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """None (no session at all) for a feed."""
        return None if request.path.endswith(ENDINGS) else super().open_session(app, request)


def init_app(app: Flask) -> None:
    app.extensions[SHELF] = Shelf()
    app.extensions[KEPT] = KeptEntries()
    app.session_interface = NoCookieForFeeds()
    app.extensions[FRONT] = front = Front(app)
    app.wsgi_app = front  # type: ignore[method-assign]
    app.before_request(_answer_feeds)


def _answer_feeds() -> Response | None:
    """Feeds, as soon as their coalition is known: before who looks is."""
    if request.blueprint not in (bp.name, private_feeds.name) or request.method not in {"GET", "HEAD"}:
        return None
    view = current_app.view_functions[str(request.endpoint)]
    return current_app.make_response(view(**(request.view_args or {})))  # type: ignore[arg-type]
