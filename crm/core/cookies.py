"""The cookie that says who is signed in on this browser."""

from __future__ import annotations

from flask import session

# Flask-Login's own key: the secret of the session that the server keeps.
COOKIE_KEY = "_user_id"
# Which account signed in from this browser before, and a random mark of the browser.
KNOWN = "known"
# The secret of who gave the right password and has to show more.
HALF = "half"
# The secret of a representative's session on their group's page, beside whoever is signed in.
GROUP = "group"


def begin(secret: str, *, own_device: bool) -> None:
    """Signed in: a new cookie. The form token stays, so that a form in another tab can still be sent."""
    token = session.get("csrf_token")
    session.clear()
    session[COOKIE_KEY] = secret
    session.permanent = own_device
    if token:
        session["csrf_token"] = token


def mark_browser(account: str, mark: str) -> None:
    """Remember that an account (by the keyed hash of its address) signed in from this browser."""
    session[KNOWN] = [account, mark]


def browser_mark(account: str) -> str | None:
    """The mark of this browser, if this account signed in from it before."""
    known = session.get(KNOWN)
    return str(known[1]) if isinstance(known, list) and known[0] == account else None


def present_secret() -> str | None:
    """The secret of this browser's session, if it has one."""
    found: str | None = session.get(COOKIE_KEY)
    return found


def end() -> None:
    """Signed out. On one's own device the mark of a known browser stays, on a shared one nothing."""
    if session.permanent:
        session.pop(COOKIE_KEY, None)
    else:
        session.clear()


def begin_half(secret: str) -> None:
    """The password was right, and more has to be shown: signed in is nobody yet."""
    session[HALF] = secret


def half_secret() -> str | None:
    """The secret of this browser's sign-in that waits for its second step, if there is one."""
    found: str | None = session.get(HALF)
    return found


def begin_group(secret: str) -> None:
    """A representative came in by a mailed link: whoever did before on this browser is out."""
    session[GROUP] = secret


def group_secret() -> str | None:
    """The secret of this browser's session on a group's page, if it has one."""
    found: str | None = session.get(GROUP)
    return found


def end_group() -> None:
    """The representative has left."""
    session.pop(GROUP, None)
