"""The last step of signing in, whichever way somebody came."""

from __future__ import annotations

from crm.accounts import throttle
from crm.accounts.models import User
from crm.accounts.operations import close_session, open_session
from crm.accounts.operations.factors import ask_for_factor
from crm.accounts.operations.landing import landing_url
from crm.core import cookies
from crm.core.db import db


def let_in(user: User, *, own_device: bool) -> str:
    """Start the session of a new cookie and end that of the one before; where to go. Commits."""
    if former := cookies.present_secret():
        close_session(former)
    label = throttle.browser_name(user.email) if own_device else None
    secret = open_session(user, own_device=own_device, label=label)
    ask_for_factor(user)
    db.session.commit()
    cookies.begin(secret, own_device=own_device)
    throttle.mark_browser(user.email, label)
    return landing_url(user.id)
