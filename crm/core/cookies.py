"""The cookie that says who is signed in on this browser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer

# Flask-Login's own key: the secret of the session that the server keeps.
COOKIE_KEY = "_user_id"
# Which account signed in from this browser before, a random mark of the browser, and the owner's name for it.
KNOWN = "known"
# The secret of who gave the right password and has to show more.
HALF = "half"
# The secret of a representative's session on their group's page, beside whoever is signed in.
GROUP = "group"


class AnyClock(TimestampSigner):
    """Takes what was signed by a clock that is ahead of this one: another server's, or this one's set back.

    How long somebody is signed in is in the database; its own time ends only what lies unused for long.
    """

    def unsign(
        self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False
    ) -> Any:
        """As the library's, but that no signature is too young."""
        value: Any
        signed_at: datetime | None
        try:
            value, signed_at = super().unsign(signed_value, max_age, return_timestamp=True)
        except SignatureExpired as refused:
            value, signed_at = refused.payload, refused.date_signed
            if signed_at is None or signed_at <= datetime.fromtimestamp(self.get_timestamp(), UTC):
                raise
        return (value, signed_at) if return_timestamp else value


class PageCookie(SecureCookieSessionInterface):
    """The cookie of the pages."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The library's, with a signer that does not mind a clock that is ahead."""
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = AnyClock
        return serializer


def begin(secret: str, *, own_device: bool) -> None:
    """Signed in: a new cookie. The form token stays, so that a form in another tab can still be sent."""
    token = session.get("csrf_token")
    session.clear()
    session[COOKIE_KEY] = secret
    session.permanent = own_device
    if token:
        session["csrf_token"] = token


def mark_browser(account: str, mark: str, name: str | None) -> None:
    """Remember that an account (by the keyed hash of its address) signed in from here."""
    session[KNOWN] = [account, mark, name]


def browser_mark(account: str) -> str | None:
    """The mark of this browser, if this account signed in from it before."""
    known = session.get(KNOWN)
    return str(known[1]) if isinstance(known, list) and known[0] == account else None


def browser_name(account: str) -> str | None:
    """What this account's owner called this browser, if it is their own device."""
    known = session.get(KNOWN)
    if not session.permanent or not isinstance(known, list) or known[0] != account:
        return None
    return known[2] if len(known) > 2 else None


def name_browser(name: str | None) -> None:
    """Keep what its owner calls this browser, for when they sign in again."""
    if isinstance(known := session.get(KNOWN), list):
        session[KNOWN] = [*known[:2], name]


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
