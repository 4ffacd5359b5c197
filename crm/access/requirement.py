"""Coordinators sign in with more than a password: some days of asking, then only the page that sets it up."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import exists, select

from crm.accounts.models import User
from crm.coalitions.models import Coalition, Membership
from crm.core import clock, contributions, tenancy
from crm.core.contributions import Notice
from crm.core.db import db
from crm.core.permissions import Permission, Role, viewer

# What stays open: pages of no coalition, those of one's own account among them, and the public's.
OPEN = {None, Permission.PUBLIC, Permission.SIGNED_IN, Permission.GROUP}


def init_app(app: Flask) -> None:
    app.before_request(_hold)
    if _notices not in contributions.workbench_notices:
        contributions.workbench_notices.append(_notices)


def is_needed(user: User) -> bool:
    """Whether a person coordinates something for which a password alone is not enough."""
    coordinates = (Membership.user_id == user.id) & (Membership.role == Role.COORDINATOR)
    query = select(exists().where(coordinates, Membership.coalition_id == Coalition.id, ~Coalition.is_demo))
    with tenancy.across_coalitions():
        return bool(db.session.scalar(query))


def due_at(user: User, coalition: Coalition) -> datetime | None:
    """When a coordinator of a coalition has to have a passkey or an app; None: there is no need."""
    if coalition.is_demo or user.factor_since is not None or user.factor_asked_at is None:
        return None
    return user.factor_asked_at + timedelta(days=coalition.factor_days)


def _due() -> datetime | None:
    coalition: Coalition | None = g.get("coalition")
    if coalition is None or viewer().role is not Role.COORDINATOR:
        return None
    return due_at(current_user.user, coalition)


def _hold() -> ResponseReturnValue | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "permission", None) in OPEN:
        return None
    due = _due()
    return redirect(url_for("factors.index"), 303) if due and due <= clock.now() else None


def _notices() -> list[Notice]:
    due = _due()
    if due is None:
        return []
    days = math.ceil((due - clock.now()) / timedelta(days=1))
    text = ngettext(
        "A coordinator needs a passkey or codes beside the password: %(num)s day left to set that up.",
        "A coordinator needs a passkey or codes beside the password: %(num)s days left to set that up.",
        days,
    )
    return [Notice(text, url_for("factors.index"), _("Set it up"))]
