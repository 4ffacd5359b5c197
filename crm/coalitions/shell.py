"""What every page shows of the coalition around it: its colours, the other coalitions, what to see to."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from flask import Flask, current_app, g, request, url_for
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.coalitions.queries import list_names_of
from crm.coalitions.theme import stylesheet
from crm.core import clock, contributions, tenancy
from crm.core.contributions import Notice
from crm.core.navigation import NavItem, first_url, start_url
from crm.core.permissions import Permission, viewer


def theme_url(room: str) -> str | None:
    """The address of a coalition's stylesheet ("poster", "workbench", "embed"); None outside of one."""
    coalition: Coalition | None = g.get("coalition")
    if coalition is None:
        return None
    version, _content = stylesheet(room, coalition.accent)
    return _theme_address(coalition.slug, version, request.script_root)


@lru_cache(maxsize=256)
def _theme_address(slug: str, version: str, _root: str) -> str:
    return url_for("coalitions.theme", coalition=slug, version=version, lang=None)


def coalition_switches() -> list[NavItem]:
    """The coalitions of the viewer, the present one marked."""
    user_id = viewer().user_id
    if user_id is None:
        return []
    if "coalition_switches" not in g:
        with tenancy.across_coalitions():
            own = list_names_of(user_id)
        here = g.get("coalition")
        g.coalition_switches = [
            NavItem(c.name, "", start_url(c.slug), here is not None and c.id == here.id) for c in own
        ]
    switches: list[NavItem] = g.coalition_switches
    return switches


def workbench_notices() -> list[Notice]:
    """What the viewer should see to."""
    return [notice for part in contributions.workbench_notices for notice in part()] + _mail_notices()


def _mail_notices() -> list[Notice]:
    """What a coordinator should see to: mail that cannot leave."""
    coalition: Coalition | None = g.get("coalition")
    if coalition is None or current_app.config["MAIL_URL"] or not viewer().can(Permission.MEMBER_INVITE):
        return []
    if coalition.is_demo and current_app.config["DEMO"]:
        return [
            Notice(_("This is a demo: no mail leaves it."), first_url("outbox.index"), _("Read its mail"))
        ]
    text = _(
        "Mail is not set up, so nothing is sent. You can copy the links that wait and pass them on yourself."
    )
    here = request.endpoint == "members.index"
    return [Notice(text, None if here else first_url("members.index"), _("Show the links"))]


def day_here() -> date:
    """The day by the coalition's clock, for what is printed."""
    return clock.today(g.coalition.zone)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        theme_url=theme_url,
        coalition_switches=coalition_switches,
        workbench_notices=workbench_notices,
        day_here=day_here,
    )
