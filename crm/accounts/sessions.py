"""Who is signed in: Flask-Login over sessions that the server keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Flask, g, session
from flask_login import LoginManager, UserMixin, current_user

from crm.accounts.lifetimes import TOUCH_EVERY
from crm.accounts.models import User, UserSession
from crm.accounts.queries import find_session
from crm.coalitions.models import Membership
from crm.core import clock, tenancy
from crm.core.cookies import COOKIE_KEY
from crm.core.db import db
from crm.core.permissions import ANONYMOUS, Permission, Viewer, viewer
from crm.core.transactions import own_write


@dataclass
class SignedIn(UserMixin):  # type: ignore[misc]
    """Who Flask-Login knows as the current user: the cookie's secret and what it opens."""

    secret: str
    session: UserSession
    user: User
    membership: Membership | None = None

    def get_id(self) -> str:
        return self.secret


login_manager = LoginManager()
# Flask-Login's own protection hashes the address and the browser; Muster keeps neither.
login_manager.session_protection = None


def init_app(app: Flask) -> None:
    login_manager.init_app(app)
    login_manager.user_loader(_load)
    app.before_request(_know_the_viewer)
    app.context_processor(lambda: {"viewer": viewer() if viewer().signed_in else None, "can": _can})


def _can(permission: str) -> bool:
    return viewer().can(Permission(permission))


def _know_the_viewer() -> None:
    g.viewer = ANONYMOUS
    if COOKIE_KEY in session:
        _load_the_viewer()


def _load_the_viewer() -> None:
    """The session, its user and their role here, in one statement."""
    signed_in: SignedIn = current_user._get_current_object()
    if not signed_in.is_authenticated:
        session.pop(COOKIE_KEY, None)
        return
    user, membership = signed_in.user, signed_in.membership
    g.user_language = user.language
    g.viewer = Viewer(
        user.id,
        user.name,
        membership.role if membership else None,
        membership.coalition_id if membership else None,
    )


def _load(secret: str) -> SignedIn | None:
    coalition = g.get("coalition")
    now = clock.now()
    with tenancy.across_coalitions():
        found = find_session(secret, coalition.id if coalition else None)
    if found is None or not found[0].holds(now):
        return None
    if now - found[0].seen_at > TOUCH_EVERY:
        _touch(found[0].id, now)
    return SignedIn(secret, *found)


def _touch(session_id: int, now: datetime) -> None:
    # Nothing was written yet; a lock that is held for reading would be waited for here for ever.
    db.session.commit()
    with own_write() as writer:
        row = writer.get(UserSession, session_id)
        if row is not None:
            row.seen_at = now
