"""Today: the page that the day starts with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, render_template, session
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from crm.coalitions.models import Coalition, Membership
from crm.core import clock
from crm.core.navigation import first_url
from crm.core.permissions import Permission, viewer
from crm.core.transactions import own_write
from crm.core.web import allowed
from crm.demands.rules import rules_of
from crm.home.today_queries import COUNT_UP_TO, Today, What, show_today
from crm.outreach.models import OUTCOME_NAMES
from crm.policies.queries import list_offers

# What to do on the first days, until each was done once: its sign, who may, the words, where, the button.
FIRST_STEPS = (
    (
        What.ANY_GROUP,
        Permission.IMPORT,
        _l("Bring in your groups"),
        _l("A spreadsheet as you have it will do: columns are guessed, nothing is created twice."),
        ("exchange.index", "organizations.create"),
        _l("Import groups"),
    ),
    (
        What.ANY_DEMAND,
        Permission.DEMAND_EDIT,
        _l("Write your demands"),
        _l("A group endorses exact words, so they come before asking anybody."),
        ("demands.index",),
        _l("Write demands"),
    ),
    (
        What.ANY_EVENT,
        Permission.EVENT_EDIT,
        _l("Say when everybody meets"),
        _l("A weekly demonstration, a neighborhood meeting: what is public goes to the calendar."),
        ("events.create",),
        _l("Schedule"),
    ),
)

bp = Blueprint("today", __name__, url_prefix="/<coalition>/organize")

# Looking again after this long is a new visit: what happened before it is not news any more.
VISIT = timedelta(minutes=30)
TOUCH_EVERY = timedelta(minutes=1)
# For who was never here.
FIRST_LOOK = timedelta(days=7)


@bp.route("/")
@allowed(Permission.WORKBENCH_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    now = clock.now()
    since = _last_here(current_user.membership, now)
    shown = show_today(viewer(), now, coalition.zone, since)
    return render_template(
        "home/today.html",
        shown=shown,
        steps=_first_steps(shown),
        since=since,
        today=now.astimezone(coalition.zone).date(),
        outcome_names=OUTCOME_NAMES,
        count_up_to=COUNT_UP_TO,
        **_offers(coalition, shown),
    )


def _offers(coalition: Coalition, shown: Today) -> dict[str, object]:
    """For coordinators: the demands that a win opens, and until when their groups would be asked."""
    if not viewer().can(Permission.DEMAND_EDIT) or not shown.figures[What.OFFERS]:
        return {"offers": []}
    closes_on = clock.today(coalition.zone) + timedelta(days=rules_of(coalition).answer_days)
    return {"offers": list_offers(), "offers_close_on": closes_on}


def _last_here(membership: Membership, now: datetime) -> datetime:
    """When this person was here before this visit. A visit's own looks at the page do not end it."""
    key = f"since-{membership.coalition_id}"
    last = membership.seen_at or now - FIRST_LOOK
    if key not in session or now - last > VISIT:
        session[key] = last.isoformat()
    if membership.seen_at is None or now - membership.seen_at > TOUCH_EVERY:
        with own_write() as writer:
            writer.get_one(Membership, membership.id).seen_at = now
    return datetime.fromisoformat(session[key])


@dataclass(frozen=True)
class Step:
    """Something to do once."""

    title: LazyString
    text: LazyString
    url: str | None
    label: LazyString


def _first_steps(shown: Today) -> list[Step]:
    return [
        Step(title, text, first_url(*endpoints), label)
        for what, permission, title, text, endpoints, label in FIRST_STEPS
        if not shown.figures.get(what) and viewer().can(permission)
    ]
