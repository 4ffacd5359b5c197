"""Published minutes. Whoever is signed in sees here what the public sees."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from crm.coalitions.models import Coalition
from crm.core.markdown import to_html
from crm.core.permissions import ANONYMOUS, Permission
from crm.core.web import allowed, public_page
from crm.events.queries import find_event_on
from crm.meetings import queries

bp = Blueprint("public_minutes", __name__, url_prefix="/<coalition>/events/<slug>/<on_date>")


@bp.route("/minutes")
@allowed(Permission.PUBLIC)
def show(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """What was said and decided."""
    event, one = find_event_on(ANONYMOUS, slug, on_date) or abort(404)
    found = queries.find_published_minutes(event.id, one.on_date) or abort(404)
    decisions = queries.list_decisions(event.id, one.on_date)
    page = render_template(
        "meetings/public_minutes.html", event=event, one=one, text=to_html(found.text), decisions=decisions
    )
    return public_page(page)
