"""How often a password may be guessed: growing delays, and no way for a stranger to lock anybody out.

Strangers wait by network and by account. A browser from which this account signed in before carries a mark
in its signed cookie, and waits by that mark alone: however much others guess, its owner gets in
(OWASP, "device cookies"). Whoever has no such browser at hand uses the mailed link for a new password.
"""

from __future__ import annotations

from crm.accounts.queries import mail_index
from crm.core import cookies
from crm.core.crypto import new_token
from crm.core.limits import Pace, forget, network, take_turn


def wait_to_sign_in(email: str) -> int:
    """Count a try to sign in; the seconds to wait before it (0: go on)."""
    return take_turn(*_paces(email))


def forget_tries(email: str) -> None:
    """After a right password."""
    for pace in _paces(email):
        forget(pace.form, pace.subject)


def mark_browser(email: str, name: str | None) -> None:
    """Remember in the cookie that this account signed in from this browser, which its owner calls `name`."""
    cookies.mark_browser(_account(email), new_token(), name)


def browser_name(email: str) -> str | None:
    """What the owner of this account called this device of their own when they were signed in before."""
    return cookies.browser_name(_account(email))


def _paces(email: str) -> list[Pace]:
    if mark := cookies.browser_mark(_account(email)):
        return [Pace("sign_in.device", mark, free=8)]
    return [
        Pace("sign_in.network", network(), free=30, longest=300),
        Pace("sign_in.account", _account(email), free=8),
    ]


def _account(email: str) -> str:
    return mail_index(email).hex()
