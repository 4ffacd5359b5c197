"""Setting up and taking away what somebody signs in with beside a password: noted, and told to its owner."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.accounts.models import Passkey, User
from crm.accounts.operations.codes import keep_app, new_recovery_codes, opened_secret
from crm.accounts.operations.factors import note_factors
from crm.accounts.operations.passkeys import keep_passkey
from crm.accounts.queries import count_recovery_codes, find_code_app, list_passkeys
from crm.audit.operations import record
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Viewer
from crm.mail.operations import owe_mail

# How many codes on paper are few enough to say so.
FEW = 3


def add_passkey(user: User, made: str, label: str) -> list[str]:
    """Keep a new passkey; of the first factor of all the recovery codes, else none. Raises Refused."""
    key = keep_passkey(user, made, label)
    return _added(user, "passkey", key.id)


def add_app(user: User, sealed: str, code: str) -> list[str]:
    """Keep an app for codes, in place of a former one; else as above."""
    app = keep_app(user, opened_secret(user, sealed), code)
    return _added(user, "app", app.id)


def rename_passkey(user: User, passkey_id: int, label: str) -> None:
    """What its owner calls it; nothing when it is not theirs."""
    key = db.session.get(Passkey, passkey_id)
    if key is not None and key.user_id == user.id:
        key.label = label


def remove_passkey(user: User, passkey_id: int, *, needed: bool) -> None:
    """Removed twice is removed. Raises Refused where it is the last thing and one is `needed`."""
    key = db.session.get(Passkey, passkey_id)
    if key is not None and key.user_id == user.id:
        _check_not_last(user, needed)
        db.session.delete(key)
        _removed(user, "passkey")


def remove_app(user: User, *, needed: bool) -> None:
    """As a passkey."""
    app = find_code_app(user.id)
    if app is not None:
        _check_not_last(user, needed)
        db.session.delete(app)
        _removed(user, "app")


def renew_recovery_codes(user: User) -> list[str]:
    """Ten new codes; the former ones end."""
    codes = new_recovery_codes(user)
    record(Viewer(user.id), "factor.codes", user)
    _tell(user, "codes")
    return codes


def note_recovery_code(user: User) -> None:
    """A code on paper was used to sign in: whoever it was, its owner hears of it."""
    record(Viewer(user.id), "factor.recovered", user)
    _tell(user, "recovered", left=count_recovery_codes(user.id))


def _added(user: User, kind: str, number: int) -> list[str]:
    first = user.factor_since is None
    note_factors(user)
    record(Viewer(user.id), "factor.add", user, kind=kind, number=number)
    _tell(user, f"{kind}_added")
    return new_recovery_codes(user) if first else []


def _removed(user: User, kind: str) -> None:
    note_factors(user)
    record(Viewer(user.id), "factor.remove", user, kind=kind)
    _tell(user, f"{kind}_removed")


def _check_not_last(user: User, needed: bool) -> None:
    count = len(list_passkeys(user.id)) + (find_code_app(user.id) is not None)
    if needed and count == 1:
        raise Refused(_("Coordinators need one. Set up another first, then remove this one."))


def _tell(user: User, what: str, left: int = 0) -> None:
    owe_mail(
        user.email,
        "access/factor_changed",
        about=f"factor:{user.id}",
        language=user.language or "en",
        what=what,
        left=left,
    )
