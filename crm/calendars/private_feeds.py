"""Private feeds as calendar apps fetch them: /feeds/<token>.ics.

Whoever holds the address gets the file, so it says as little as it can, is kept by no cache in between, is
found by no search engine, and stands in no log. What leads nowhere answers 404, whatever became of it.
"""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_babel import force_locale
from flask_babel import gettext as _

from crm.accounts.models import User
from crm.calendars.models import PrivateFeed
from crm.calendars.private import group_ics, organizer_ics
from crm.calendars.queries import find_private_feed
from crm.calendars.shelf import keep
from crm.calendars.wire import ICS, answer
from crm.coalitions.models import Coalition, Membership
from crm.core import clock, limiting, tenancy
from crm.core.db import db
from crm.core.permissions import Permission, Viewer
from crm.core.web import allowed, serve_within

bp = Blueprint("private_feeds", __name__)


@bp.get("/feeds/<token>.ics")
@allowed(Permission.PUBLIC)
def show(token: str) -> Response:
    """The feed of one organizer, or of one group's speaker."""
    with tenancy.across_coalitions():
        feed = find_private_feed(token)
    if feed is None:
        return Response(_("There is no such calendar.") + "\n", 404, content_type="text/plain; charset=utf-8")
    coalition = db.session.get_one(Coalition, feed.coalition_id)
    serve_within(coalition)
    return answer(keep(None, _written(coalition, feed)), ICS, cache="private, no-cache")


def _written(coalition: Coalition, feed: PrivateFeed) -> bytes:
    user = db.session.get_one(User, feed.membership.user_id) if feed.membership else None
    language = _language(coalition, user)
    named = None if language == coalition.default_language else language
    today = clock.today(coalition.zone)
    with force_locale(language):
        if user is not None and feed.membership is not None:
            who = _viewer(user, feed.membership)
            with limiting.limited(who.user_id if who.is_limited else None):
                return organizer_ics(coalition, feed, who, today, named)
        if feed.contact is not None:
            return group_ics(coalition, feed, feed.contact.organization, today, named)
    raise LookupError(feed.id)


def _viewer(user: User, membership: Membership) -> Viewer:
    """With the role of now: who lost one sees less at the next fetch."""
    return Viewer(user.id, user.name, membership.role, membership.coalition_id)


def _language(coalition: Coalition, user: User | None) -> str:
    """As the address asks, else the owner's own, else the coalition's."""
    asked = (request.args.get("lang"), user.language if user else None)
    return next((one for one in asked if one in coalition.languages), coalition.default_language) or "en"
