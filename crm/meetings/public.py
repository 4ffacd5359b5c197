"""Minutes as they are published: to everybody, or to groups on their own pages."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from crm.coalitions.models import Coalition
from crm.core.markdown import to_html
from crm.core.permissions import ANONYMOUS, Permission, Viewer, representative
from crm.core.web import allowed, public_page
from crm.events.queries import find_event_on
from crm.meetings import queries
from crm.meetings.queries import Readers

bp = Blueprint("public_minutes", __name__, url_prefix="/<coalition>/events/<slug>/<on_date>")
group = Blueprint("group_minutes", __name__, url_prefix="/<coalition>/group/minutes/<slug>/<on_date>")


@bp.route("/minutes")
@allowed(Permission.PUBLIC)
def show(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """What was said and decided. Whoever is signed in sees here what the public sees."""
    return public_page(_page(ANONYMOUS, slug, on_date, Readers.EVERYBODY))


@group.route("/")
@allowed(Permission.GROUP)
def show_group(coalition: Coalition, slug: str, on_date: str) -> ResponseReturnValue:
    """The same for who speaks for a group, of a meeting that the group may know of."""
    return _page(representative(), slug, on_date, Readers.EVERYBODY, Readers.GROUPS)


def _page(reader: Viewer, slug: str, on_date: str, *readers: Readers) -> str:
    event, one = find_event_on(reader, slug, on_date) or abort(404)
    found = queries.find_minutes(event.id, one.on_date)
    if found is None or queries.readers_of(event, found) not in readers:
        abort(404)
    return render_template(
        "meetings/public_minutes.html",
        event=event,
        one=one,
        text=to_html(found.text),
        decisions=queries.list_decisions(event.id, one.on_date),
        group=reader if reader.organization_id else None,
    )
