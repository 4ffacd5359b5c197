"""The one search box: groups by name, number or place; their people; events; demands."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from crm.coalitions.models import Coalition
from crm.core import clock
from crm.core.forms import clean
from crm.core.permissions import Permission, viewer
from crm.core.web import allowed
from crm.demands.models import DEMAND_KIND_NAMES
from crm.home.search_queries import find_everything
from crm.organizations.models import KIND_NAMES
from crm.organizations.queries import asked_number

bp = Blueprint("search", __name__, url_prefix="/<coalition>/organize/search")

LONGEST_QUESTION = 120


@bp.route("/")
@allowed(Permission.ORGANIZATION_VIEW)
def index(coalition: Coalition) -> ResponseReturnValue:
    question = clean(request.args.get("q", ""))[:LONGEST_QUESTION]
    return render_template(
        "home/search.html",
        question=question,
        found=find_everything(viewer(), question, clock.now(), str(get_locale())),
        is_number=asked_number(question) is not None,
        kind_names=KIND_NAMES,
        demand_kind_names=DEMAND_KIND_NAMES,
    )
