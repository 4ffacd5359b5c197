"""Holding a lockdown: asked before each view, and told on each page of the workbench."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, Response, current_app, g, request
from flask_babel import gettext as _

from crm.coalitions.models import Coalition
from crm.core import contributions
from crm.core.contributions import Notice
from crm.core.errors import error_page
from crm.core.navigation import first_url
from crm.core.permissions import Permission, viewer
from crm.lockdown.parts import Part, part_of


def init_app(app: Flask) -> None:
    app.before_request(_hold)
    if _notices not in contributions.workbench_notices:
        contributions.workbench_notices.append(_notices)


def _hold() -> Response | None:
    coalition: Coalition | None = g.get("coalition")
    if coalition is None or not coalition.locked or request.url_rule is None:
        return None
    view = current_app.view_functions.get(request.endpoint or "")
    permission = getattr(view, "permission", None)
    part = part_of(request.method, request.endpoint or "", request.url_rule.rule, permission, viewer().role)
    return error_page(403, _told(part), title=_("Stopped for now")) if part in coalition.locked else None


def _told(part: Part | None) -> str:
    if part in (Part.MEMBERS, Part.GROUPS):
        return str(_("The coordinators have stopped this for now. Ask one of them, in person or by phone."))
    return str(
        _("This is stopped while the lockdown lasts. Coordinators switch it on again in the settings.")
    )


def _notices() -> Sequence[Notice]:
    coalition: Coalition | None = g.get("coalition")
    if coalition is None or not coalition.locked:
        return []
    text = _("Lockdown: some things are stopped until a coordinator switches them on again.")
    inside = request.endpoint == "lockdown.index" or not viewer().can(Permission.SETTINGS_EDIT)
    return [Notice(text, None if inside else first_url("lockdown.index"), _("What is stopped"))]
