"""For organizers: what there is to show, and how to put it on another site."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import escape

from crm.coalitions.models import Coalition
from crm.core.permissions import Permission
from crm.core.web import absolute_url, allowed

bp = Blueprint("sharing", __name__, url_prefix="/<coalition>/organize/endorsements")


@bp.route("/share")
@allowed(Permission.ENDORSEMENT_VIEW)
def share(coalition: Coalition) -> ResponseReturnValue:
    """The letter, the paper for boards, what to paste into another site."""
    here = {"coalition": coalition.slug, "lang": str(get_locale())}
    title = _("Who stands behind the demands of %(name)s", name=coalition.name)
    dates = _("When and where %(name)s meets", name=coalition.name)
    snippets = {
        "endorsers": _snippet(absolute_url("embeds.endorsers", **here), title, 600),
        "counter": _snippet(absolute_url("embeds.counter", **here), title, 110),
        "events": _snippet(absolute_url("calendar_embeds.events", **here), dates, 600),
        "month": _snippet(absolute_url("calendar_embeds.month", **here), dates, 760),
        "json": absolute_url("embeds.endorsers_json", coalition=coalition.slug),
        "preview": absolute_url("embeds.endorsers", **here),
    }
    return render_template("letters/share.html", snippets=snippets)


def _snippet(url: str, title: str, height: int) -> str:
    """The line to paste; `height` in pixels."""
    return (
        f'<iframe src="{escape(url)}" title="{escape(title)}" width="100%" height="{height}" '
        'loading="lazy" style="border:0"></iframe>'
    )
