"""The workbench's rail: one table."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext as _l

from crm.core.permissions import Permission, viewer

# (label, icon, endpoint, permission)
RAIL = (
    (_l("Today"), "sun", "today.index", Permission.WORKBENCH_VIEW),
    (_l("Groups"), "people", "organizations.index", Permission.ORGANIZATION_VIEW),
    (_l("Outreach"), "telephone", "outreach.index", Permission.OUTREACH_VIEW),
    (_l("Demands"), "megaphone", "demands.index", Permission.DEMAND_VIEW),
    (_l("Sign-ons"), "pen", "sign_ons.index", Permission.SIGN_ON_VIEW),
    (_l("Events"), "calendar-event", "events.index", Permission.EVENT_VIEW),
    (_l("Import"), "upload", "exchange.index", Permission.IMPORT),
    (_l("Settings"), "gear", "coalition_settings.index", Permission.SETTINGS_EDIT),
)


@dataclass(frozen=True)
class NavItem:
    label: str
    icon: str
    url: str
    active: bool


def workbench_nav() -> list[NavItem]:
    """What the viewer may open, with the present room marked."""
    here = (request.endpoint or "").partition(".")[0]
    return [
        NavItem(str(label), icon, url_for(endpoint), endpoint.partition(".")[0] == here)
        for label, icon, endpoint, permission in RAIL
        if viewer().can(permission) and endpoint in current_app.view_functions
    ]


def init_app(app: Flask) -> None:
    app.jinja_env.globals["workbench_nav"] = workbench_nav
