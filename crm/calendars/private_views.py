"""A private feed of one's own: made, shown once, given another address, revoked.

The same for organizers and for who speaks for a group. The address is shown by the answer to the press that
made it, and never again: only its hash is kept.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.calendars.forms import FeedForm, GroupFeedForm
from crm.calendars.models import PrivateFeed
from crm.calendars.operations import choose, give_address, revoke
from crm.calendars.queries import Owner, find_feed_of, find_owner
from crm.calendars.subscribing import qr_data, ways_to
from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.core.permissions import Permission, Viewer, representative, viewer
from crm.core.web import absolute_url, allowed
from crm.organizations.queries import find_organization

bp = Blueprint("calendar_feeds", __name__, url_prefix="/<coalition>/organize/calendar-feeds")
group = Blueprint("group_calendar_feeds", __name__, url_prefix="/<coalition>/group/calendar-feeds")


@bp.get("/")
@allowed(Permission.EVENT_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    """An organizer's feed."""
    return _page(coalition, viewer())


@bp.post("/")
@allowed(Permission.EVENT_VIEW)
def make(coalition: Coalition) -> ResponseReturnValue:
    """A new address for it."""
    return _make(coalition, viewer())


@bp.post("/choices")
@allowed(Permission.EVENT_VIEW)
def choices(coalition: Coalition) -> ResponseReturnValue:
    """Let it hold more or less."""
    return _choose(coalition, viewer())


@bp.post("/revoke")
@allowed(Permission.EVENT_VIEW)
def end(coalition: Coalition) -> ResponseReturnValue:
    """No address leads to it any more."""
    return _end(viewer())


@group.get("/")
@allowed(Permission.GROUP)
def group_index(coalition: Coalition) -> ResponseReturnValue:
    """The feed of who speaks for a group."""
    return _page(coalition, representative())


@group.post("/")
@allowed(Permission.GROUP)
def group_make(coalition: Coalition) -> ResponseReturnValue:
    """A new address for it."""
    return _make(coalition, representative())


@group.post("/choices")
@allowed(Permission.GROUP)
def group_choices(coalition: Coalition) -> ResponseReturnValue:
    """Let it hold more or less."""
    return _choose(coalition, representative())


@group.post("/revoke")
@allowed(Permission.GROUP)
def group_end(coalition: Coalition) -> ResponseReturnValue:
    """No address leads to it any more."""
    return _end(representative())


def _make(coalition: Coalition, who: Viewer) -> ResponseReturnValue:
    form = _form(who)
    if not form.validate_on_submit():
        return _page(coalition, who, form, 422)
    token = give_address(who, _owner(who), form.chosen())
    db.session.commit()
    return _page(coalition, who, token=token)


def _choose(coalition: Coalition, who: Viewer) -> ResponseReturnValue:
    form, feed = _form(who), find_feed_of(_owner(who))
    if not form.validate_on_submit():
        return _page(coalition, who, form, 422)
    if feed is not None:
        choose(who, feed, form.chosen())
        db.session.commit()
        flash(_("Saved. Calendar apps see it when they look next."), "success")
    return _back(who)


def _end(who: Viewer) -> ResponseReturnValue:
    feed = find_feed_of(_owner(who))
    if feed is not None:
        revoke(who, feed)
        db.session.commit()
        flash(
            _("The address is revoked. Apps keep what they have stored until you remove the calendar there."),
            "success",
        )
    return _back(who)


def _owner(who: Viewer) -> Owner:
    return find_owner(who) or abort(404)


def _form(who: Viewer, **kwargs: Any) -> FeedForm:
    return GroupFeedForm(**kwargs) if who.contact_id is not None else FeedForm(**kwargs)


def _back(who: Viewer) -> ResponseReturnValue:
    return redirect(url_for(".group_index" if who.contact_id is not None else ".index"), 303)


def _fields(feed: PrivateFeed) -> dict[str, str]:
    """What is chosen, for a button that changes the address alone."""
    ticked = {name: "y" for name in ("with_addresses", "with_closed") if getattr(feed, name)}
    return {"variant": feed.variant.value, **ticked}


def _page(
    coalition: Coalition, who: Viewer, form: FeedForm | None = None, status: int = 200, *, token: str = ""
) -> ResponseReturnValue:
    feed, of_group = find_feed_of(_owner(who)), who.contact_id is not None
    address = absolute_url("private_feeds.show", token=token, lang=None) if token else ""
    own = find_organization(who.organization_id) if of_group and who.organization_id else None
    return render_template(
        f"calendars/{'group' if of_group else 'private'}_feed.html",
        feed=feed,
        group=own,
        form=form or _form(who, formdata=None, obj=feed),
        kept=_fields(feed) if feed else {},
        ways=ways_to(address, _("Meetings")) if token else None,
        qr=qr_data(address) if token else "",
        prefix=".group_" if of_group else ".",
    ), status
