"""The one search box: groups by name, number or place; their people by address or phone number; events."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.forms import clean
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.events.queries.finding import search_events
from crm.organizations.models import KIND_NAMES, STAGE_MARKS, STAGE_NAMES
from crm.organizations.queries import search_contacts, search_organizations

bp = Blueprint("search", __name__, url_prefix="/<coalition>/organize/search")

LONGEST_QUESTION = 120
MOST_SHOWN = 50
MOST_EVENTS = 8


@bp.route("/")
@allowed(Permission.ORGANIZATION_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    question = clean(request.args.get("q", ""))[:LONGEST_QUESTION]
    groups = search_organizations(viewer(), question, MOST_SHOWN + 1)
    return render_template(
        "home/search.html",
        question=question,
        groups=groups[:MOST_SHOWN],
        more=len(groups) > MOST_SHOWN,
        people=search_contacts(viewer(), question),
        events=search_events(viewer(), question, clock.now(), MOST_EVENTS),
        kind_names=KIND_NAMES,
        stage_names=STAGE_NAMES,
        stage_marks=STAGE_MARKS,
    )
