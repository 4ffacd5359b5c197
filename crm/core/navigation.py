"""What stands around a page's content: the workbench's rail, the public menu, the ways out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from crm.core.permissions import Permission, viewer

# (label, icon, endpoint, permission)
RAIL = (
    (_l("Today"), "today", "today.index", Permission.WORKBENCH_VIEW),
    (_l("Groups"), "groups", "organizations.index", Permission.ORGANIZATION_VIEW),
    (_l("Outreach"), "outreach", "outreach.index", Permission.OUTREACH_VIEW),
    (_l("Demands"), "demands", "demands.index", Permission.DEMAND_VIEW),
    (_l("Sign-ons"), "edit", "sign_ons.index", Permission.SIGN_ON_VIEW),
    (_l("Events"), "calendar", "events.index", Permission.EVENT_VIEW),
    (_l("Turnout"), "turnout", "turnout.index", Permission.TURNOUT_VIEW),
    (_l("Import"), "upload", "exchange.index", Permission.IMPORT),
    (_l("Settings"), "settings", "coalition_settings.index", Permission.SETTINGS_EDIT),
)
# (label, endpoint) of the public pages of a coalition.
PUBLIC = (
    (_l("Demands"), "public_demands.index"),
    (_l("Who stands behind them"), "endorsers.index"),
    (_l("Calendar"), "calendar.index"),
    (_l("Sign on"), "sign_ons.form"),
)
# Pages of these blueprints belong to the room of another.
ROOMS = {
    "organization_page": "organizations",
    "bulk": "organizations",
    "duplicates": "organizations",
    "breadth": "organizations",
    "meeting_offers": "events",
    "coming": "events",
    "calendar_feeds": "events",
    "co_sponsors": "events",
    "ledger": "events",
    "adopting": "demands",
    "asked": "demands",
    "ask_groups": "demands",
    "differences": "demands",
    "exports": "exchange",
    "endorsements": "demands",
    "ladder": "demands",
    "policies": "demands",
    "targets": "demands",
    "follow_ups": "outreach",
    "queues": "outreach",
    "quiet": "outreach",
    "reports": "outreach",
    "pipeline": "outreach",
    "meetings": "events",
    "attendance": "events",
    "attendance_settings": "coalition_settings",
    "members": "coalition_settings",
    "member_devices": "coalition_settings",
    "stage_settings": "coalition_settings",
    "partners": "events",
    "calendar_files": "events",
    "tags": "coalition_settings",
    "fields": "coalition_settings",
    "audit": "coalition_settings",
    "lockdown": "coalition_settings",
    "kept": "coalition_settings",
    "person": "coalition_settings",
}


@dataclass(frozen=True)
class NavItem:
    """A link of a menu; `icon` is a name of the sprite, or empty."""

    label: str
    icon: str
    url: str
    active: bool


def workbench_nav() -> tuple[NavItem, ...]:
    """What the viewer may open, with the present room marked."""
    if "coalition" not in g:
        return ()
    who, here = viewer(), _room()
    return tuple(
        NavItem(str(label), icon, url_for(endpoint), _room_of(endpoint) == here)
        for label, icon, endpoint, permission in RAIL
        if who.can(permission) and _is_served(endpoint)
    )


def public_nav() -> list[NavItem]:
    """The public pages of the present coalition; none outside of one."""
    return [
        NavItem(str(label), "", url_for(endpoint), _room_of(endpoint) == _room())
        for label, endpoint in PUBLIC
        if "coalition" in g and _is_served(endpoint)
    ]


def viewer_nav() -> tuple[NavItem, ...]:
    """The signed-in person's own pages."""
    items = [NavItem(str(_l("Your account")), "account", url_for("accounts.account"), False)]
    if "coalition" in g and viewer().can(Permission.EVENT_VIEW):
        feed = NavItem(str(_l("Your calendar feed")), "calendar", url_for("calendar_feeds.index"), False)
        items.append(feed)
    return tuple(items)


def home_url() -> str:
    """Where the name on top leads: Today on the workbench, else the public front page."""
    if "coalition" not in g:
        return first_url("public.coalitions") or "/"
    if "/organize/" in request.path and viewer().can(Permission.WORKBENCH_VIEW):
        return first_url("today.index", "public.front") or "/"
    return first_url("public.front") or "/"


def search_url() -> str:
    """Where the search box sends its `q`."""
    return first_url("search.index", "organizations.index") or home_url()


def first_url(*endpoints: str, **values: Any) -> str | None:
    """The address of the first of these pages that this installation serves."""
    return next((url_for(endpoint, **values) for endpoint in endpoints if _is_served(endpoint)), None)


def start_url(slug: str) -> str:
    """The start page of a coalition's organizers."""
    return first_url("today.index", "public.front", coalition=slug) or url_for("accounts.account")


def _is_served(endpoint: str) -> bool:
    return endpoint in current_app.view_functions


def _room() -> str:
    """The room that this page belongs to."""
    here = _room_of(request.endpoint or "")
    return ROOMS.get(here, here)


def _room_of(endpoint: str) -> str:
    return endpoint.partition(".")[0]


def _page_language() -> dict[str, Any]:
    locale = get_locale()
    return {
        "current_language": str(locale).replace("_", "-") if locale else "en",
        "text_direction": locale.text_direction if locale else "ltr",
    }


def init_app(app: Flask) -> None:
    app.context_processor(_page_language)
    app.jinja_env.globals.update(
        workbench_nav=workbench_nav,
        public_nav=public_nav,
        viewer_nav=viewer_nav,
        home_url=home_url,
        search_url=search_url,
        sign_out_url=lambda: url_for("accounts.sign_out"),
    )
