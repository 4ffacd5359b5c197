"""The one search box: groups by name, number or place; their people by address or phone number; events."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from crm.coalitions.models import Coalition
from crm.core import clock, search
from crm.core.forms import clean
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.events.models import Event
from crm.events.queries import EventDate, finding
from crm.organizations.derived import KIND, phrasings
from crm.organizations.models import KIND_NAMES, STAGE_MARKS, STAGE_NAMES, Organization
from crm.organizations.queries import naming, search_contacts

bp = Blueprint("search", __name__, url_prefix="/<coalition>/organize/search")

LONGEST_QUESTION = 120
MOST_SHOWN = 50
MOST_EVENTS = 8


@bp.route("/")
@allowed(Permission.ORGANIZATION_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    question = clean(request.args.get("q", ""))[:LONGEST_QUESTION]
    groups, events = _search(question)
    return render_template(
        "home/search.html",
        question=question,
        groups=groups[:MOST_SHOWN],
        more=len(groups) > MOST_SHOWN,
        people=search_contacts(viewer(), question),
        events=events,
        kind_names=KIND_NAMES,
        stage_names=STAGE_NAMES,
        stage_marks=STAGE_MARKS,
    )


def _search(question: str) -> tuple[Sequence[Organization], Sequence[tuple[Event, EventDate | None]]]:
    """Groups and events to a question. Four statements at most: both are looked for at once."""
    phrased = phrasings(question)
    groups, events = search.find_all([(KIND, phrased), (finding.KIND, phrased)])
    [found] = naming.load_organizations_found(viewer(), [groups], MOST_SHOWN + 1)
    return found, finding.load_events_found(viewer(), events, clock.now(), MOST_EVENTS)
